"""results.gpkg in real QGIS: it opens drawn, each feature by the rule of its style."""

import json
import os
import random
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import rasterio
from card import LOOKS, PALETTE, STYLES, card, styles
from geopandas import GeoDataFrame
from rasterio.errors import NotGeoreferencedWarning
from shapely import Point

from ecogis.outputs.geopackage import write_geopackage
from ecogis.outputs.qml import Column, filters
from ecogis.style import Style

pytestmark = pytest.mark.qgis
PROBE = Path(__file__).with_name("qgis_probe.py")
DTYPES = {"text": object, "number": float, "boolean": "boolean"}
VALUES = {
    "text": ["a", "b", "4", "4a", "55", "it's", "back\\slash", "街道", "", None],
    "number": [-1.5, 0.0, 1.0, 44.999, 45.0, 54.9, 55.0, 60.0, 1e-7, 1e300, None],
    "boolean": [True, False, None],
}
BOUNDS = [-1.5, 0.0, 1.0, 45.0, 54.9, 55.0, 60.0, 1e-7]


@cache
def python_of_qgis():
    """Return the Python that has PyQGIS, or None."""
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin")
    if found is None:
        return None
    seek = [found, "-c", "import qgis.core"]
    return (
        None
        if subprocess.run(seek, capture_output=True, check=False).returncode
        else found
    )


def chance(dice, kind):
    """Return a random test for a column of that kind."""
    low, high = sorted(dice.sample(BOUNDS, 2))
    known = [value for value in VALUES[kind] if value is not None]
    return dice.choice(
        [
            {"equals": dice.choice(known)},
            {"any_of": dice.sample(known, 2)},
            {"at_least": low},
            {"below": high},
            {"at_least": low, "below": high},
            {"missing": True},
            {"equals": dice.choice([4, "4", True])},
            {},
        ]
    )


def looks(tests):
    rules = [{"label": "x", "fill": "served"} | test for test in tests]
    facts = {"name": "s", "title": "s", "theme": "green", "geometry": "Point"}
    return Style.model_validate({**facts, "field": "f", "rule": rules})


def cases():
    """Return random styles on columns of every kind, with what each rule draws."""
    dice = random.Random(20251)  # noqa: S311
    for number in range(240):
        kind = list(VALUES)[number % len(VALUES)]
        one = looks([chance(dice, kind) for _ in range(dice.randint(1, 5))])
        column = pd.Series(VALUES[kind], dtype=DTYPES[kind])
        frame = GeoDataFrame({"f": column}, geometry=[Point(0, 0)] * len(column))
        yield kind, one, [[] if rule < 0 else [rule] for rule in one.classes(frame)]


@pytest.fixture(scope="module")
def probed(tmp_path_factory):
    """Return what QGIS says of the card's GeoPackage, and the map that it drew."""
    python = python_of_qgis()
    if python is None:
        pytest.skip("no PyQGIS: the system's python3 has no qgis.core")
    folder = tmp_path_factory.mktemp("qgis")
    path = write_geopackage(card(), styles(), folder / "results.gpkg")
    asked = [
        {
            "kind": kind,
            "values": VALUES[kind],
            "filters": filters(one, Column("f", kind)),
        }
        for kind, one, _ in cases()
    ]
    (folder / "cases.json").write_text(json.dumps(asked), encoding="utf-8")
    picture = Path(os.environ.get("ECOGIS_QGIS_MAP") or folder / "map.png")
    done = subprocess.run(
        [python, PROBE, path, picture, folder / "cases.json"],
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout), picture


@pytest.fixture(scope="module")
def layers(probed):
    return {layer["name"]: layer for layer in probed[0]["layers"]}


def test_every_layer_opens_with_its_style(layers):
    assert list(layers) == [
        "rivers",
        "A-1_land_served",
        "A-2_road_levels",
        "zones",
        "A-3_stops",
        "study_area",
    ]
    assert {layer["renderer"] for layer in layers.values()} == {"RuleRenderer"}
    assert {layer["crs"] for layer in layers.values()} == {"EPSG:4548"}


DRAWN = ["land_served", "road_levels", "stops"]
TABLES = dict(
    zip(DRAWN, ["A-1_land_served", "A-2_road_levels", "A-3_stops"], strict=True)
)


@pytest.mark.parametrize("name", DRAWN)
def test_labels_and_colours_are_the_style_s(layers, name):
    rules = layers[TABLES[name]]["rules"]
    stated = STYLES[name]["rule"]
    assert [rule["label"] for rule in rules] == [one["label"]["zh"] for one in stated]
    for rule, look in zip(rules, LOOKS[name], strict=True):
        shown = look.get("line") if name == "road_levels" else look.get("fill")
        assert rule["symbol"][0]["color"] == PALETTE[shown]
        opacity = look.get("opacity", 1.0)
        assert rule["symbol"][0]["alpha"] == pytest.approx(255 * opacity, abs=0.5)


def test_widths_dashes_and_sizes_are_the_style_s(layers):
    rules = layers["A-2_road_levels"]["rules"]
    loud = rules[2]["symbol"][0]["properties"]
    # 5 pixels at 96 to the inch are 1.323 mm
    assert (loud["line_width"], loud["line_width_unit"]) == ("1.323", "MM")
    assert (loud["use_custom_dash"], loud["customdash"]) == ("1", "2.117;1.058")
    beyond = layers["A-1_land_served"]["rules"][1]["symbol"]
    assert [part["type"] for part in beyond] == ["SimpleFill", "SimpleLine"]
    assert beyond[1]["color"] == PALETTE["ink"]
    rail = layers["A-3_stops"]["rules"][0]["symbol"][0]["properties"]
    assert (rail["name"], rail["size"]) == ("circle", "3.175")


@pytest.mark.parametrize(("score", "name"), list(enumerate(DRAWN)))
def test_each_feature_is_drawn_by_the_rule_of_its_style(layers, score, name):
    frame = card().scores[score].result.drawn[name]
    expected = [[int(rule)] for rule in styles()[name].classes(frame)]
    layer = layers[TABLES[name]]
    assert [one["rules"] for one in layer["drawn"]] == expected
    assert {one["symbols"] for one in layer["drawn"]} == {1}
    counts = [expected.count([rule]) for rule in range(len(layer["rules"]))]
    assert [rule["features"] for rule in layer["rules"]] == counts


def test_breaks_belong_to_the_upper_class(layers):
    # 54.9, 55, 59.99, 60 and no number, in classes that break at 55 and 60
    drawn = [one["rules"] for one in layers["A-2_road_levels"]["drawn"]]
    assert drawn == [[0], [1], [1], [2], [3]]


def test_types_and_titles_of_columns(layers):
    land = layers["A-1_land_served"]
    assert land["types"] == {"fid": "Integer64", "served": "Boolean", "名称": "String"}
    assert layers["zones"]["aliases"]["A-1_value"] == "A-1 公园服务覆盖率：数值"


def test_random_filters_draw_as_random_styles_do(probed):
    found = probed[0]["cases"]
    wanted = list(cases())
    assert len(found) == len(wanted) == 240
    for (kind, one, expected), drawn in zip(wanted, found, strict=True):
        assert drawn == expected, (kind, filters(one, Column("f", kind)))


@pytest.mark.parametrize(
    ("x", "y", "colour"),
    [
        # served at half opacity over white, not served, no data, nothing
        (60, 50, [148, 206, 199]),
        (750, 50, [231, 111, 81]),
        (250, 750, [185, 189, 184]),
        (550, 950, [255, 255, 255]),
        # a road of 55 dB, and a stop of the underground
        (700, 200, [42, 157, 143]),
        (200, 900, [34, 104, 165]),
    ],
)
def test_the_map_shows_it(probed, x, y, colour):
    # 900 pixels show 1100 m around the middle of the square
    column, row = (round((place + 50) * 900 / 1100) for place in (x, 1000 - y))
    with (
        pytest.warns(NotGeoreferencedWarning),
        rasterio.open(probed[1]) as picture,
    ):
        found = picture.read()[:3, row, column]
    assert found.tolist() == pytest.approx(colour, abs=2)
