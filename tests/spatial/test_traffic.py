"""Which roads and tracks make class 4, and how wide they are."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from ecogis.errors import LayerError
from ecogis.spatial.traffic import main_lines

LINE = LineString([(0, 0), (1, 0)])


def lines(**columns):
    many = len(next(iter(columns.values())))
    return GeoDataFrame(columns, geometry=[LINE] * many, crs="EPSG:4548")


def test_main_roads_with_and_without_a_width():
    roads = lines(
        **{
            "class": ["motorway", "tertiary", "trunk_link", "primary", None],
            "width_m": [30.0, 30.0, np.nan, 0.0, 12.0],
        }
    )
    found, notes = main_lines(roads, track_half_width_m=4.0)
    assert found["class"].tolist() == ["4a"] * 3
    assert found["half_width_m"].tolist() == [15.0, 10.0, 12.5]
    assert notes[0].en.startswith("2 of 3 main roads state no width")
    assert notes[0].zh.startswith("3 条主要道路中 2 条无宽度")


def test_tracks_by_kind():
    kinds = ["rail", "tram", None, "disused", "monorail"]
    none = lines(**{"class": ["service"]})
    found, notes = main_lines(none, lines(kind=kinds), track_half_width_m=5.0)
    assert found["class"].tolist() == ["4b", "4a", "4b"]
    assert found["half_width_m"].tolist() == [5.0] * 3
    assert [note.en.split(" ", 1)[0] for note in notes] == ["1", "2"]
    assert notes[1].en.endswith("disused, monorail")


@pytest.mark.parametrize("railways", [None, lines(kind=["rail"]).iloc[:0]])
def test_nothing_makes_nothing(railways):
    none = lines(**{"class": ["service"]}).iloc[:0]
    found, notes = main_lines(none, railways, track_half_width_m=4.0)
    assert (len(found), notes) == (0, [])
    assert {"class", "half_width_m"} <= set(found)


def test_a_road_in_a_tunnel_makes_no_strip():
    roads = lines(
        **{"class": ["trunk"] * 3 + ["service"], "tunnel": ["yes", "no", None, "yes"]}
    )
    found, notes = main_lines(roads, track_half_width_m=4.0)
    assert len(found) == 2
    assert notes[-1].en == "1 main roads in tunnels are left out"


def test_roads_without_classes_are_refused_not_counted_as_none():
    roads = lines(name=["环路"])
    with pytest.raises(LayerError, match="field 'class' is missing") as error:
        main_lines(roads, track_half_width_m=4.0)
    assert error.value.zh.startswith("道路：缺少字段 'class'")
