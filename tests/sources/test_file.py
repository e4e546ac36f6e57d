"""Are vector files of every kind read right, and wrong ones refused in one line?"""

import json
import sqlite3
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import MultiPolygon, Point, Polygon, box

from ecogis.errors import LayerError, SourceError
from ecogis.spatial.datum import wgs84_to_bd09, wgs84_to_gcj02

GK = CRS("EPSG:4548")
DEGREES = CRS("EPSG:4326")
# a place in Beijing
X, Y = 450_000.0, 4_418_000.0
FORMATS = ["p.gpkg", "p.shp", "p.geojson", "p.fgb", "p.parquet"]


def square(x, y, size=100.0):
    return box(X + x, Y + y, X + x + size, Y + y + size)


def said(error):
    text = str(error.value)
    assert "\n" not in text + error.value.zh
    return text


BACK = Transformer.from_crs(GK, DEGREES, always_xy=True)


def in_degrees(shape):
    return shapely.transform(shape, lambda xy: np.column_stack(BACK.transform(*xy.T)))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same(name, read, write):
    crs = DEGREES if name.endswith("geojson") else GK
    shapes = gpd.GeoSeries([square(0, 0), square(500, 0)], crs=GK).to_crs(crs)
    write(name, shapes, crs, {"name": ["东", "西"]})
    reading = read("parks", name)
    assert list(reading.frame.columns) == ["name", "geometry", "patch"]
    names = reading.frame["name"].tolist()
    # FlatGeobuf keeps its features in the order of its index
    assert names == ["东", "西"] or (
        name.endswith("fgb") and set(names) == {"东", "西"}
    )
    assert reading.frame.index.tolist() == [0, 1]
    assert reading.frame.crs == GK
    assert reading.frame.area.tolist() == pytest.approx([10_000, 10_000], rel=1e-4)
    assert reading.stamp.features == 2
    assert reading.stamp.crs == crs.to_string()
    assert reading.covers is None
    assert reading.notes == ()


@pytest.mark.parametrize("name", FORMATS)
def test_only_the_window_is_read(name, read, write):
    crs = DEGREES if name.endswith("geojson") else GK
    shapes = [square(0, 0), square(500, 0), square(1000, 0)]
    write(name, gpd.GeoSeries(shapes, crs=GK).to_crs(crs), crs, {"name": list("abc")})
    window = (X + 550, Y + 50, X + 800, Y + 80)
    assert read("green_space", name, box=window).frame["name"].tolist() == ["b"]


@pytest.mark.parametrize("name", FORMATS)
def test_of_a_large_file_the_window_is_read_in_its_order(
    name, read, write, monkeypatch
):
    monkeypatch.setattr("ecogis.sources.file._SMALL", 2)
    places = np.random.default_rng(3).permutation(40)
    shapes = gpd.GeoSeries([square(200 * at, 0) for at in places], crs=GK)
    crs = DEGREES if name.endswith("geojson") else GK
    write(name, shapes.to_crs(crs), crs, {"name": [f"{at:02}" for at in places]})
    window = (X + 2050, Y, X + 4050, Y + 50)
    found = read("green_space", name, box=window).frame["name"].tolist()
    order = [f"{at:02}" for at in places if 10 <= at <= 20]
    assert sorted(found) == sorted(order)
    assert found == order or name.endswith("fgb")


def test_a_geopackages_index_does_not_decide_the_order(read, write, monkeypatch):
    monkeypatch.setattr("ecogis.sources.file._SMALL", 2)
    places = np.random.default_rng(3).permutation(3000)
    shapes = [square(200 * (at % 50), 200 * (at // 50)) for at in places]
    write("p.gpkg", shapes, columns={"name": [f"{at}" for at in places]})
    window = (X, Y, X + 10_000, Y + 6_000)
    found = read("green_space", "p.gpkg", box=window).frame["name"].tolist()
    assert found == [f"{at}" for at in places if at // 50 <= 30]


def test_the_window_is_exact_where_boxes_are_not(read, write):
    # the triangle's box meets the window, the triangle does not
    write("t.gpkg", [Polygon([(X, Y), (X + 100, Y), (X, Y + 100)])])
    beyond = (X + 51, Y + 51, X + 90, Y + 90)
    assert read("green_space", "t.gpkg", box=beyond).frame.empty
    touching = (X + 49, Y + 49, X + 90, Y + 90)
    assert len(read("green_space", "t.gpkg", box=touching).frame) == 1


def test_a_window_over_a_file_in_degrees_has_bent_edges(read, write):
    # wide enough that its northern edge bows out between its corners
    window = (X - 90_000, Y, X + 90_000, Y + 1000)
    places = [(x, y) for x in np.linspace(-89_000, 89_000, 60) for y in (5, 995)]
    dots = [in_degrees(square(x, y, 1)) for x, y in places]
    write("d.gpkg", dots, DEGREES)
    assert len(read("green_space", "d.gpkg", box=window).frame) == len(dots)


def test_without_a_crs_the_reading_is_in_degrees(read, write):
    write("d.gpkg", [square(0, 0)], columns={"name": ["朝阳区"]})
    reading = read("districts", "d.gpkg", to=None)
    assert reading.frame.crs == DEGREES
    west, south, _, _ = reading.frame.total_bounds
    assert (west, south) == pytest.approx((116.4, 39.9), abs=0.1)


def test_a_file_without_crs_says_how_to_state_it(read, write, tmp_path):
    write("n.shp", [square(0, 0)])
    (tmp_path / "n.prj").unlink()
    with pytest.raises(SourceError) as error:
        read("parks", "n.shp")
    assert 'crs = "EPSG:4326"' in said(error)
    assert "坐标系" in error.value.zh
    reading = read("parks", "n.shp", crs="EPSG:4548")
    assert reading.frame.total_bounds.tolist() == [X, Y, X + 100, Y + 100]
    assert reading.stamp.crs == "EPSG:4548"


def test_a_drawings_own_crs_is_nowhere(read, write, tmp_path):
    write("d.shp", [square(0, 0)])
    local = 'LOCAL_CS["Drawing",LOCAL_DATUM["",0],UNIT["metre",1],'
    axes = 'AXIS["x",EAST],AXIS["y",NORTH]]'
    (tmp_path / "d.prj").write_text(local + axes)
    with pytest.raises(SourceError) as error:
        read("parks", "d.shp")
    assert "its CRS (Drawing) does not lie anywhere on Earth" in said(error)
    reading = read("parks", "d.shp", crs="EPSG:4548")
    assert reading.frame.total_bounds.tolist() == [X, Y, X + 100, Y + 100]


def test_a_geojson_in_gbk_asks_for_its_encoding(read, tmp_path):
    ring = shapely.get_coordinates(in_degrees(square(0, 0))).tolist()
    shape = {"type": "Polygon", "coordinates": [ring]}
    named = {"name": "中央公园"}
    feature = {"type": "Feature", "properties": named, "geometry": shape}
    whole = {"type": "FeatureCollection", "features": [feature]}
    text = json.dumps(whole, ensure_ascii=False)
    (tmp_path / "g.geojson").write_bytes(text.encode("gbk"))
    with pytest.raises(SourceError) as error:
        read("parks", "g.geojson")
    assert "the text is not UTF-8" in said(error)
    found = read("parks", "g.geojson", encoding="gbk").frame
    assert found["name"].tolist() == ["中央公园"]


def test_a_stated_crs_overrides_the_files_own(read, write):
    write("w.gpkg", [square(0, 0)], "EPSG:4547")
    assert abs(read("parks", "w.gpkg").frame.total_bounds[0] - X) > 1000
    right = read("parks", "w.gpkg", crs="EPSG:4548").frame.total_bounds[0]
    assert right == X


def test_a_crs_that_is_none(read, write):
    write("w.gpkg", [square(0, 0)])
    with pytest.raises(SourceError, match="'EPSG:99999' is no CRS"):
        read("parks", "w.gpkg", crs="EPSG:99999")


@pytest.mark.parametrize(
    ("stated", "forward"),
    [("GCJ-02", wgs84_to_gcj02), ("bd-09", wgs84_to_bd09)],
)
def test_web_map_coordinates_are_converted(stated, forward, read, write):
    true = in_degrees(square(0, 0))
    shifted = shapely.transform(true, lambda xy: np.column_stack(forward(*xy.T)))
    write("g.geojson", [shifted], DEGREES)
    window = (X + 10, Y + 10, X + 20, Y + 20)
    reading = read("parks", "g.geojson", crs=stated, box=window)
    assert reading.frame.total_bounds == pytest.approx(
        [X, Y, X + 100, Y + 100], abs=0.01
    )
    assert reading.stamp.crs == stated.upper()


def test_a_geojson_without_crs_is_in_degrees(read, tmp_path):
    ring = shapely.get_coordinates(in_degrees(square(0, 0))).tolist()
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (tmp_path / "g.geojson").write_text(text)
    reading = read("parks", "g.geojson")
    assert reading.frame.area.sum() == pytest.approx(10_000, rel=1e-4)
    assert reading.stamp.crs == "EPSG:4326"


def test_metres_that_pass_for_degrees(read, write):
    write("m.gpkg", [square(0, 0)], DEGREES)
    with pytest.raises(SourceError, match="do not lie in EPSG:4326"):
        read("parks", "m.gpkg")
    with pytest.raises(SourceError, match="do not lie in EPSG:4326"):
        read("parks", "m.gpkg", to=None)


def test_a_world_wide_file_is_cut_before_it_is_reprojected(read, write):
    far = box(-80, -10, -79, -9)
    write("w.gpkg", [in_degrees(square(0, 0)), far], DEGREES)
    window = (X, Y, X + 10, Y + 10)
    assert len(read("parks", "w.gpkg", box=window).frame) == 1


def test_a_missing_file(read, write):
    write("parks.gpkg", [square(0, 0)])
    with pytest.raises(SourceError) as error:
        read("parks", "park.gpkg")
    text = "layer 'parks': park.gpkg: no such file; did you mean 'parks.gpkg'?"
    assert said(error) == text
    assert "文件不存在" in error.value.zh


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 50),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Fea'),
        ("a.geojson", b"<html>"),
        ("a.shp", b"\x00\x00\x27\x0a"),
        ("a.fgb", b"fgb"),
        ("a.parquet", b"PAR1"),
        ("a.gpkg", b""),
        ("a.txt", b"hello"),
    ],
)
def test_a_file_that_cannot_be_read(name, content, read, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError) as error:
        read("parks", name)
    assert said(error).startswith(f"layer 'parks': {name}: cannot be read")
    assert str(tmp_path) not in said(error)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_that_was_cut_off(name, share, read, write, tmp_path):
    crs = DEGREES if name.endswith("geojson") else GK
    shapes = gpd.GeoSeries([square(200 * at, 0) for at in range(3000)], crs=GK)
    write(name, shapes.to_crs(crs), crs, {"name": ["x"] * 3000})
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SourceError) as error:
        read("parks", name)
    assert "cut off" in said(error)


def test_a_parquet_table_without_geometry(read, tmp_path):
    pd.DataFrame({"name": ["a"]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(SourceError, match="without geometry"):
        read("parks", "t.parquet")


def test_several_layers_and_none_chosen(read, write):
    write("two.gpkg", [square(0, 0)], layer="city_parks")
    write("two.gpkg", [square(500, 0)], layer="old_parks")
    with pytest.raises(SourceError) as error:
        read("parks", "two.gpkg")
    assert "city_parks, old_parks" in said(error)
    found = read("parks", "two.gpkg", layer="old_parks").frame
    assert found.total_bounds[0] == X + 500
    with pytest.raises(SourceError, match="did you mean 'old_parks'"):
        read("parks", "two.gpkg", layer="oldparks")


def test_styles_and_tables_are_no_layers(read, write, tmp_path):
    write("one.gpkg", [square(0, 0)], layer="a")
    for name in ("layer_styles", "notes"):
        with sqlite3.connect(tmp_path / "one.gpkg") as base:
            base.execute(f"create table {name} (id integer primary key, t text)")
            base.execute(
                "insert into gpkg_contents (table_name, data_type, identifier) "
                "values (?, 'attributes', ?)",
                (name, name),
            )
        base.close()
    assert len(read("parks", "one.gpkg").frame) == 1


def test_a_table_alone_is_no_layer(read, tmp_path, write):
    write("t.gpkg", [square(0, 0)], layer="a")
    with sqlite3.connect(tmp_path / "t.gpkg") as base:
        base.execute("create table notes (id integer primary key, t text)")
        base.execute(
            "update gpkg_contents set table_name='notes', data_type='attributes'"
        )
        base.execute("delete from gpkg_geometry_columns")
    base.close()
    with pytest.raises(SourceError, match="no layer with geometry"):
        read("parks", "t.gpkg")


@pytest.mark.parametrize("name", ["e.gpkg", "e.shp", "e.parquet", "e.geojson"])
def test_an_empty_file(name, read, write):
    options = {} if name.endswith("parquet") else {"geometry_type": "Polygon"}
    if name.endswith("parquet"):
        write(name, [], columns={"name": []})
    else:
        frame = gpd.GeoDataFrame({"name": []}, geometry=[], crs=GK)
        write(name, [], columns={"name": pd.Series([], dtype=object)}, **options)
        assert frame.empty
    with pytest.raises(LayerError) as error:
        read("parks", name)
    assert "holds no feature" in said(error)
    assert "没有任何要素" in error.value.zh


def test_none_in_the_window_is_a_true_zero(read, write):
    write("p.gpkg", [square(0, 0)] * 3, columns={"name": list("abc")})
    reading = read("parks", "p.gpkg", box=(X + 900, Y, X + 1000, Y + 100))
    assert reading.frame.empty
    assert list(reading.frame.columns) == ["name", "geometry", "patch"]
    assert reading.frame.crs == GK
    (note,) = reading.notes
    assert note.en == "parks: none of the 3 features of p.gpkg lies in the window"
    assert "3 个要素均不在窗口内" in note.zh
    # the file lies where it says, which is not here
    assert reading.spans == pytest.approx((X, Y, X + 100, Y + 100))


def test_points_in_the_place_of_parks(read, write):
    write("p.gpkg", [Point(X, Y), Point(X + 1, Y)])
    for window in (None, (X - 5, Y - 5, X + 5, Y + 5), (X + 50, Y, X + 60, Y + 9)):
        with pytest.raises(LayerError) as error:
            read("parks", "p.gpkg", box=window)
        assert "found 2 Point, expected Polygon" in said(error)


def test_a_required_field_that_is_missing(read, write):
    write("p.gpkg", [square(0, 0)], columns={"MING": ["x"], "n": [1]})
    with pytest.raises(LayerError) as error:
        read("districts", "p.gpkg")
    assert "the file has: MING, n;" in said(error)
    assert 'fields = { name = "THEIR_NAME" }' in said(error)
    found = read("districts", "p.gpkg", fields={"name": "ming"})
    assert found.frame["name"].tolist() == ["x"]


def test_invalid_shapes_are_repaired_and_counted(read, write):
    bow_tie = Polygon([(X, Y), (X + 10, Y + 10), (X + 10, Y), (X, Y + 10)])
    # a hole that pokes through the border: the ground outside is not added
    torn = Polygon(
        shapely.get_coordinates(square(100, 0)),
        [[(X + 150, Y + 50), (X + 250, Y + 50), (X + 250, Y + 60), (X + 150, Y + 60)]],
    )
    line = Polygon([(X, Y), (X + 5, Y + 5), (X, Y), (X, Y)])
    write("i.gpkg", [bow_tie, square(500, 0), torn, line])
    reading = read("green_space", "i.gpkg")
    assert reading.frame.is_valid.all()
    assert reading.frame.area.tolist() == pytest.approx([50, 10_000, 9_500])
    texts = [note.en for note in reading.notes]
    assert "green_space: 2 invalid geometries repaired" in texts
    assert any("1 feature without Polygon" in text for text in texts)
    assert "绿色空间：修复 2 个无效几何" in [note.zh for note in reading.notes]


def test_features_without_geometry_are_counted(read, write):
    write("n.gpkg", [square(0, 0), None, Polygon()], columns={"name": list("abc")})
    for window in (None, (X, Y, X + 10, Y + 10)):
        reading = read("green_space", "n.gpkg", box=window)
        assert reading.frame["name"].tolist() == ["a"]
        (note,) = reading.notes
        assert note.en.startswith("green_space: 2 features without Polygon")


def test_heights_are_dropped(read, write):
    write("z.gpkg", [shapely.force_3d(square(0, 0), 45.0)])
    assert not read("green_space", "z.gpkg").frame.has_z.any()


def test_multipolygons_stay_whole(read, write):
    write("m.gpkg", [MultiPolygon([square(0, 0), square(500, 0)])])
    frame = read("parks", "m.gpkg").frame
    assert len(frame) == 1
    assert frame.area.sum() == pytest.approx(20_000)


def test_the_stamp_tells_the_file_and_not_the_machine(
    read, write, tmp_path, monkeypatch
):
    monkeypatch.setenv("GREEN_DATA", str(tmp_path))
    write("p.gpkg", [square(0, 0)])
    stamp = read("parks", "${GREEN_DATA}/p.gpkg", date="2024-05-01").stamp
    assert stamp.path == "${GREEN_DATA}/p.gpkg"
    assert stamp.sha256 == sha256((tmp_path / "p.gpkg").read_bytes()).hexdigest()
    assert stamp.date == "2024-05-01"
    assert read("parks", "p.gpkg").stamp.date is None


def test_an_unset_variable(read, monkeypatch):
    monkeypatch.delenv("GREEN_DATA", raising=False)
    with pytest.raises(SourceError, match="GREEN_DATA is not set"):
        read("parks", "${GREEN_DATA}/p.gpkg")


def test_a_shapefiles_stamp_sees_its_table(read, write, tmp_path):
    write("p.shp", [square(0, 0)], columns={"name": ["a"]})
    before = read("parks", "p.shp").stamp.sha256
    table = (tmp_path / "p.dbf").read_bytes()
    (tmp_path / "p.dbf").write_bytes(table.replace(b"a  ", b"b  "))
    assert read("parks", "p.shp").stamp.sha256 != before


def test_a_file_geodatabase(read, write, tmp_path):
    write("d.gdb", [square(0, 0)], columns={"MC": ["园"]}, driver="OpenFileGDB")
    reading = read("parks", "d.gdb")
    assert reading.frame["name"].tolist() == ["园"]
    (tmp_path / "d.gdb" / "x.lock").write_text("")
    assert read("parks", "d.gdb").stamp.sha256 == reading.stamp.sha256


def test_an_extent_in_degrees_or_in_metres(read, write):
    write("p.gpkg", [square(0, 0)])
    metres = read("parks", "p.gpkg", extent=(X, Y, X + 500, Y + 400))
    assert metres.covers == (X, Y, X + 500, Y + 400)
    whole = in_degrees(box(X - 1000, Y - 1000, X + 1000, Y + 1000))
    degrees = read("parks", "p.gpkg", extent=whole.bounds, box=(X, Y, X + 9, Y + 9))
    west, south, east, north = degrees.covers
    # what surely lies inside is a little less than the bent outline's box
    assert X - 1020 < west < X - 980
    assert Y - 1020 < south < Y - 980
    assert X + 980 < east < X + 1020
    assert Y + 980 < north < Y + 1020


def test_an_extent_the_wrong_way_round(read, write):
    write("p.gpkg", [square(0, 0)])
    with pytest.raises(SourceError, match="expected west, south, east, north"):
        read("parks", "p.gpkg", extent=(117.0, 39.0, 116.0, 40.0))


@pytest.mark.real
def test_the_streets_of_chaoyang(read, data):
    path = data / "beijing/beijing_streets_worldpop_wgs84.gpkg"
    reading = read("subdistricts", path)
    chaoyang = gpd.read_file(path).query("district == '朝阳区'")
    streets = reading.frame[reading.frame["name"].isin(chaoyang["street"])]
    assert len(reading.frame) == 331
    assert streets["people"].sum() >= 3_740_783


@pytest.mark.real
def test_the_web_maps_outline_of_chaoyang(read, data):
    outline = data / "beijing/datav_110105_gcj02.json"
    streets = gpd.read_file(data / "beijing/beijing_streets_worldpop_wgs84.gpkg")
    true = streets[streets["district"] == "朝阳区"].to_crs(GK).union_all()
    wrong = read("districts", outline, crs="EPSG:4326").frame.union_all()
    right = read("districts", outline, crs="GCJ-02").frame.union_all()
    assert wrong.symmetric_difference(true).area > 45e6
    assert right.symmetric_difference(true).area < 4e6
