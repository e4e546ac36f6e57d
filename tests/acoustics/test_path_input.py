"""Odd places have an answer, and what cannot be is refused in one clear line."""

import inspect
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from iso_17534_4 import ALPHA
from shapely import LineString, Point, Polygon, box

from ecogis.acoustics import path_levels
from ecogis.errors import LayerError

S, R = (0, 0, 1), (100, 0, 4)
HOUSE = box(40, -10, 60, 10)


DEGREES = gpd.GeoDataFrame({"g": [0.5], "height": [3]}, geometry=[HOUSE], crs=4326)


def finite(found):
    return np.isfinite(found.L).all()


@pytest.mark.parametrize(
    ("source", "receiver", "scene", "line"),
    [
        (S, S, {}, "receiver: it lies where the source lies"),
        (S, (50, 0, 4), {"buildings": [(HOUSE, 10)]}, "inside a building"),
        (
            (50, 0, 1),
            R,
            {"buildings": [(HOUSE, 10)]},
            "source: (50, 0) at 1 m is inside",
        ),
        (S, (100, 0, -1), {}, "under the ground at 0 m; expected an altitude"),
        (S, (100, 0), {}, r"expected (x, y, z)"),
        (S, (100, 0, float("nan")), {}, r"expected (x, y, z)"),
        (S, R, {"default_g": 2}, "default_g is 2; expected 0"),
        (S, R, {"gs": -0.1}, "gs is -0.1; expected 0 to 1"),
        (S, R, {"favourable_share": 50}, "favourable_share is 50; expected 0 to 1"),
        (S, R, {"humidity_percent": 700}, "humidity_percent is 700"),
        (S, R, {"reflections": -1}, "reflections is -1; expected a whole number"),
        (S, R, {"power_db": [1, 2, 3]}, "expected one level, or 8"),
        (S, R, {"ground": [(HOUSE, 1.5)]}, "ground 0: g is 1.5; expected 0"),
        (S, R, {"ground": [(HOUSE, None)]}, "ground 0: g is None"),
        (S, R, {"buildings": [HOUSE]}, "building 0: no height; expected 'height'"),
        (S, R, {"buildings": [(HOUSE, -3)]}, "building 0: height is -3 m"),
        (S, R, {"buildings": [(HOUSE, "tall")]}, "building 0: height is 'tall'"),
        (S, R, {"buildings": [(HOUSE, 9, 1.2)]}, "building 0: alpha is 1.2"),
        (S, R, {"buildings": [(HOUSE, 9, [0.1, 0.2])]}, "once or for 8 octaves"),
        (S, R, {"buildings": [(Point(1, 1), 9)]}, "found a Point; expected a Polygon"),
        (S, R, {"buildings": [7]}, "building 0: found int"),
        (S, R, {"barriers": [(HOUSE, 9)]}, "found a Polygon; expected a LineString"),
        (S, R, {"barriers": [LineString([(1, 1), (2, 2)])]}, "barrier 0: no height"),
        (S, R, {"terrain": [LineString([(0, 0), (1, 1)])]}, "shape 0 has none"),
        (S, R, {"terrain": [(0, 0, 1), (1, 0, 1)]}, "2 points span no triangle"),
        (S, R, {"ground": DEGREES}, "ground: EPSG:4326 is in degrees"),
        (S, R, {"buildings": DEGREES}, "building: EPSG:4326 is in degrees"),
        (S, R, {"terrain": DEGREES}, "terrain: EPSG:4326 is in degrees"),
        (S, R, {"terrain": ["hills"]}, "terrain: found list; expected a Raster"),
        (
            S,
            R,
            {"buildings": [(Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), 3)]},
            "not a sound shape",
        ),
    ],
)
def test_what_cannot_be_is_one_line(source, receiver, scene, line):
    with pytest.raises(LayerError) as refused:
        path_levels(source, receiver, **scene)
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "receiver",
    [
        (60, 0, 4),  # on the façade behind the house
        (60, 10, 4),  # at its corner
        (100, 25, 4),  # the ray passes a corner exactly
        (100, 1e-9, 4),
        (50, 0, 10),  # on the roof
        (50, 0, 14),  # above it
        (0, 0, 14),  # straight above the source
        (40, 10, 4),  # at a corner on the source's side
        (80, 20, 0),  # on the ground
    ],
)
@pytest.mark.parametrize("alpha", [None, 0.2])
def test_odd_places_have_an_answer(receiver, alpha):
    house = [(HOUSE, 10, alpha)]
    screen = [(LineString([(80, -5), (80, 5), (90, 5)]), 3, alpha)]
    found = path_levels(
        S, receiver, buildings=house, barriers=screen, default_g=0.5, reflections=2
    )
    assert finite(found)


def test_a_ray_along_a_wall_is_in_the_open():
    beside = path_levels((0, 10, 1), (100, 10, 4), buildings=[(HOUSE, 10)])
    open_air = path_levels((0, 10, 1), (100, 10, 4))
    np.testing.assert_allclose(beside.L, open_air.L, atol=1e-9)
    assert [path.kind for path in beside.paths] == ["vertical"]


def test_a_barrier_s_end_on_the_ray_is_no_screen():
    touching = [(LineString([(50, 0), (50, 40)]), 9)]
    found = path_levels(S, R, barriers=touching)
    np.testing.assert_allclose(found.L, path_levels(S, R).L, atol=1e-9)


def test_one_scene_said_in_many_ways():
    ways = [
        [(HOUSE, 9, ALPHA)],
        [{"geometry": HOUSE, "height": 9, "alpha": ALPHA}],
        [{"geometry": HOUSE, "top": 9, "alpha": list(ALPHA)}],
        [([(40, -10), (60, -10), (60, 10), (40, 10)], 9, ALPHA)],
        gpd.GeoDataFrame({"height": [9.0], "alpha": [ALPHA]}, geometry=[HOUSE]),
        gpd.GeoDataFrame(
            {"top": [9.0], "height": [float("nan")], "alpha": [ALPHA]}, geometry=[HOUSE]
        ),
    ]
    found = [path_levels(S, R, buildings=way, reflections=1) for way in ways]
    for one in found[1:]:
        np.testing.assert_array_equal(one.L, found[0].L)
    assert [path.kind for path in found[0].paths] == ["vertical", "left", "right"]


def test_ground_and_terrain_said_in_many_ways():
    strip = box(20, -50, 70, 50)
    grounds = [
        [(strip, 0.7)],
        [{"geometry": strip, "g": 0.7}],
        gpd.GeoDataFrame({"g": [0.7]}, geometry=[strip]),
    ]
    hill = [[(-9, -60, 2), (150, -60, 8)], [(-9, 60, 2), (150, 60, 8)]]
    terrains = [
        hill,
        [LineString(line) for line in hill],
        gpd.GeoSeries([LineString(line) for line in hill]),
        [Point(p) for line in hill for p in line],
        [p for line in hill for p in line],
        [Polygon([*hill[0], *hill[1][::-1]])],
    ]
    first = path_levels((0, 0, 4), (100, 0, 12), ground=grounds[0], terrain=hill).L
    for ground in grounds:
        for terrain in terrains:
            found = path_levels((0, 0, 4), (100, 0, 12), ground=ground, terrain=terrain)
            np.testing.assert_allclose(found.L, first, atol=1e-9)


def test_the_wall_that_a_receiver_hangs_on_sends_nothing():
    behind = [(box(100.1, -30, 120, 30), 12, 0.0)]
    assert [p.kind for p in path_levels(S, R, buildings=behind).paths] == ["vertical"]
    behind = [(box(100.11, -30, 120, 30), 12, 0.0)]
    found = path_levels(S, R, buildings=behind)
    assert [p.kind for p in found.paths] == ["vertical", "reflection"]
    # nearly as loud again
    assert (found.L - found.paths[0].L > 2.8)[:6].all()


def test_a_wall_whose_absorption_is_unknown_reflects_nothing():
    behind = box(110, -30, 120, 30)
    for alpha, kinds in ((None, 1), (1.0, 1), (0.99, 2)):
        found = path_levels(S, R, buildings=[(behind, 12, alpha)])
        assert len(found.paths) == kinds


def test_a_roof_is_hard_ground_whatever_lies_beneath():
    low = [(box(10, -50, 90, 50), 0.01)]
    soft = path_levels((0, 0, 1), R, default_g=1, buildings=low, lateral=False)
    part = path_levels((0, 0, 1), R, default_g=1, lateral=False,
                       ground=[(box(10, -50, 90, 50), 0.0)])  # fmt: skip
    np.testing.assert_allclose(soft.L_H, part.L_H, atol=0.1)


PAGE = Path(__file__).parents[2] / "docs" / "noise_propagation.md"


def test_the_page_s_example_runs_and_names_every_argument():
    page = PAGE.read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1)
    named: dict = {}
    exec(code, named)  # noqa: S102
    kinds = [path.kind for path in named["found"].paths]
    assert kinds == ["vertical", "left", "right"]
    for name in inspect.signature(path_levels).parameters:
        assert f"`{name}`" in page
