"""The red line's area, in the plane and on the ellipsoid."""

import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import can_be_drawn
from pyproj import Geod, Transformer
from shapely import box, segmentize, transform

from ecogis.area import StudyArea
from ecogis.indicators.redline import redline_area, redline_share
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


BOX = square(0, 0, 2000, 2000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")


def test_overlapping_squares_count_once_in_square_kilometres():
    # 1 km² and 1 km², a quarter of each shared: 1.75 km²
    red = frame(square(0, 0, 1000, 1000), square(500, 500, 1500, 1500))
    found = redline_area(TOWN, red)
    assert found.value == pytest.approx(1.75, abs=1e-9)
    assert "25 ha held by several" in str(found.notes[0])
    assert (found.denominator, found.kind) == (None, "total")


def test_ground_beyond_the_border_is_the_neighbours():
    assert redline_area(TOWN, frame(square(1500, 0, 9000, 1000))).value == (
        pytest.approx(0.5, abs=1e-9)
    )


def test_none_inside_is_a_true_zero():
    assert redline_area(TOWN, frame(square(5000, 0, 5001, 1))).value == 0


def test_on_the_ellipsoid_it_is_the_geodesic_area():
    # short sides, so that a straight line of the map is a geodesic to a millimetre
    red = segmentize(square(100, 100, 1900, 1700), 50)
    to_degrees = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)
    grs80 = Geod(a=6_378_137.0, rf=298.257222101)
    degrees = transform(red, to_degrees.transform, interleaved=False)
    wanted = abs(grs80.geometry_area_perimeter(degrees)[0]) / 1e6
    found = redline_area(StudyArea("town", BOX, CRS), frame(red)).value
    assert found == pytest.approx(wanted, rel=1e-9)
    # 0.6° west of the meridian the projection is too large, by less than 1e-4
    assert 1e-5 < 2.88 / found - 1 < 1e-4


corner = st.integers(-300, 2100)
reds = st.lists(
    st.tuples(corner, corner, st.integers(1, 900), st.integers(1, 900)), max_size=6
)


@given(reds)
@settings(max_examples=15)
def test_it_is_the_share_of_the_area_and_adds_up_by_zone(rows):
    red = frame(*(square(x, y, x + w, y + h) for x, y, w, h in rows))
    found = redline_area(TOWN, red)
    assert found.value == pytest.approx(redline_share(TOWN, red).value / 100 * 4)
    halves = frame(square(0, 0, 900, 2000), square(900, 0, 1500, 2000), name=["a", "b"])
    rows = by_zone(found.parts, halves)
    assert rows["numerator"].sum() == pytest.approx(found.numerator, rel=1e-9, abs=1e-9)


def test_inputs_stay_as_they_are():
    red = frame(square(0, 0, 400, 400), square(200, 0, 3600, 400))
    before = red.copy()
    redline_area(TOWN, red)
    assert red.equals(before)


def test_what_is_drawn_was_declared_and_has_its_style():
    can_be_drawn(redline_area, redline_area(TOWN, frame(BOX, name=["a"])))
