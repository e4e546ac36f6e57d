"""Areas in metres: beside pyproj's own geodesics, in hand squares, and refused."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame, GeoSeries
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPolygon,
    Point,
    Polygon,
    box,
)
from shapely.affinity import translate

from ecogis.area import StudyArea, choose_crs, metric_crs
from ecogis.errors import PlanError

X, Y = 447_000, 4_418_000  # in Chaoyang, in EPSG:4548
TOWN = box(X, Y, X + 1000, Y + 1000)
GEODESIC = StudyArea("town", TOWN, "EPSG:4548")
PLANE = StudyArea("town", TOWN, "EPSG:4548", area_method="plane")
GRS80 = Geod(ellps="GRS80")
DEGREES = Transformer.from_crs("EPSG:4548", "EPSG:4490", always_xy=True)


def oracle(shape):
    """Ask pyproj for one geometry: it goes through rings and parts by itself."""
    shape = shapely.transform(
        shape, lambda xy: np.column_stack(DEGREES.transform(*xy.T))
    )
    if shape.geom_type.endswith("LineString"):
        return GRS80.geometry_length(shape)
    return abs(GRS80.geometry_area_perimeter(shapely.orient_polygons(shape))[0])


HOLED = Polygon(
    TOWN.exterior.coords, [box(X + 100, Y + 100, X + 300, Y + 200).exterior]
)
ISLANDS = MultiPolygon([HOLED, box(X + 120, Y + 120, X + 150, Y + 150)])
SHAPES = [
    TOWN,
    HOLED,
    ISLANDS,
    shapely.reverse(HOLED),
    LineString([(X, Y), (X + 300, Y + 400), (X + 900, Y)]),
    MultiLineString([[(X, Y), (X + 3, Y + 4)], [(X, Y), (X, Y + 1000), (X + 7, Y)]]),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.geom_type)
def test_measures_what_pyproj_measures(shape):
    assert GEODESIC.measure(np.array([shape]))[0] == pytest.approx(
        oracle(shape), rel=1e-12
    )


def test_measures_all_at_once_what_it_measures_one_by_one():
    whole = GEODESIC.measure(np.array([*SHAPES, Point(X, Y), None, Polygon()]))
    single = [GEODESIC.measure(np.array([shape]))[0] for shape in SHAPES]
    assert whole.tolist() == [*single, 0, 0, 0]


corners = st.tuples(st.floats(0, 9000), st.floats(0, 9000))


@given(st.lists(st.lists(corners, min_size=4, max_size=9), min_size=1, max_size=5))
def test_measures_any_hull_as_pyproj_does(clouds):
    hulls = [shapely.MultiPoint(np.add(cloud, (X, Y))).convex_hull for cloud in clouds]
    hulls = [hull for hull in hulls if hull.area > 1]
    wanted = [oracle(hull) for hull in hulls]
    # pyproj and PROJ round the last digits of small areas at 1e-6 m²
    assert GEODESIC.measure(np.array(hulls)).tolist() == pytest.approx(
        wanted, rel=1e-9, abs=1e-3
    )


def test_the_plane_is_the_plane():
    assert PLANE.size_m2 == 1_000_000
    assert PLANE.measure(np.array(SHAPES[:2])).tolist() == [1_000_000, 980_000]
    assert PLANE.measure(np.array([SHAPES[4]]))[0] == pytest.approx(
        500 + 721.11, abs=0.01
    )


def test_gauss_krueger_is_too_large_by_the_square_of_its_scale():
    # k = 1 + (x² / 2R²): 53 km from the meridian, 3.46e-5 too long each way
    excess = PLANE.size_m2 / GEODESIC.size_m2 - 1
    assert excess == pytest.approx((52_500 / 6_371_000) ** 2, rel=0.02)


@pytest.mark.parametrize("area", [GEODESIC, PLANE])
def test_what_is_not_there_measures_nothing(area):
    nothing = np.array([None, Point(X, Y), Polygon(), LineString()])
    assert area.measure(nothing).tolist() == [0, 0, 0, 0]
    assert area.measure(nothing[:0]).tolist() == []


@pytest.mark.parametrize("area", [GEODESIC, PLANE])
def test_a_collection_measures_what_it_holds(area):
    nested = GeometryCollection([ISLANDS])
    flat = area.measure(np.array([ISLANDS]))[0]
    assert area.measure(np.array([nested]))[0] == pytest.approx(flat)


def test_frames_series_and_arrays_measure_the_same():
    frame = GeoDataFrame(geometry=[TOWN, HOLED], crs="EPSG:4548")
    wanted = GEODESIC.measure(np.array([TOWN, HOLED])).tolist()
    assert GEODESIC.measure(frame).tolist() == wanted
    assert GEODESIC.measure(frame.geometry).tolist() == wanted
    assert GEODESIC.measure(GeoSeries([], crs="EPSG:4548")).tolist() == []


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_parts_add_up(east, north):
    middle = (X + 500 + east, Y + 500 + north)
    quarters = [
        shapely.box(*np.minimum(middle, corner), *np.maximum(middle, corner))
        for corner in TOWN.exterior.coords[:4]
    ]
    parts = GEODESIC.measure(np.array(quarters)).sum()
    # a straight line of the map is not quite a geodesic
    assert parts == pytest.approx(GEODESIC.size_m2, rel=1e-8)


def test_inside_asks_for_the_inner_point():
    houses = GeoDataFrame(
        geometry=[
            box(X - 6, Y + 10, X + 4, Y + 20),  # most of it beyond the border
            box(X - 4, Y + 10, X + 6, Y + 20),
            Point(X, Y + 5),  # on the border
            Point(X - 0.001, Y + 5),
            box(X + 5000, Y, X + 5010, Y + 10),
        ],
        crs="EPSG:4548",
        index=[9, 8, 7, 6, 5],
    )
    assert GEODESIC.inside(houses).index.tolist() == [8, 7]
    assert len(GEODESIC.inside(houses.iloc[:0])) == 0


def test_the_window_is_the_box_and_its_margin():
    assert PLANE.window() == (X, Y, X + 1000, Y + 1000)
    assert PLANE.window(500) == (X - 500, Y - 500, X + 1500, Y + 1500)


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ("EPSG:4326", "is not in metres"),
        ("EPSG:4490", "is not in metres"),
        ("EPSG:4978", "is not in metres"),
        ("EPSG:2263", "is in US survey foot"),
        ("EPSG:999999", "is no CRS that PROJ knows"),
        ("town", "is no CRS that PROJ knows"),
    ],
)
def test_a_crs_that_is_not_in_metres_is_refused(stated, found):
    with pytest.raises(PlanError, match=found) as error:
        metric_crs(stated)
    assert "\n" not in str(error.value)
    with pytest.raises(PlanError, match=found):
        StudyArea("town", TOWN, stated)


def test_a_crs_in_metres_is_kept():
    assert metric_crs("EPSG:4548") == metric_crs(CRS(4548)) == CRS(4548)


def test_the_metres_of_web_maps_are_refused():
    town = GeoSeries([TOWN], crs="EPSG:4548").to_crs("EPSG:3857")[0]
    with pytest.raises(PlanError, match=r"'town': EPSG:3857 .* areas \+70% wrong here"):
        StudyArea("town", town, "EPSG:3857")


def test_a_zone_far_away_is_refused():
    # Urumqi in the zone of Beijing
    town = GeoSeries([box(87.5, 43.7, 87.7, 43.9)], crs="EPSG:4490").to_crs(4548)[0]
    with pytest.raises(PlanError, match="wrong here; take a CRS made for the place"):
        StudyArea("town", town, "EPSG:4548")


def test_coordinates_without_a_place_are_refused():
    with pytest.raises(PlanError, match="wrong here"):
        StudyArea("town", translate(TOWN, 9e9, 9e9), "EPSG:4548")


@pytest.mark.parametrize(
    "boundary", [Polygon(), MultiPolygon(), LineString([(X, Y), (X + 1, Y)])]
)
def test_an_empty_boundary_is_refused(boundary):
    with pytest.raises(PlanError, match="area 'town': the boundary is empty"):
        StudyArea("town", boundary, "EPSG:4548")


def around(lon, lat):
    return box(lon - 0.05, lat - 0.05, lon + 0.05, lat + 0.05)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (116.44, 39.92, 4548),  # Beijing: 117°E
        (87.62, 43.83, 4538),  # Urumqi: 87°E
        (75.99, 39.47, 4534),  # Kashgar: 75°E
        (121.47, 31.23, 4549),  # Shanghai: 120°E
        (109.51, 18.25, 4546),  # Sanya: 111°E
        (97.85, 24.01, 4542),  # Ruili: 99°E
        (88.91, 27.49, 4539),  # Yadong: 90°E
        (81.18, 30.29, 4536),  # Burang: 81°E
        (122.36, 53.48, 4550),  # Beiji: 123°E
        (134.29, 48.36, 4554),  # Fuyuan: 135°E
        (124.39, 40.13, 4550),  # Dandong: 123°E
        (-15.44, 28.10, 32628),  # Las Palmas
        (126.98, 37.57, 32652),  # Seoul
        (105.85, 21.03, 32648),  # Hanoi
        (106.92, 47.92, 32648),  # Ulaanbaatar
        (76.93, 43.25, 32643),  # Almaty
        (85.32, 27.71, 32645),  # Kathmandu
        (131.90, 43.12, 32652),  # Vladivostok
        (-51.2, -30.03, 32722),  # Porto Alegre
    ],
)
def test_a_crs_is_chosen_by_the_place(lon, lat, code):
    assert choose_crs(around(lon, lat)).to_epsg() == code


@pytest.mark.parametrize("meridian", range(75, 136, 3))
def test_the_zone_of_each_meridian_has_that_meridian(meridian):
    zone = CRS.from_epsg(4534 + (meridian - 75) // 3)
    assert zone.name == f"CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E"


def test_the_chosen_crs_is_never_stretched():
    for lon in range(76, 134, 2):
        place = around(lon, 35 if lon < 118 else 45)
        crs = choose_crs(place)
        boundary = GeoSeries([place], crs="EPSG:4490").to_crs(crs)[0]
        assert StudyArea("place", boundary, crs).size_m2 > 0
