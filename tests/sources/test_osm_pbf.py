"""Is OpenStreetMap read as its mappers mean it?"""

import osmium
import pytest
import shapely
from osmium.osm import mutable
from pyproj import CRS

from ecogis.errors import LayerError, SourceError

UTM = CRS("EPSG:32650")
DEGREES = None


@pytest.fixture
def osm(tmp_path):
    """Write nodes, ways and relations to a file in tmp_path, and return its name."""

    def make(*things, name="x.osm.pbf", box=None, date=None):
        header = osmium.io.Header()
        if box is not None:
            header.add_box(osmium.osm.Box(*box))
        if date is not None:
            header.set("osmosis_replication_timestamp", date)
        path = tmp_path / name
        path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(path), header=header) as writer:
            for thing in things:
                writer.add(thing)
        return name

    return make


def node(number, x, y, **tags):
    return mutable.Node(id=number, location=(116 + x / 100, 39 + y / 100), tags=tags)


def way(number, nodes, **tags):
    return mutable.Way(id=number, nodes=nodes, tags=tags)


def relation(number, members, **tags):
    parts = [("w", ref, role) for ref, role in members]
    return mutable.Relation(
        id=number, members=parts, tags={"type": "multipolygon", **tags}
    )


# a grid of 5 x 5 nodes, 1/100 degree apart: node 10 y + x + 1 at (x, y)
GRID = [node(10 * y + x + 1, x, y) for y in range(5) for x in range(5)]
SQUARE = [1, 2, 12, 11, 1]
OUTER, INNER = [1, 5, 45, 41, 1], [12, 13, 23, 22, 12]
PARK = {"leisure": "park"}


def polygon(*corners):
    return shapely.Polygon([(116 + x / 100, 39 + y / 100) for x, y in corners])


def notes(reading):
    return [note.en for note in reading.notes]


def test_a_closed_way_is_an_area(osm, read):
    path = osm(
        *GRID, way(1, SQUARE, name="日坛公园", **PARK), relation(1, [(1, "outer")])
    )
    reading = read("parks", path, kind="osm_pbf", to=DEGREES)
    assert list(reading.frame.columns) == ["name", "category", "geometry", "patch"]
    assert reading.frame["name"].tolist() == ["日坛公园"]
    assert reading.frame["category"].tolist() == ["park"]
    expected = polygon((0, 0), (1, 0), (1, 1), (0, 1))
    assert reading.frame.geometry[0].equals(expected)
    assert reading.notes == ()


def test_a_multipolygon_has_its_hole_and_its_parts(osm, read):
    path = osm(
        *GRID,
        way(1, OUTER),
        way(2, INNER),
        relation(7, [(1, "outer"), (2, "inner")], **PARK),
    )
    (shape,) = read("parks", path, kind="osm_pbf", to=DEGREES).frame.geometry
    whole = polygon((0, 0), (4, 0), (4, 4), (0, 4))
    hole = polygon((1, 1), (2, 1), (2, 2), (1, 2))
    assert shape.equals(whole - hole)
    assert shape.geom_type == "Polygon"


def test_an_outline_of_several_ways_is_put_together(osm, read):
    path = osm(
        *GRID,
        way(1, [1, 5, 45]),
        way(2, [45, 41, 1]),
        relation(7, [(1, "outer"), (2, "outer")], **PARK),
    )
    (shape,) = read("parks", path, kind="osm_pbf", to=DEGREES).frame.geometry
    assert shape.equals(polygon((0, 0), (4, 0), (4, 4), (0, 4)))


def test_what_has_no_outline_is_left_out_and_counted(osm, read):
    path = osm(
        *GRID,
        node(99, 3, 3, name="only a node", **PARK),
        way(1, SQUARE, name="a", **PARK),
        way(2, [1, 2, 12], name="open", **PARK),
        way(3, [3, 4, 14, 13, 3], name="a line", area="no", **PARK),
        relation(7, [(1, "outer"), (55, "inner")], name="incomplete", **PARK),
    )
    reading = read("parks", path, kind="osm_pbf")
    assert reading.frame["name"].tolist() == ["a"]
    assert notes(reading) == ["parks: 4 features without Polygon geometry left out"]


def test_nothing_but_nodes_is_a_true_zero(osm, read):
    path = osm(*GRID, node(99, 3, 3, **PARK))
    reading = read("parks", path, kind="osm_pbf")
    assert reading.frame.empty
    assert "parks: 1 feature without Polygon geometry left out" in notes(reading)
    assert read("rivers", path, kind="osm_pbf").frame.empty


def test_an_outline_that_crosses_itself_is_repaired(osm, read):
    path = osm(*GRID, way(1, [1, 12, 2, 11, 1], **PARK), relation(1, []))
    reading = read("parks", path, kind="osm_pbf", to=DEGREES)
    (shape,) = reading.frame.geometry
    assert shape.area == pytest.approx(0.5e-4)
    assert notes(reading) == ["parks: 1 invalid geometry repaired"]


def test_a_loop_road_is_a_line(osm, read):
    path = osm(
        *GRID,
        way(1, SQUARE, highway="residential"),
        way(2, SQUARE, highway="service", area="yes"),
        way(3, [1, 2], highway="motorway_link", width="7.5 m"),
        way(4, [1, 2], highway="footway"),
    )
    reading = read("roads", path, kind="osm_pbf", to=DEGREES)
    assert reading.frame["class"].tolist() == ["residential", "motorway"]
    assert reading.frame["width_m"].tolist()[1] == 7.5
    assert reading.frame.geometry[0].length == pytest.approx(0.04)
    assert reading.notes == ()


def test_stops_are_points_wherever_they_are_drawn(osm, read):
    path = osm(
        *GRID,
        node(99, 3, 3, highway="bus_stop"),
        way(1, SQUARE, railway="station", station="subway", name="国贸"),
        way(2, [1, 3], public_transport="platform", bus="yes"),
        relation(
            7,
            [(1, "outer")],
            railway="station",
            station="light_rail",
        ),
    )
    reading = read("transit_stops", path, kind="osm_pbf", to=DEGREES)
    kinds = ["bus", "subway", "bus", "subway"]
    assert reading.frame["kind"].tolist() == kinds
    assert set(reading.frame.geom_type) == {"Point"}
    square = polygon((0, 0), (1, 0), (1, 1), (0, 1))
    assert square.contains(reading.frame.geometry[1])
    middle = shapely.Point(116.01, 39)
    assert reading.frame.geometry[2].distance(middle) == pytest.approx(0, abs=1e-12)


def test_rows_are_by_kind_and_id(osm, read):
    path = osm(
        *GRID,
        way(2, SQUARE, name="w2", **PARK),
        way(9, SQUARE, name="w9", **PARK),
        way(30, OUTER),
        relation(1, [(30, "outer")], name="r1", **PARK),
    )
    found = read("parks", path, kind="osm_pbf").frame["name"].tolist()
    assert found == ["w2", "w9", "r1"]


def test_a_file_that_is_not_by_id(osm, read):
    path = osm(*GRID, way(9, SQUARE, **PARK), way(2, SQUARE, **PARK))
    with pytest.raises(SourceError, match="sort it with 'osmium sort'"):
        read("parks", path, kind="osm_pbf")


@pytest.mark.parametrize(
    ("written", "height_m", "unread"),
    [
        ("12", 12, 0),
        ("12.5 m", 12.5, 0),
        ("12,5", 12.5, 0),
        (" 30m ", 30, 0),
        ("3;4", None, 1),
        ("tall", None, 1),
        ("-3", None, 1),
        ("40'", None, 1),
        (None, None, 0),
    ],
)
def test_heights_as_people_write_them(written, height_m, unread, osm, read):
    tags = {"building": "yes"} | ({"height": written} if written else {})
    path = osm(*GRID, way(1, SQUARE, **tags), relation(1, []))
    reading = read("buildings", path, kind="osm_pbf")
    (found,) = reading.frame["height_m"].astype(object)
    assert (found == height_m) if height_m else found != found  # noqa: PLR0124
    assert (
        notes(reading)
        == ["buildings: values of height_m that are no number, taken as not stated: 1"]
        * unread
    )


@pytest.mark.parametrize(
    ("tags", "use"),
    [
        ({"building": "apartments"}, "residential"),
        ({"building": "yes", "amenity": "kindergarten"}, "school"),
        ({"building": "yes", "amenity": "nursing_home"}, "care"),
        ({"building": "yes", "amenity": "something_new"}, None),
        ({"building": "yes"}, None),
        ({"building": "house", "amenity": "something_new"}, "residential"),
    ],
)
def test_a_buildings_use_is_the_first_tag_that_is_understood(tags, use, osm, read):
    path = osm(*GRID, way(1, SQUARE, **tags), relation(1, []))
    reading = read("buildings", path, kind="osm_pbf")
    assert reading.frame["use"].tolist() == [use]
    assert reading.notes == ()


def test_the_plan_takes_other_tags_and_values(osm, read):
    path = osm(
        *GRID,
        way(1, SQUARE, building="lodge", **{"name:zh": "小屋"}),
        relation(1, []),
    )
    found = read(
        "buildings",
        path,
        kind="osm_pbf",
        fields={"name": "name:zh"},
        values={"use": {"lodge": "residential"}},
    ).frame
    assert found["name"].tolist() == ["小屋"]
    assert found["use"].tolist() == ["residential"]


def test_nodes_that_ways_miss_are_counted(osm, read):
    path = osm(
        *GRID,
        way(1, [1, 2, 77, 3, 4], highway="primary"),
        way(2, [78, 1, 2, 3], highway="primary"),
        way(3, [1, 2, 3], highway="primary"),
        way(4, [79, 80], highway="primary"),
    )
    reading = read("roads", path, kind="osm_pbf", to=DEGREES)
    kinds = ["MultiLineString", "LineString", "LineString"]
    assert reading.frame.geom_type.tolist() == kinds
    # two runs of 0.01 degrees on either side of the lost node
    lengths = [shape.length for shape in reading.frame.geometry]
    assert lengths == pytest.approx([0.02, 0.02, 0.02])
    assert notes(reading) == [
        "roads: 4 nodes of 3 ways are not in the file, which was cut there",
        "roads: 1 feature without Line geometry left out",
    ]


def test_a_file_without_relations_says_so(osm, read):
    path = osm(*GRID, way(1, SQUARE, **PARK))
    (note,) = notes(read("parks", path, kind="osm_pbf"))
    assert "the file holds no relation" in note


def test_a_park_in_pieces_keeps_those_beyond_the_window(osm, read):
    path = osm(
        *GRID,
        way(1, SQUARE, **PARK),
        way(2, [2, 3, 13, 12, 2], **PARK),
        way(3, [4, 5, 15, 14, 4], **PARK),
        relation(1, []),
    )
    # inside the first square only
    window = (116.001, 39.001, 116.002, 39.002)
    frame = read("parks", path, kind="osm_pbf", to=CRS("EPSG:4326"), box=window).frame
    assert len(frame) == 2
    assert frame["patch"].tolist() == [0, 0]


def test_the_header_tells_date_and_box(osm, read):
    path = osm(
        *GRID,
        way(1, SQUARE, **PARK),
        box=(116, 39, 117, 40),
        date="2024-03-01T20:21:22Z",
    )
    reading = read("parks", path, kind="osm_pbf", to=DEGREES)
    assert reading.stamp.date == "2024-03-01"
    assert reading.covers == (116, 39, 117, 40)
    assert reading.stamp.crs == "EPSG:4326"
    own = read(
        "parks", path, kind="osm_pbf", to=DEGREES, date="2020", extent=(0, 0, 1, 1)
    )
    assert own.stamp.date == "2020"
    assert own.covers == (0, 0, 1, 1)
    bare = read("parks", osm(*GRID, name="bare.osm.pbf"), kind="osm_pbf")
    assert bare.covers is None
    assert bare.stamp.date is None


def test_xml_and_pbf_give_the_same(osm, read):
    things = [*GRID, way(1, SQUARE, name="日坛", **PARK), relation(1, [])]
    one = read("parks", osm(*things), kind="osm_pbf").frame
    other = read("parks", osm(*things, name="x.osm"), kind="osm_pbf").frame
    assert one.equals(other)


def test_a_changed_file_is_read_again(osm, read):
    path = osm(*GRID, way(1, SQUARE, **PARK))
    assert len(read("parks", path, kind="osm_pbf").frame) == 1
    osm(*GRID, way(1, SQUARE, **PARK), way(2, SQUARE, **PARK))
    assert len(read("parks", path, kind="osm_pbf").frame) == 2


def test_bad_files(read, tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read("parks", "none.osm.pbf", kind="osm_pbf")
    for name, content in [
        ("junk.osm.pbf", b"hello" * 100),
        ("empty.osm.pbf", b""),
        ("cut.osm", b"<?xml version='1.0'?><osm version='0.6'><node id='1'"),
        ("page.osm", b"<html></html>"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError) as error:
            read("parks", name, kind="osm_pbf")
        assert "\n" not in str(error.value)
        assert "cannot be read as OpenStreetMap data" in str(error.value)


def test_a_file_with_nothing_in_it(osm, read):
    with pytest.raises(LayerError, match="holds no feature"):
        read("parks", osm(), kind="osm_pbf")


def test_a_layer_that_openstreetmap_does_not_hold(osm, read):
    with pytest.raises(SourceError, match="OpenStreetMap does not hold it"):
        read("red_lines", osm(*GRID), kind="osm_pbf")


LAS_PALMAS = "las_palmas/las_palmas_20230221.osm.pbf"


@pytest.mark.real
def test_a_truncated_extract(data, read, tmp_path):
    content = (data / LAS_PALMAS).read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="damaged or cut off"):
        read("parks", "cut.osm.pbf", kind="osm_pbf")


@pytest.mark.real
def test_parks_of_las_palmas(data, read):
    reading = read("parks", data / LAS_PALMAS, kind="osm_pbf", to=CRS("EPSG:32628"))
    assert reading.stamp.date == "2023-02-21"
    category = reading.frame["category"]
    # 283 objects are leisure=park, one of them a node
    assert (category == "park").sum() + 1 <= 283
    assert notes(reading) == ["parks: 1 feature without Polygon geometry left out"]
    # an independent count: every closed way and multipolygon with the tag
    counted = 0
    path = str(data / LAS_PALMAS)
    for thing in osmium.FileProcessor(path, osmium.osm.WAY | osmium.osm.RELATION):
        tags = dict(thing.tags)
        counted += tags.get("leisure") == "park" and tags.get("access") not in {
            "private",
            "no",
        }
    assert (category == "park").sum() == counted


@pytest.mark.real
@pytest.mark.parametrize("name", ["bupt", "cau", "pku_tsinghua"])
def test_fragments_of_beijing_are_cut_but_readable(name, data, read):
    path = data / f"beijing/osm_fragments/{name}.osm"
    for layer in ("buildings", "roads", "parks", "transit_stops", "green_space"):
        reading = read(layer, path, kind="osm_pbf", to=UTM)
        assert reading.frame.is_valid.all()
        assert reading.covers is not None
    buildings = read("buildings", path, kind="osm_pbf", to=UTM).frame
    assert len(buildings) > 30
    assert buildings["name"].dropna().map(lambda n: not n.isascii()).any()
