"""Is Chinese text read right, whatever Chinese software wrote it?"""

import struct
from zipfile import ZipFile

import geopandas as gpd
import pytest
from shapely import box

from ecogis.errors import SourceError

NAMES = ["朝阳公园", "奥林匹克森林公园", "plain", None]
HERE = [
    box(450_000 + 200 * i, 4_418_000, 450_100 + 200 * i, 4_418_100) for i in range(4)
]


@pytest.fixture
def shapefile(tmp_path):
    """Write a shapefile with a Chinese column in an encoding; .cpg on request."""

    def make(encoding, *, cpg, column="名称", names=NAMES, stem="parks"):
        frame = gpd.GeoDataFrame({column: names}, geometry=HERE, crs="EPSG:4548")
        frame.to_file(tmp_path / f"{stem}.shp", encoding=encoding)
        beside = tmp_path / f"{stem}.cpg"
        beside.unlink(missing_ok=True)
        if cpg is not None:
            beside.write_text(cpg)
        # the language byte: nothing said, as most software leaves it
        table = bytearray((tmp_path / f"{stem}.dbf").read_bytes())
        table[29] = 0
        (tmp_path / f"{stem}.dbf").write_bytes(table)
        return f"{stem}.shp"

    return make


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        ("GBK", None),
        ("GBK", "GBK"),
        ("GBK", "936"),
        ("GBK", "ANSI 936"),
        ("GBK", "GB2312\n"),
        ("GB18030", None),
        ("UTF-8", None),
        ("UTF-8", "UTF-8"),
        ("BIG5", "950"),
        # a .cpg that is wrong, or that nobody understands
        ("GBK", "UTF-8"),
        ("GBK", "OEM"),
        ("UTF-8", "OEM"),
        ("GBK", ""),
    ],
)
def test_names_are_read_right(encoding, cpg, shapefile, read):
    names = ["臺北公園", "大安森林公園", "plain", None] if encoding == "BIG5" else NAMES
    column = "NAME" if encoding == "BIG5" else "名称"
    path = shapefile(encoding, cpg=cpg, names=names, column=column)
    assert read("parks", path).frame["name"].tolist() == names


def test_a_stated_encoding_wins(shapefile, read):
    path = shapefile("BIG5", cpg=None, column="NAME", names=["大安森林公園"] * 4)
    assert read("parks", path, encoding="big5").frame["name"][0] == "大安森林公園"


def test_a_stated_encoding_that_does_not_fit(shapefile, read):
    path = shapefile("GBK", cpg=None)
    for stated in ("utf-8", "klingon"):
        with pytest.raises(SourceError, match=f"the text is not '{stated}'"):
            read("parks", path, encoding=stated)


def test_the_window_does_not_decide_the_encoding(shapefile, read):
    path = shapefile("GBK", cpg=None, names=["plain", "plain", "plain", "公园"])
    first = (450_000, 4_418_000, 450_050, 4_418_050)
    assert read("parks", path, box=first).frame["name"].tolist() == ["plain"]
    assert read("parks", path).frame["name"].tolist()[3] == "公园"


def test_a_character_cut_by_the_end_of_its_field(shapefile, read, tmp_path):
    shapefile("UTF-8", cpg=None, column="NAME", names=["公园园"] * 4)
    table = bytearray((tmp_path / "parks.dbf").read_bytes())
    # the field is made 8 bytes wide: two characters and two thirds of the third
    rows, head, length = struct.unpack("<IHH", table[4:12])
    width = table[32 + 16]
    cells = [
        table[head + row * length : head + row * length + 1 + width]
        for row in range(rows)
    ]
    table[32 + 16] = 8
    table[10:12] = struct.pack("<H", 9)
    cut = bytes(table[:head]) + b"".join(cell[:9] for cell in cells) + b"\x1a"
    (tmp_path / "parks.dbf").write_bytes(cut)
    assert [n[:2] for n in read("parks", "parks.shp").frame["name"]] == ["公园"] * 4


def test_bytes_that_are_no_text(shapefile, read, tmp_path):
    shapefile("UTF-8", cpg=None, column="NAME", names=["aa"] * 4)
    table = (tmp_path / "parks.dbf").read_bytes()
    (tmp_path / "parks.dbf").write_bytes(table.replace(b"aa", b"\xff\xff"))
    with pytest.raises(SourceError, match="neither UTF-8 nor GBK"):
        read("parks", "parks.shp")


def test_a_shapefile_without_its_table(shapefile, read, tmp_path):
    shapefile("GBK", cpg=None)
    (tmp_path / "parks.dbf").unlink()
    frame = read("parks", "parks.shp").frame
    assert len(frame) == 4
    assert "name" not in frame


def test_a_table_that_was_cut_off(shapefile, read, tmp_path):
    shapefile("GBK", cpg=None)
    table = (tmp_path / "parks.dbf").read_bytes()
    (tmp_path / "parks.dbf").write_bytes(table[:-60])
    with pytest.raises(SourceError, match=r"the \.dbf is shorter than it says"):
        read("parks", "parks.shp")


@pytest.fixture
def packed(tmp_path):
    """Zip the files of some stems, in a folder."""

    def make(*stems, folder=""):
        with ZipFile(tmp_path / "data.zip", "w") as pack:
            for stem in stems:
                for suffix in ("shp", "shx", "dbf", "prj"):
                    file = tmp_path / f"{stem}.{suffix}"
                    pack.writestr(f"{folder}{file.name}", file.read_bytes())
                    file.unlink()
        return "data.zip"

    return make


@pytest.mark.parametrize("folder", ["", "数据/2024/"])
def test_a_zipped_shapefile_in_gbk(folder, shapefile, packed, read):
    shapefile("GBK", cpg=None)
    reading = read("parks", packed("parks", folder=folder))
    assert reading.frame["name"].tolist() == NAMES
    assert reading.stamp.path == "data.zip"


def test_a_zip_with_gbk_file_names(shapefile, packed, read, tmp_path):
    shapefile("GBK", cpg=None, stem="ABCDEFGH")
    path = tmp_path / packed("ABCDEFGH")
    # Chinese Windows writes the names' GBK bytes, and does not mark them
    content = path.read_bytes().replace(b"ABCDEFGH", "公园绿地".encode("gbk"))
    path.write_bytes(content)
    frame = read("parks", path.name, layer="公园绿地").frame
    assert frame["name"].tolist() == NAMES


def test_a_zip_with_several_shapefiles(shapefile, packed, read):
    shapefile("GBK", cpg=None, stem="a")
    shapefile("UTF-8", cpg=None, stem="b", names=["乙"] * 4)
    path = packed("a", "b")
    with pytest.raises(SourceError, match="several layers: a, b"):
        read("parks", path)
    assert read("parks", path, layer="b").frame["name"].tolist() == ["乙"] * 4


def test_a_zip_that_leaves_its_folder(read, tmp_path, shapefile):
    shapefile("GBK", cpg=None)
    with ZipFile(tmp_path / "evil.zip", "w") as pack:
        pack.writestr("../evil.geojson", "{}")
    with pytest.raises(SourceError, match="holds no vector file"):
        read("parks", "evil.zip")
    assert not (tmp_path.parent / "evil.geojson").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04hello", b""])
def test_a_zip_that_is_none(content, read, tmp_path):
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(SourceError, match="not a zip that can be unpacked"):
        read("parks", "bad.zip")


def test_a_zip_with_more_than_a_map(shapefile, packed, read, tmp_path):
    shapefile("GBK", cpg=None)
    path = tmp_path / packed("parks")
    with ZipFile(path, "a") as pack:
        pack.writestr("metadata.json", '{"author": "x"}')
        pack.writestr("readme.txt", "x")
    assert read("parks", path.name).frame["name"].tolist() == NAMES


def test_a_zipped_file_geodatabase(read, tmp_path):
    frame = gpd.GeoDataFrame({"MC": NAMES}, geometry=HERE, crs="EPSG:4548")
    frame.to_file(tmp_path / "d.gdb", driver="OpenFileGDB", layer="园")
    with ZipFile(tmp_path / "d.zip", "w") as pack:
        for file in (tmp_path / "d.gdb").iterdir():
            pack.write(file, f"数据/d.gdb/{file.name}")
    assert read("parks", "d.zip").frame["name"].tolist() == NAMES
