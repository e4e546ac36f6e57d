"""Are their columns, values and codes understood, and what is not told?"""

import pandas as pd
import pytest
from shapely import LineString, box

from ecogis.errors import LayerError, SourceError

X, Y = 450_000.0, 4_418_000.0


def strips(count):
    return [box(X + 10 * i, Y, X + 10 * i + 10, Y + 10) for i in range(count)]


def lines(count):
    return [LineString([(X, Y + i), (X + 100, Y + i)]) for i in range(count)]


def notes(reading):
    return [note.en for note in reading.notes]


@pytest.mark.parametrize("column", ["名称", "MC", "Name", "公园名称", "gymc"])
def test_a_column_is_found_by_its_aliases(column, read, write):
    write("p.gpkg", strips(1), columns={column: ["日坛"]})
    assert read("parks", "p.gpkg").frame["name"].tolist() == ["日坛"]


def test_the_plan_names_their_column(read, write):
    write("p.gpkg", strips(1), columns={"MING": ["日坛"], "NAME": ["wrong"]})
    found = read("parks", "p.gpkg", fields={"name": "MING"})
    assert found.frame["name"].tolist() == ["日坛"]


def test_a_column_that_the_file_does_not_have(read, write):
    write("p.gpkg", strips(1), columns={"MING": ["日坛"]})
    with pytest.raises(LayerError, match="no field 'MINGZI'; the file has: MING"):
        read("parks", "p.gpkg", fields={"name": "MINGZI"})


@pytest.mark.parametrize("key", ["fields", "values"])
def test_a_field_that_the_layer_does_not_have(key, read, write):
    write("p.gpkg", strips(1))
    with pytest.raises(LayerError, match="no field 'nmae'; did you mean 'name'"):
        read("parks", "p.gpkg", **{key: {"nmae": "x" if key == "fields" else {}}})


def test_their_values_become_ours(read, write):
    write("r.gpkg", lines(4), columns={"等级": [1, 2, 3, 1]})
    mapping = {"class": {"1": "trunk", "2": "primary", "3": "tertiary"}}
    found = read("roads", "r.gpkg", values=mapping).frame["class"]
    assert found.tolist() == ["trunk", "primary", "tertiary", "trunk"]


def test_numbers_with_gaps_are_mapped_too(read, write):
    # a column of integers with a gap arrives as floats
    write("r.gpkg", lines(2), columns={"class": pd.array([1, None], dtype="Int64")})
    found = read("roads", "r.gpkg", values={"class": {"1": "trunk"}}).frame["class"]
    assert found.tolist() == ["trunk", None]


def test_spellings_become_ours(read, write):
    words = ["高速公路", "快速路", "主干路", "次干路", "支路", "motorway_link"]
    write("r.gpkg", lines(6), columns={"道路等级": words})
    reading = read("roads", "r.gpkg")
    assert reading.frame["class"].tolist() == [
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "motorway",
    ]
    assert reading.notes == ()


def test_values_that_nobody_knows_are_told(read, write):
    write("r.gpkg", lines(4), columns={"class": ["trunk", "大路", "大路", "小路"]})
    reading = read("roads", "r.gpkg")
    assert reading.frame["class"].tolist() == ["trunk", "大路", "大路", "小路"]
    (note,) = notes(reading)
    assert "unknown values of class: 大路 (2), 小路 (1); known: motorway" in note


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ([0, 1, 2, 3, 4], ["0", "1", "2", "3", "4"]),
        ([1.0, 4.0], ["1", "4"]),
        (["4a类", "4B", "2类声环境功能区"], ["4a", "4b", "2"]),
    ],
)
def test_noise_classes(written, read_as, read, write):
    write("n.gpkg", strips(len(written)), columns={"类别": written})
    assert read("noise_zones", "n.gpkg").frame["class"].tolist() == read_as


def test_has_water_is_yes_or_no(read, write):
    write("r.gpkg", lines(4), columns={"是否有水": ["是", "否", None, "是"]})
    found = read("rivers", "r.gpkg").frame["has_water"]
    assert found.tolist() == [True, False, pd.NA, True]


def test_a_canopy_beyond_its_bounds(read, write):
    write("f.gpkg", strips(2), columns={"郁闭度": [0.4, 40.0]})
    with pytest.raises(LayerError, match=r"found 40 \(1 such\), expected 0 to 1"):
        read("forest", "f.gpkg")


def test_a_field_beyond_its_bounds_elsewhere_does_no_harm(read, write):
    write("b.gpkg", strips(2), columns={"层数": [4, -4]})
    window = (X + 1, Y, X + 5, Y + 5)
    assert read("buildings", "b.gpkg", box=window).frame["floors"].tolist() == [4]


CODES = {
    "gbt21010_2017": {
        "0101": "cropland",
        "0201": "orchard",
        "0301": "woodland",
        "0305": "woodland",
        "0404": "grassland",
        "0701": "residential",
        "0702": "residential",
        "0810": "green",
        "0810A": "green",
        "0810a": "green",
        "0809": "public",
        "1101": "water",
        "1104": "water",
        "1106": "wetland",
        "1108": "wetland",
        "1003": "transport",
        "0601": "industrial",
        "1206": "bare",
    },
    "guide_2023": {
        "0101": "cropland",
        "0301": "woodland",
        "0507": "wetland",
        "070101": "residential",
        "0702": "public",
        "0703": "residential",
        "1001": "industrial",
        "1206": "transport",
        "1401": "green",
        "1403": "green",
        "1705": "water",
    },
    "gb50137_2011": {
        "R2": "residential",
        "R21": "residential",
        "G1": "green",
        "G3": "green",
        "E11": "water",
        "E2": "agroforestry",
        "M1": "industrial",
        "W1": "industrial",
        "A33": "public",
    },
}
PAIRS = [(system, *pair) for system, codes in CODES.items() for pair in codes.items()]


@pytest.mark.parametrize(("system", "code", "use"), PAIRS)
def test_codes_by_longest_prefix(system, code, use, read, write):
    write("l.gpkg", strips(1), columns={"DLBM": [code]})
    reading = read("land_use", "l.gpkg", codes=system)
    assert list(reading.frame.columns) == ["code", "geometry", "use"]
    assert reading.frame["use"].tolist() == [use]
    assert reading.notes == ()


def test_codes_that_lost_their_zero(read, write):
    write("l.gpkg", strips(3), columns={"DLBM": [301, 810, 1101]})
    found = read("land_use", "l.gpkg", codes="gbt21010_2017").frame["use"]
    assert found.tolist() == ["woodland", "green", "water"]


def test_codes_without_a_class_are_counted_and_listed(read, write):
    codes = ["0301", "9999", "2306", "9999", None]
    write("l.gpkg", strips(5), columns={"DLBM": codes})
    reading = read("land_use", "l.gpkg", codes="guide_2023")
    assert reading.frame["use"].tolist() == ["woodland", None, None, None, None]
    (note,) = notes(reading)
    assert "guide_2023 does not map the codes of 4 features" in note
    assert "- (1), 2306 (1), 9999 (2)" in note


def test_the_code_system_has_to_be_stated(read, write):
    write("l.gpkg", strips(1), columns={"DLBM": ["0301"]})
    with pytest.raises(SourceError) as error:
        read("land_use", "l.gpkg")
    assert 'codes = "gbt21010_2017"' in str(error.value)
    assert "guide_2023, gb50137_2011" in str(error.value)
    assert "编码" in error.value.zh


def test_a_code_system_that_is_not_known(read, write):
    write("l.gpkg", strips(1), columns={"DLBM": ["0301"]})
    with pytest.raises(SourceError, match="did you mean 'guide_2023'"):
        read("land_use", "l.gpkg", codes="guide2023")
