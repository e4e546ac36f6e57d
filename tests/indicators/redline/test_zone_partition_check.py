"""Three zones with planted gaps, overlaps and stray red lines."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

from ecogis.area import StudyArea
from ecogis.indicators.redline import zone_partition_check
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
ECO, CORE, HELD = (
    "ecological_control",
    "concentrated_construction",
    "restricted_construction",
)


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def zones(*rows):
    return frame(*(square(*row[1:]) for row in rows), zone=[row[0] for row in rows])


BOX = square(0, 0, 1000, 1000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")
CLEAN = [(ECO, 0, 0, 400, 1000), (CORE, 400, 0, 700, 1000), (HELD, 700, 0, 1000, 1000)]


def faults(found):
    return found.table.set_index("fault")["area_m2"].to_dict()


def test_a_clean_partition_has_no_fault():
    found = zone_partition_check(TOWN, zones(*CLEAN), frame(square(0, 0, 400, 400)))
    assert found.value == 0
    assert faults(found) == {"gap": 0, "overlap": 0, "red_line_outside": 0}
    assert len(found.drawn["partition_faults"]) == 0
    assert found.notes == ()


def test_planted_faults_are_found():
    planted = [(ECO, 0, 0, 390, 1000), (CORE, 400, 0, 720, 1000), CLEAN[2]]
    red = frame(square(100, 0, 200, 100), square(800, 0, 810, 10))
    found = zone_partition_check(TOWN, zones(*planted), red)
    wanted = {"gap": 10_000, "overlap": 20_000, "red_line_outside": 100}
    assert faults(found) == pytest.approx(wanted)
    assert found.value == pytest.approx(30_100)
    drawn = found.drawn["partition_faults"].set_index("fault")["area_m2"]
    assert drawn.to_dict() == pytest.approx(wanted)


@pytest.mark.parametrize(("wide", "area_m2"), [(0.999, 0), (1.0, 0), (1.001, 1.001)])
@pytest.mark.parametrize("fault", ["gap", "overlap"])
def test_a_square_metre_is_tolerated(fault, wide, area_m2):
    notch = square(500, 0, 500 + wide, 1)
    rows = zones(*CLEAN)
    if fault == "gap":
        rows = rows.set_geometry(rows.geometry.difference(notch))
    else:
        rows = frame(*rows.geometry, notch, zone=[*rows["zone"], HELD])
    found = zone_partition_check(TOWN, rows)
    assert faults(found)[fault] == pytest.approx(area_m2, abs=1e-5)
    assert found.value == pytest.approx(area_m2, abs=1e-5)
    assert any("left out" in str(note) for note in found.notes) == (area_m2 == 0)


def test_ground_that_three_zones_claim_counts_once():
    rows = [*CLEAN, (CORE, 0, 0, 100, 100), (HELD, 0, 0, 100, 100)]
    assert faults(zone_partition_check(TOWN, zones(*rows)))["overlap"] == (
        pytest.approx(10_000)
    )


def test_polygons_of_one_zone_may_overlap():
    rows = [*CLEAN, (ECO, 0, 0, 100, 100)]
    assert zone_partition_check(TOWN, zones(*rows)).value == 0


def test_beyond_the_border_nothing_is_at_fault():
    rows = [
        (ECO, -500, -500, 400, 1500),
        (CORE, 400, 0, 700, 1000),
        (HELD, 700, 0, 1000, 1000),
        (CORE, -300, 0, -100, 100),
    ]
    red = frame(square(2000, 0, 3000, 100))
    assert zone_partition_check(TOWN, zones(*rows), red).value == 0


def test_without_a_red_line_that_question_stays_open():
    found = zone_partition_check(TOWN, zones(*CLEAN))
    assert set(faults(found)) == {"gap", "overlap"}
    assert "no red line was given" in str(found.notes[0])


def test_without_an_ecological_zone_every_red_line_lies_outside():
    rows = zones(("strict", 0, 0, 400, 1000), *CLEAN[1:])
    found = zone_partition_check(TOWN, rows, frame(square(0, 0, 100, 100)))
    assert faults(found)["red_line_outside"] == pytest.approx(10_000)
    told = " ".join(map(str, found.notes))
    assert "zones other than the three: strict" in told
    assert "no zone is an ecological control zone" in told


def test_a_polygon_without_a_zone_is_no_zone():
    rows = zones(*CLEAN[:2], (None, 700, 0, 1000, 1000))
    found = zone_partition_check(TOWN, rows)
    assert faults(found)["gap"] == pytest.approx(300_000)
    assert "1 polygons name no zone" in str(found.notes[0])


def test_overlapping_red_lines_count_once():
    red = frame(square(800, 0, 900, 100), square(850, 0, 900, 100))
    found = zone_partition_check(TOWN, zones(*CLEAN), red)
    assert found.value == pytest.approx(10_000)


names = st.sampled_from([ECO, CORE, HELD])
corner = st.integers(-10, 100)
row = st.tuples(names, corner, corner, st.integers(1, 60), st.integers(1, 60))
rows = st.lists(row, min_size=1, max_size=6)
reds = st.lists(st.tuples(corner, corner, st.integers(1, 60)), max_size=3)


def layers(planted, red):
    # ten metres a step
    claimed = [
        (z, 10 * x, 10 * y, 10 * (x + w), 10 * (y + h)) for z, x, y, w, h in planted
    ]
    boxes = (square(10 * x, 10 * y, 10 * (x + w), 10 * (y + w)) for x, y, w in red)
    return zones(*claimed), frame(*boxes)


def oracle(planted, red):
    """Colour squared paper of 10 m, a sheet for each zone and one for the red line."""
    sheets = {name: np.zeros((100, 100), dtype=bool) for name in (ECO, CORE, HELD, "r")}
    squares = [(name, x, y, w, h) for name, x, y, w, h in planted]
    squares += [("r", x, y, w, w) for x, y, w in red]
    for name, x, y, w, h in squares:
        sheets[name][max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)] = True
    claims = sheets[ECO].astype(int) + sheets[CORE] + sheets[HELD]
    return {
        "gap": 100 * (claims == 0).sum(),
        "overlap": 100 * (claims > 1).sum(),
        "red_line_outside": 100 * (sheets["r"] & ~sheets[ECO]).sum(),
    }


@given(rows, reds)
def test_agrees_with_squared_paper(planted, red):
    found = zone_partition_check(TOWN, *layers(planted, red))
    wanted = oracle(planted, red)
    assert faults(found) == pytest.approx(wanted, abs=1e-3)
    assert found.value == pytest.approx(sum(wanted.values()), abs=1e-3)


@given(rows, reds, st.floats(0, 360))
@settings(max_examples=15)
def test_order_place_and_turn_do_not_matter(planted, red, degrees):
    found = zone_partition_check(TOWN, *layers(planted, red)).value

    def moved(shape):
        away = affinity.translate(shape, 3456.7, -1234.5)
        return affinity.rotate(away, degrees, origin=(X, Y))

    there = StudyArea("there", moved(BOX), CRS, area_method="plane")
    turned = [
        layer.set_geometry([moved(shape) for shape in layer.geometry], crs=CRS)
        for layer in layers(planted[::-1], red[::-1])
    ]
    value = zone_partition_check(there, *turned).value
    assert value == pytest.approx(found, rel=1e-7, abs=1e-2)


@given(rows, reds)
@settings(max_examples=15)
def test_rows_add_up(planted, red):
    found = zone_partition_check(TOWN, *layers(planted, red))
    halves = frame(square(0, 0, 405, 1000), square(405, 0, 800, 1000), name=["a", "b"])
    rows = by_zone(found.parts, halves)
    assert rows["numerator"].sum() == pytest.approx(found.numerator, abs=1e-3)


def test_inputs_stay_as_they_are():
    given_zones, red = zones(*CLEAN), frame(square(800, 0, 900, 100))
    before = given_zones.copy(), red.copy()
    zone_partition_check(TOWN, given_zones, red)
    assert given_zones.equals(before[0])
    assert red.equals(before[1])
