"""What holds for the levels between two points, wherever they are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iso_17534_4 import RAMP, SCENES
from pyproj import CRS
from rasterio import Affine
from shapely import LineString, affinity, box

from ecogis.acoustics import path_levels
from ecogis.spatial.raster import Raster
from ecogis.spatial.terrain import terrain_of

places = st.tuples(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.05, 40)).map(
    lambda p: tuple(round(v, 2) for v in p)
)
few = settings(max_examples=40, deadline=None)


def levels(*arguments, **options):
    found = path_levels(*arguments, **options)
    return np.array([found.L_H, found.L_F, found.L])


@few
@given(places, places, st.sampled_from([0.0, 0.3, 1.0]))
def test_in_free_field_source_and_receiver_change_places(first, second, g):
    if np.hypot(first[0] - second[0], first[1] - second[1]) > 1:
        there = levels(first, second, default_g=g)
        np.testing.assert_allclose(there, levels(second, first, default_g=g), atol=1e-9)


@few
@given(st.floats(0.05, 10), st.floats(1, 20), st.floats(2, 900), st.floats(1.001, 3))
def test_in_free_field_longer_is_never_louder(low, high, distance, times):
    near, far = (
        levels((0, 0, low), (reach, 0, high), default_g=0)
        for reach in (distance, distance * times)
    )
    assert (far <= near + 1e-9).all()


@few
@given(places, places, st.floats(20, 100))
def test_twice_the_power_is_three_decibels(first, second, power):
    if np.hypot(first[0] - second[0], first[1] - second[1]) > 1:
        once = levels(first, second, power_db=power)
        twice = levels(first, second, power_db=power + 10 * np.log10(2))
        np.testing.assert_allclose(twice - once, 3.0103, atol=1e-4)


def test_a_power_per_octave_is_added_octave_by_octave():
    flat = levels((0, 0, 1), (90, 0, 4))
    powers = np.arange(8) * 10.0
    np.testing.assert_allclose(
        levels((0, 0, 1), (90, 0, 4), power_db=powers), flat + powers
    )


@few
@given(st.floats(0, 1))
def test_the_long_term_level_lies_between_both_conditions(share):
    source, receiver, scene = SCENES[9]
    found = path_levels(source, receiver, **scene, favourable_share=share)
    for one in (found, *found.paths):
        both = np.sort([one.L_H, one.L_F], axis=0)
        assert np.array_equal(one.L, np.clip(one.L, both[0] - 1e-9, both[1] + 1e-9))
    ends = {0.0: found.L_H, 1.0: found.L_F}
    if share in ends:
        np.testing.assert_allclose(found.L, ends[share])


@few
@given(st.floats(2.6, 8), st.floats(1.01, 1.6), st.floats(20, 80), st.booleans())
def test_a_higher_barrier_is_never_louder_in_the_vertical_plane(
    height, times, along, favourable
):
    # up to the cap of 25 dB, under which the ground's part still falls
    found = []
    for top in (height, height * times):
        screen = [(LineString([(along, -300), (along, 300)]), top)]
        one = path_levels((0, 0, 0.5), (100, 0, 2), barriers=screen, lateral=False)
        found.append((one.L_F if favourable else one.L_H)[:5])
    assert (found[1] <= found[0] + 1e-9).all()


@few
@given(st.floats(0, 3))
def test_a_barrier_far_below_the_ray_has_no_effect(height):
    screen = [(LineString([(50, -300), (50, 300)]), height)]
    open_air = levels((0, 0, 30), (100, 0, 40), default_g=0.4)
    np.testing.assert_array_equal(
        levels((0, 0, 30), (100, 0, 40), default_g=0.4, barriers=screen), open_air
    )


@pytest.mark.parametrize("case", [16, 17, 18, 24, 25, 26, 27])
def test_a_reflection_never_lowers_the_level(case):
    source, receiver, scene = SCENES[case]
    without = levels(source, receiver, **scene, reflections=0)
    once = levels(source, receiver, **scene, reflections=1)
    twice = levels(source, receiver, **scene, reflections=2)
    assert (once >= without).all()
    assert (once[2] > without[2]).all()
    assert (twice >= once).all()


@pytest.mark.parametrize("case", [8, 12, 19, 22, 25])
def test_ways_round_never_lower_the_level(case):
    source, receiver, scene = SCENES[case]
    without = levels(source, receiver, **scene, lateral=False)
    assert (levels(source, receiver, **scene) > without).all()


LEVEL = [LineString([(-50, y, 0), (300, y, 0)]) for y in (-60, 0, 60)]


def raised(scene, by):
    """Return a scene of tops on other ground."""
    moved = dict(scene)
    for kind in ("buildings", "barriers"):
        moved[kind] = [(shape, height) for shape, height in scene.get(kind, [])]
    moved["terrain"] = [affinity.translate(line, zoff=by) for line in LEVEL]
    return moved


@pytest.mark.parametrize("by", [0, 50, -7.5])
@pytest.mark.parametrize("case", [2, 8, 10])
def test_level_terrain_is_no_terrain_at_any_altitude(case, by):
    source, receiver, scene = SCENES[case]
    up = np.array([0, 0, by])
    found = levels(source + up, receiver + up, **raised(scene, by))
    np.testing.assert_allclose(found, levels(source, receiver, **scene), atol=1e-6)


@pytest.mark.parametrize("angle", [0, 31, 90, 200])
@pytest.mark.parametrize("case", [4, 9, 11, 15, 18, 19, 22, 25, 27, 28])
def test_moving_and_turning_change_nothing(case, angle):
    source, receiver, scene = SCENES[case]

    def moved(shape):
        turned = affinity.rotate(shape, angle, origin=(0, 0))
        return affinity.translate(turned, 447_000, 4_418_000)

    def placed(place):
        turn = np.radians(angle)
        x, y, z = place
        return (
            447_000 + x * np.cos(turn) - y * np.sin(turn),
            4_418_000 + x * np.sin(turn) + y * np.cos(turn),
            z,
        )

    there = dict(scene)
    for kind in ("buildings", "barriers", "ground", "terrain"):
        if kind in scene:
            there[kind] = [
                {**row, "geometry": moved(row["geometry"])}
                if isinstance(row, dict)
                else (moved(row[0]), *row[1:])
                if isinstance(row, tuple)
                else moved(row)
                for row in scene[kind]
            ]
    here = levels(source, receiver, **scene)
    away = levels(placed(source), placed(receiver), **there)
    np.testing.assert_allclose(away, here, atol=1e-4)


def test_a_dem_of_the_ramp_is_the_ramp():
    # cells of half a metre whose middles lie on the break lines' stations
    drawn = terrain_of(RAMP)
    columns, rows = np.meshgrid(np.arange(451), np.arange(201))
    middles = np.column_stack([columns.ravel() / 2, 80 - rows.ravel() / 2])
    heights = drawn.heights(middles).reshape(201, 451)
    dem = Raster(heights, Affine(0.5, 0, -0.25, 0, -0.5, 80.25), CRS(4548))
    source, receiver, scene = SCENES[9]
    drawn_levels = levels(source, receiver, **scene)
    np.testing.assert_allclose(
        levels(source, receiver, **scene | {"terrain": dem}), drawn_levels, atol=0.05
    )


def test_inputs_stay_as_they_are():
    source, receiver, scene = SCENES[25]
    rows = [dict(row) for row in scene["buildings"]]
    path_levels(source, receiver, **scene)
    assert scene["buildings"] == rows


def test_order_does_not_matter():
    source, receiver, scene = SCENES[19]
    turned = {
        kind: list(reversed(rows)) if isinstance(rows, list) else rows
        for kind, rows in scene.items()
    }
    np.testing.assert_allclose(
        levels(source, receiver, **turned), levels(source, receiver, **scene), atol=1e-6
    )


def test_of_two_ground_polygons_the_smaller_counts():
    wide, strip = (box(-500, -500, 500, 500), 1.0), (box(0, -5, 200, 5), 0.0)
    hard = levels((0, 0, 1), (150, 0, 4), gs=0)
    for ground in ([wide, strip], [strip, wide]):
        np.testing.assert_array_equal(
            levels((0, 0, 1), (150, 0, 4), ground=ground, gs=0), hard
        )


@pytest.mark.parametrize("slope", [0.0, 0.15, -0.3])
def test_a_plane_that_is_tilted_is_level_ground_turned(slope):
    """Seen from a tilted plane, all lies as over level ground, a little farther."""
    cells = 80
    along = (np.arange(cells) + 0.5) * 10 - 200
    rise = np.broadcast_to(350 + slope * along, (cells, cells))
    at = Affine(10, 0, -200, 0, -10, 400)
    dem = Raster(np.array(rise), at, CRS(32650))
    source = np.array([3.0, 7.0, 350 + slope * 3 + 0.5])
    receiver = np.array([263.0, 7.0, 350 + slope * 263 + 4])
    how = {"default_g": 0.6, "lateral": False, "reflections": 0}
    tilted = path_levels(source, receiver, terrain=dem, **how)
    size = np.hypot(1, slope)
    run = ((receiver - source)[0] + slope * (receiver - source)[2]) / size
    level = path_levels((0, 0, 0.5 / size), (run, 0, 4 / size), **how)
    np.testing.assert_allclose(tilted.L_H, level.L_H, atol=1e-6)
    np.testing.assert_allclose(tilted.L_F, level.L_F, atol=1e-6)
