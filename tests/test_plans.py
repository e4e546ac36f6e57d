"""
The two plans hold every row of their tables, as printed.

The expectations are typed from the printed tables, one line a row: Chinese title,
attribute, baseline with its comparator and year, target with its comparator.
"""

import pytest

from ecogis.errors import SourceError
from ecogis.plan import read_plan
from ecogis.scorecard import Score
from ecogis.target import Reported
from ecogis.workspace import CHECKOUT

# 约束性 binding, 预期性 anticipatory
B, A = "binding", "anticipatory"
FALL, RISE, GONE = ("fall", True), ("rise", True), ("eliminate", True)
CITY, WORDS = ("municipal", True), ("narrative", True)

CHAOYANG = {
    1: ("碳排放总量", B, ("value", 1582.1, 2019), FALL),
    2: ("单位地区生产总值二氧化碳排放降幅", B, None, CITY),
    3: ("细颗粒物（PM2.5）年均浓度", B, ("value", 39, 2020), CITY),
    4: ("可吸入颗粒物（PM10）年均浓度", B, ("value", 61, 2020), WORDS),
    5: ("NO2年均浓度", B, ("value", 33, 2020), WORDS),
    6: ("优良天数比例", B, ("value", 76.5, 2020), RISE),
    7: ("重度及以上污染天数比例", A, ("value", 2.5, 2020), WORDS),
    8: ("国家级和市级考核断面达标率", B, ("value", 100, 2020), ("at_least", 100)),
    9: ("劣Ⅴ类水质河长比例", B, ("value", 6.1, 2020), GONE),
    10: ("污水处理率", A, ("value", 99, 2020), ("at_least", 99.7)),
    11: ("受污染耕地安全利用率", B, ("value", 90, 2020), ("above", 95)),
    12: ("污染地块安全利用率", B, ("value", 90, 2020), ("above", 95)),
    13: ("区域环境噪声", A, ("value", 54.0, 2020), ("below", 55)),
    14: ("道路交通噪声", A, ("value", 71.4, 2020), ("below", 70)),
    15: ("生态保护红线面积", B, ("at_least", 3.3, 2020), ("at_least", 3.3)),
    16: ("生态环境质量指数", B, ("value", 51.1, 2020), CITY),
    17: ("林木绿化率", A, ("value", 27.8, 2019), ("at_least", 31.8)),
    18: ("森林覆盖率", A, ("value", 23.65, 2019), ("at_least", 24.8)),
    19: ("VOCs重点工程减排量", B, None, CITY),
    20: ("NOx重点工程减排量", B, None, CITY),
    21: ("COD重点工程减排量", B, None, CITY),
    22: ("氨氮重点工程减排量", B, None, CITY),
}
FENGTAI = {
    1: ("碳排放总量", B, ("at_most", 820, 2020), CITY),
    2: ("单位地区生产总值二氧化碳排放降幅", B, None, CITY),
    3: ("细颗粒物年均浓度", B, ("value", 36, 2020), CITY),
    4: ("优良天数比例", B, ("value", 75.1, 2020), RISE),
    5: ("重度及以上污染天数比例", A, ("value", 3.3, 2020), WORDS),
    6: ("劣Ⅴ类水质河长比例", B, None, GONE),
    7: ("国家和市级考核断面水质达标率", B, ("value", 100, 2020), ("at_least", 100)),
    8: ("受污染耕地安全利用率", B, ("above", 90, 2020), ("above", 95)),
    9: ("污染地块安全利用率", B, ("above", 90, 2020), ("above", 95)),
    10: ("生态保护红线占全域面积比例", B, ("at_least", 5.9, 2020), CITY),
    11: ("森林覆盖率", B, ("value", 27.97, 2020), ("at_least", 28.4)),
    12: ("生态环境质量指数", A, None, RISE),
    13: ("危险废物处置利用率", B, ("value", 100, 2020), ("at_least", 100)),
    14: ("生活垃圾回收利用率", B, ("value", 35, 2020), CITY),
    15: ("氮氧化物重点工程减排量", B, None, ("at_least", 1730)),
    16: ("挥发性有机物重点工程减排量", B, None, ("at_least", 970)),
}
TABLES = {("chaoyang", "CY"): CHAOYANG, ("fengtai", "FT"): FENGTAI}
ROWS = [
    pytest.param(place, f"{prefix}-T2-{number:02}", row, id=f"{prefix}-T2-{number:02}")
    for (place, prefix), table in TABLES.items()
    for number, row in table.items()
]
# rows that layers answer
MEASURED = {
    "chaoyang": {
        "CY-T2-13": "area_noise_mean",
        "CY-T2-14": "road_noise_mean",
        "CY-T2-15": "redline_area",
        "CY-T2-17": "tree_green_rate",
        "CY-T2-18": "forest_cover_rate",
        "CY-09": "park_service_coverage",
        "CY-13": "stop_coverage",
        "CY-26": "redline_area",
        "CY-31": "park_green_per_capita",
        "CY-38": "first_row_sensitive",
        "CY-39": "road_crosses_sensitive",
    },
    "fengtai": {
        "FT-T2-10": "redline_share",
        "FT-12": "park_blind_zones",
        "FT-T2-11": "forest_cover_rate",
        "FT-14": "redline_no_net_loss",
        "FT-34": "zone_partition_check",
        "FT-34b": "green_space_share",
        "FT-42": "green_space_share",
        "FT-47": "park_green_per_capita",
        "FT-48": "park_service_coverage",
        "FT-52a": "area_noise_mean",
        "FT-52b": "road_noise_mean",
        "FT-53": "first_row_sensitive",
        "FT-54": "road_crosses_sensitive",
        "FT-56": "construction_noise_monitor",
        "FT-57": "noise_zones_4a",
        "FT-57b": "noise_zone_compliance",
    },
}
# measured where a layer of measurements is there, else as the plan prints it
MEASURED_OR_PRINTED = {"CY-T2-13", "CY-T2-14", "FT-52a", "FT-52b"}
PLANS = {
    place: read_plan(CHECKOUT / "maps" / place / "plan.toml") for place in MEASURED
}


def goal(row):
    place = "chaoyang" if row.startswith("CY") else "fengtai"
    return next(goal for goal in PLANS[place].goal if goal.row == row)


def stated(fact, *kinds):
    return next(
        (kind, value) for kind in kinds if (value := getattr(fact, kind)) is not None
    )


@pytest.mark.parametrize(("place", "prefix"), TABLES)
def test_the_table_is_whole_and_in_its_order(place, prefix):
    rows = [goal.row for goal in PLANS[place].goal if "-T2-" in goal.row]
    assert rows == [f"{prefix}-T2-{n:02}" for n in TABLES[place, prefix]]
    assert len(rows) == {"chaoyang": 22, "fengtai": 16}[place]


@pytest.mark.parametrize(("place", "row", "printed"), ROWS)
def test_a_row_is_as_printed(place, row, printed):
    title, attribute, baseline, target = printed
    found = goal(row)
    assert (found.label.zh, found.attribute) == (title, attribute)
    if baseline is None:
        assert found.baseline is None
    else:
        kinds = ("value", "at_least", "above", "at_most")
        assert (*stated(found.baseline, *kinds), found.baseline.year) == baseline
    assert (found.target.kind, stated(found.target, target[0])[1]) == target
    assert found.target.year == PLANS[place].year == 2025


@pytest.mark.parametrize(
    ("row", "baseline", "target"),
    [
        ("CY-09", ("value", 92.8, 2019), ("at_least", 93.8)),
        ("CY-13", None, ("at_least", 90)),
        ("CY-26", ("at_least", 3.3, 2020), ("at_least", 3.3)),
        ("CY-31", None, ("at_least", 20)),
        ("FT-12", None, FALL),
        ("FT-14", None, ("no_loss", True)),
        ("FT-34", None, ("at_most", 0)),
        ("FT-34b", None, RISE),
        ("FT-42", None, ("at_least", 60)),
        ("FT-47", None, ("at_least", 12.2)),
        ("FT-48", None, RISE),
        ("FT-52a", ("value", 52.8, 2020), ("at_most", 55)),
        ("FT-52b", ("value", 70.0, 2020), ("at_most", 70)),
        ("CY-38", None, ("at_most", 0)),
        ("CY-39", None, WORDS),
        ("FT-53", None, ("at_most", 0)),
        ("FT-54", None, WORDS),
        ("FT-55", None, WORDS),
        ("FT-56", None, WORDS),
        ("FT-57", None, WORDS),
        ("FT-57b", None, WORDS),
    ],
)
def test_a_row_of_the_text_is_as_printed(row, baseline, target):
    found = goal(row)
    assert found.attribute == "text"
    if baseline is None:
        assert found.baseline is None
    else:
        kind, value, year = baseline
        assert (getattr(found.baseline, kind), found.baseline.year) == (value, year)
    assert (found.target.kind, stated(found.target, target[0])[1]) == target
    assert found.target.year == 2025


@pytest.mark.parametrize("place", PLANS)
def test_rows_with_layers_are_bound_to_their_indicator(place):
    bound = {goal.row: goal.indicator for goal in PLANS[place].goal if goal.indicator}
    assert bound == MEASURED[place]


# the plan's own numbers that reach their target already; no other one is newer than
# the baseline that it is
REACHED = {
    "chaoyang": {"CY-T2-08", "CY-T2-13"},
    "fengtai": {"FT-T2-07", "FT-T2-13", "FT-52a", "FT-52b"},
}


@pytest.mark.parametrize("place", PLANS)
def test_a_row_without_layers_reports_the_number_that_the_plan_prints(place):
    for goal_ in PLANS[place].goal:
        printed = goal_.baseline.value if goal_.baseline else None
        measured = goal_.indicator and goal_.row not in MEASURED_OR_PRINTED
        if measured or printed is None:
            assert goal_.reported is None
            continue
        assert goal_.reported.value == printed
        assert goal_.reported.year == goal_.baseline.year
        assert "规划表" in goal_.reported.source


@pytest.mark.parametrize(
    ("place", "name"), [("chaoyang", "朝阳区"), ("fengtai", "丰台区")]
)
def test_a_plan_names_its_district(place, name):
    plan = PLANS[place]
    assert (plan.area.layer, plan.area.name, plan.zones) == (
        "districts",
        name,
        "subdistricts",
    )
    assert plan.crs == "EPSG:4548"
    assert plan.area_method == "geodesic"
    assert plan.title.zh == f"{name}“十四五”时期生态环境保护规划"


def test_the_parameters_of_the_text():
    parks = goal("CY-09").resolved
    assert (parks["distance_m"], parks["min_area_m2"]) == (500, 1000)
    assert parks["denominator"] == "residential_land"
    # Fengtai states no smallest park
    assert goal("FT-48").resolved["min_area_m2"] == 0
    assert goal("CY-13").resolved["distance_m"] == 500
    assert goal("CY-13").resolved["kinds"] == ("bus",)
    assert goal("FT-42").resolved["denominator"] == "green_belts"
    assert goal("FT-42").resolved["preset"] == "green_only"
    # as printed: expressways and rail in Fengtai, arterial roads and homes in Chaoyang
    first_row = goal("FT-53").resolved
    assert first_row["classes"] == ("motorway", "trunk", "primary", "secondary")
    assert {"subway", "light_rail", "high_speed"} <= set(first_row["tracks"])
    assert goal("CY-38").resolved["classes"] == ("motorway", "primary")
    assert goal("CY-38").resolved["kinds"] == ("residential",)
    assert {goal(r).resolved["since_year"] for r in ("FT-53", "CY-38")} == {2021}
    assert goal("FT-56").resolved["min_gfa_m2"] == 2000
    for row in MEASURED_OR_PRINTED:
        assert goal(row).resolved["period"] == "day"
        assert goal(row).shown_unit == "dB"
    assert goal("CY-38").shown_unit == "buildings"


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (
            "CY-09",
            "规模1000平方米以上的城市公园绿地500米服务半径覆盖率",
            "Residential land within 500 m of an urban park of at least 1000 m²",
        ),
        (
            "CY-13",
            "建成区公交站点500米覆盖率",
            "Built-up area within 500 m of a bus stop",
        ),
        (
            "FT-48",
            "建成区公园绿地500米服务半径覆盖率",
            "Residential land within 500 m of a park",
        ),
    ],
)
def test_a_title_says_its_parameters(row, zh, en):
    assert (goal(row).label.zh, goal(row).label.en) == (zh, en)


def judged(row, value, year=2025):
    reported = Reported(value=value, year=year, source="test")
    return Score(goal(row).model_copy(update={"reported": reported}), year).verdict


@pytest.mark.parametrize(
    ("row", "value", "verdict"),
    [
        # the same 70.0 dB: 以内 in Fengtai, < in Chaoyang
        ("FT-52b", 70.0, "met"),
        ("CY-T2-14", 70.0, "behind"),
        ("CY-T2-14", 69.9, "met"),
        ("FT-52a", 55.0, "met"),
        ("CY-T2-13", 55.0, "behind"),
        # the same 95 %: > in both tables, 以上 in both texts
        ("FT-T2-08", 95, "behind"),
        ("CY-T2-11", 95.1, "met"),
        # 消除 is a number, 基本消除 is none
        ("FT-T2-06", 0, "met"),
        ("FT-T2-06", 0.1, "behind"),
        ("FT-T2-05", 0, "not_evaluable"),
        ("CY-T2-03", 35, "not_evaluable"),
        ("FT-T2-04", 75.1, "behind"),
        ("FT-T2-04", 75.2, "met"),
        ("CY-T2-01", 1582.0, "met"),
        ("FT-T2-12", 60, "not_evaluable"),
        ("CY-T2-15", 3.3, "met"),
        ("CY-T2-15", 3.299, "behind"),
        ("FT-T2-10", 5.9, "not_evaluable"),
        ("FT-14", 0, "met"),
        ("FT-14", -0.00001, "behind"),
        ("FT-48", 85, "not_evaluable"),
        ("FT-53", 0, "met"),
        ("FT-53", 1, "behind"),
        ("CY-38", 0, "met"),
        ("CY-38", 1, "behind"),
    ],
)
def test_the_comparator_decides(row, value, verdict):
    assert judged(row, value) == verdict


def test_the_baseline_of_chaoyangs_forest_is_of_2019():
    # the table heads 23.65 with 2020: a number of 2020 would look newer than it is
    assert judged("CY-T2-18", 23.65, 2019) == "not_evaluable"
    assert "2019" in goal("CY-T2-18").baseline.note.zh


@pytest.mark.parametrize("place", PLANS)
def test_without_data_only_the_printed_numbers_are_judged(place):
    missing = SourceError("no source", "没有数据来源")
    for goal_ in PLANS[place].goal:
        error = missing if goal_.indicator else None
        score = Score(goal_, 2025, error=error)
        measured = goal_.indicator and goal_.row not in MEASURED_OR_PRINTED
        without = "unknown" if measured else "not_evaluable"
        met = goal_.row in REACHED[place]
        assert score.verdict == ("met" if met else without)
        assert met or score.reason.zh


@pytest.mark.parametrize("place", PLANS)
def test_titles_and_notes_are_in_both_languages(place):
    for goal_ in PLANS[place].goal:
        texts = [goal_.label, goal_.note]
        texts += [fact.note for fact in (goal_.target, goal_.baseline) if fact]
        for text in filter(None, texts):
            assert not any("一" <= letter <= "鿿" for letter in text.en)
            assert any("一" <= letter <= "鿿" for letter in text.zh)
