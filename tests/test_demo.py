"""The demo's district: made by its generator, sound in itself, every verdict there."""

import hashlib
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import Geod, Transformer

from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.run import run
from ecogis.table import table
from ecogis.workspace import Workspace

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "maps" / "demo"
LAYERS = DEMO / "layers"
SIDES = (".shx", ".dbf", ".prj")
VERDICTS = {
    "met": ["QH-03", "QH-04", "QH-08", "QH-10", "QH-11", "QH-13", "QH-18"],
    "on_track": ["QH-01", "QH-05", "QH-07", "QH-14", "QH-16"],
    "behind": ["QH-02", "QH-12", "QH-17", "QH-19"],
    "unknown": ["QH-06"],
    "not_evaluable": ["QH-09", "QH-15", "QH-20"],
}


@pytest.fixture(scope="module")
def generator():
    """Import the generator, which lies beside its script."""
    sys.path.insert(0, str(ROOT / "scripts"))
    from demo_district import delivered, files  # noqa: PLC0415
    from make_demo import SEED  # noqa: PLC0415

    yield delivered, files, SEED
    sys.path.remove(str(ROOT / "scripts"))


@pytest.fixture(scope="module")
def made(generator, tmp_path_factory):
    """Generate the district once: the delivery and the folder it is written to."""
    delivered, files, seed = generator
    folder = tmp_path_factory.mktemp("made")
    delivery = delivered.deliver(seed)
    files.write(delivery, folder, awaited=True)
    return delivery, folder


@pytest.fixture(scope="module")
def card():
    catalogue = Catalogue.read(Workspace.above(DEMO))
    return run(read_plan(DEMO / "plan.toml"), catalogue)


def layer(file, name=None, folder=LAYERS):
    path = folder / file
    options = {"layer": name} if name else {}
    if path.suffix in {".shp", ".zip"}:
        options["encoding"] = "gbk"
    where = f"zip://{path}" if path.suffix == ".zip" else path
    return gpd.read_file(where, **options)


def boundaries(name="行政区"):
    return layer("行政区划.gpkg", name)


def district():
    return boundaries().geometry.iloc[0]


def overlap_m2(frame):
    shapes = frame.geometry.to_numpy()
    return shapely.area(shapes).sum() - shapely.union_all(shapes).area


# --- the files ---------------------------------------------------------------------


def test_the_generator_reproduces_what_is_committed(made, generator):
    _, files, _ = generator
    for name, filed in files.FILES.items():
        if name == "green_belts":
            continue
        committed = layer(filed.file, filed.layer)
        again = layer(filed.file, filed.layer, made[1])
        assert_geodataframe_equal(committed, again, check_less_precise=True)


def test_it_writes_the_same_bytes_every_time(made, generator, tmp_path):
    _, files, _ = generator
    written = files.write(made[0], tmp_path, awaited=True)
    for path in tmp_path.iterdir():
        there = made[1] / path.name
        assert hashlib.sha256(path.read_bytes()).digest() == (
            hashlib.sha256(there.read_bytes()).digest()
        ), path.name
    assert len(written) == len({filed.file for filed in files.FILES.values()})


def test_another_seed_is_another_district(made, generator):
    sheet = sys.modules["demo_district.sheet"]
    seed = generator[2]
    one, other = (sheet.chance(s, "uses").random(4) for s in (seed, seed + 1))
    assert not np.array_equal(one, other)
    assert made[0].layers["buildings"].crs == "EPSG:4548"


def test_the_data_are_small():
    sizes = {path.name: path.stat().st_size for path in LAYERS.iterdir()}
    assert sum(sizes.values()) <= 4_000_000


def test_the_parks_do_not_say_that_they_are_gbk():
    assert not (LAYERS / "公园绿地.cpg").exists()
    text = (LAYERS / "公园绿地.dbf").read_bytes()
    assert "明湖公园".encode("gbk") in text
    assert "明湖公园".encode() not in text


def test_every_kind_of_file_is_there():
    suffixes = {path.suffix for path in LAYERS.iterdir()} - set(SIDES)
    assert suffixes == {".gpkg", ".shp", ".zip", ".geojson", ".fgb"}


# --- the district ------------------------------------------------------------------


def test_it_says_that_it_is_fictional():
    plan = read_plan(DEMO / "plan.toml")
    assert plan.fictional
    assert "虚构" in plan.title.zh
    assert "fictional" in plan.title.en


def test_two_districts_of_which_the_name_picks_one():
    found = boundaries()
    assert list(found["名称"]) == ["清禾区", "望岭区"]
    to_degrees = Transformer.from_crs(4548, 4490, always_xy=True).transform
    lon, lat = to_degrees(*np.asarray(found.geometry.iloc[0].exterior.coords).T)
    size_m2, _ = Geod(a=6378137, rf=298.257222101).polygon_area_perimeter(lon, lat)
    assert abs(size_m2) / 1e6 == pytest.approx(60, abs=0.5)
    # they share the boundary, but for the centimetre that corners are rounded to
    assert found.geometry.iloc[0].intersection(found.geometry.iloc[1]).area < 0.1


def test_twelve_subdistricts_make_up_the_district():
    wards = boundaries("街道乡镇")
    assert len(wards) == wards["街道名称"].nunique() == 12
    assert wards.area.sum() == pytest.approx(district().area, abs=1e-3)
    pairs = combinations(wards.geometry, 2)
    assert sum(one.intersection(other).area for one, other in pairs) < 1e-3
    assert (wards.geom_type == "Polygon").all()


def test_the_people_add_up():
    wards, homes = boundaries("街道乡镇"), layer("population.gpkg")
    houses = layer("buildings.fgb")
    assert wards["常住人口"].sum() == homes["常住人口"].sum() == 520_000
    assert houses["居住人口"].sum() == 520_000
    for row in wards.itertuples():
        inside = homes.representative_point().within(row.geometry)
        assert homes["常住人口"][inside].sum() == pytest.approx(row.常住人口, rel=0.06)


def test_buildings_stand_clear_of_each_other_and_of_all_else():
    houses = layer("buildings.fgb")
    assert len(houses) == 8_000
    assert houses.within(district()).all()
    assert overlap_m2(houses) < 1e-3
    roads = layer("roads.gpkg")
    ways = roads.buffer(roads["宽度"].fillna(12) / 2, cap_style="flat")
    tracks = layer("railways.geojson").to_crs(4548).buffer(4)
    others = [ways, tracks, layer("公园绿地.shp"), layer("水系.gpkg", "水域")]
    tree = shapely.STRtree(houses.geometry.to_numpy())
    for other in others:
        hit = tree.query(other.geometry.to_numpy(), predicate="intersects")[1]
        assert not len(hit)


def test_streets_lie_along_the_walls():
    houses = layer("buildings.fgb")
    edges = np.asarray([shape.exterior.coords[:2] for shape in houses.geometry])
    step = edges[:, 1] - edges[:, 0]
    # no house is turned more than some degrees from the grid of its streets
    turn = np.degrees(np.arctan2(step[:, 1], step[:, 0])) % 90
    assert (np.minimum(turn, 90 - turn) < 15).all()


def test_the_roads_have_classes_and_mostly_widths():
    roads = layer("roads.gpkg")
    assert set(roads["等级"]) == {
        "高速公路", "快速路", "主干路", "次干路", "支路", "街坊路", "乡村道路",
    }  # fmt: skip
    missing = roads["宽度"].isna().mean()
    assert 0.04 < missing < 0.25


def test_the_land_is_covered_once_with_few_strange_codes():
    land = layer("地类图斑.zip")
    assert land.is_valid.all()
    assert land.union_all().symmetric_difference(district()).area < 100
    assert overlap_m2(land) < 1_000
    classes = table("land_use")["gbt21010_2017"].columns["classes"]
    known = land["DLBM"].map(lambda code: any(map(code.startswith, classes)))
    assert sorted(land["DLBM"][~known]) == ["1299", "1299", "2105", "9999"]


def test_residential_land_reaches_beyond_the_boundary():
    homes = layer("residential_land.gpkg")
    assert 150 <= homes.within(district()).sum() <= 450
    assert homes.disjoint(district()).sum() > 5
    assert overlap_m2(homes) < 10


def test_parks_of_every_size():
    parks = layer("公园绿地.shp")
    size = parks.area
    assert size.max() > 2_000_000
    assert (size < 1_000).sum() >= 15
    assert ((size >= 1_000) & (size < 10_000)).sum() >= 20
    assert overlap_m2(parks) < 10


def test_one_park_in_two_pieces_touches_across_the_boundary():
    parks = layer("公园绿地.shp")
    pieces = parks[parks["名称"].str.startswith("界畔游园")]
    north, south = pieces.geometry
    assert north.touches(south)
    assert north.intersection(district()).area < 0.1
    assert south.difference(district()).area < 0.1
    assert max(north.area, south.area) < 1_000 < north.area + south.area


def served_percent(parks):
    """Homes' land within 500 m, the slow way and in the plane."""
    homes = layer("residential_land.gpkg").intersection(district())
    homes = shapely.union_all(homes.to_numpy())
    reach = shapely.union_all(shapely.buffer(parks, 500, quad_segs=64))
    return 100 * homes.intersection(reach).area / homes.area


def test_the_coverage_agrees_with_an_oracle_and_the_border_matters(card):
    parks = layer("公园绿地.shp")
    pieces = parks["名称"].str.startswith("界畔游园").to_numpy()
    large = (parks.area >= 1_000).to_numpy()
    shapes = parks.geometry.to_numpy()
    whole = served_percent(shapes[large | pieces])
    assert card["QH-01"].value == pytest.approx(whole, abs=0.05)
    assert served_percent(shapes[large]) < whole - 0.1
    near = shapely.intersects(shapes, district())
    assert served_percent(shapes[(large | pieces) & near]) < whole - 0.1


def test_the_red_line_lost_and_gained():
    then = layer("生态空间.gpkg", "生态保护红线_2020").intersection(district())
    now = layer("生态空间.gpkg", "生态保护红线_2023").intersection(district())
    assert overlap_m2(gpd.GeoDataFrame(geometry=now)) < 1
    then, now = then.union_all(), now.union_all()
    assert then.difference(now).area / 1e6 == pytest.approx(0.088, abs=0.005)
    assert now.difference(then).area / 1e6 == pytest.approx(0.123, abs=0.005)


def test_three_control_zones_and_one_planted_fault(card):
    zones = layer("生态空间.gpkg", "两线三区").dissolve("分区名称")
    assert len(zones) == 3
    assert zones.union_all().symmetric_difference(district()).area < 1
    shared = [
        one.intersection(other).area for one, other in combinations(zones.geometry, 2)
    ]
    assert sorted(area > 1 for area in shared) == [False, False, True]
    assert card["QH-12"].value == pytest.approx(max(shared), rel=1e-3)
    red = layer("生态空间.gpkg", "生态保护红线_2023").intersection(district())
    outside = red.union_all().difference(zones.geometry["生态控制区"])
    assert outside.area < 1


def test_waters_and_acoustic_classes():
    rivers = layer("水系.gpkg", "河流")
    assert set(rivers["是否有水"]) == {"是", "否"}
    noise = layer("noise_zones.gpkg")
    assert set(noise["功能区类别"]) == {"0类", "1类", "2类", "3类", "4b类"}
    assert noise.area.sum() == pytest.approx(district().area, abs=1e-3)


# --- the plan ----------------------------------------------------------------------


def test_every_verdict_occurs(card):
    found = {score.goal.row: score.verdict for score in card.scores}
    assert found == {row: verdict for verdict, rows in VERDICTS.items() for row in rows}


def test_only_the_layer_that_is_awaited_is_unknown(card):
    errors = [score.goal.row for score in card.scores if score.error is not None]
    assert errors == ["QH-06"]
    assert "green_belts" in str(card["QH-06"].error)


def test_the_awaited_layer_gives_its_row_a_number(made, tmp_path):
    sources = tmp_path / "sources.toml"
    path = (made[1] / "green_belts.gpkg").as_posix()
    sources.write_text(f'[sources]\ngreen_belts = {{ path = "{path}" }}\n')
    plan = read_plan(DEMO / "plan.toml", sources)
    catalogue = Catalogue.read(Workspace.above(DEMO))
    score = run(plan, catalogue, only=["QH-06"])["QH-06"]
    assert 0 < score.value < 100
    assert replace(score, error=None).verdict in {"met", "behind"}


def test_north_and_south_are_far_apart(card):
    north, south = card["QH-01"].balance["value"]
    assert north > 95
    assert south < 85
