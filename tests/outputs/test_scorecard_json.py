"""scorecard.json: all that a number rests on, and nothing that JSON cannot hold."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from card import AREA, CRS, PLAN, SHA, card, provenance
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from ecogis.document import Text
from ecogis.equality import Equality, Extreme
from ecogis.indicator import Tier
from ecogis.outputs.scorecard_json import plain, to_json, write_json
from ecogis.result import Result
from ecogis.scorecard import Score


def refuse(name):
    msg = f"{name} is no JSON"
    raise ValueError(msg)


def read(text):
    """Read as a strict reader does: NaN and Infinity are refused, and twice a key."""

    def once(pairs):
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


@pytest.fixture(scope="module")
def found():
    return read(to_json(card()))


def goal(found, row):
    return next(one for one in found["goals"] if one["row"] == row)


def test_the_plan_and_the_area(found):
    assert found["format"] == "ecogis scorecard"
    assert found["format_version"] == 1
    assert found["version"] == "0.1.0"
    assert found["plan"] == {
        "title": {"en": "Plan of the square", "zh": "方城“十四五”规划"},
        "place": "fangcheng",
        "year": 2023,
        "fictional": False,
        "note": None,
    }
    assert found["area"] == {
        "name": "甲区",
        "size_km2": 1.0,
        "crs": CRS,
        "area_method": "plane",
        "bounds": [447000.0, 4418000.0, 448000.0, 4419000.0],
    }
    assert found["verdicts"] == {
        "met": 2,
        "on_track": 0,
        "behind": 1,
        "unknown": 1,
        "not_evaluable": 1,
    }
    assert found["notes"] == [{"en": "a note", "zh": "一条说明"}]


def test_a_computed_goal(found):
    one = goal(found, "A-1")
    assert one["title"] == {"en": "Land near a park", "zh": "公园服务覆盖率"}
    # 27 of 77 ha
    assert one["value"] == pytest.approx(2700 / 77)
    assert one["shown"] == "35.1"
    assert (one["numerator"], one["denominator"]) == (270_000, 770_000)
    assert (one["kind"], one["scale"], one["unit"]) == ("share", 100, "%")
    assert (one["origin"], one["year"]) == ("computed", 2023)
    assert one["baseline"] == {
        "kind": "value",
        "number": 20,
        "year": 2019,
        "note": None,
    }
    assert one["target"] == {
        "kind": "at_least",
        "number": 93.8,
        "year": 2025,
        "note": None,
        "shown": {"en": "≥ 93.8", "zh": "≥ 93.8"},
    }
    assert (one["verdict"], one["reason"]) == ("behind", None)
    assert one["gap"] == pytest.approx(2700 / 77 - 93.8)
    assert one["gap_shown"] == {"en": "short by 58.7", "zh": "差 58.7"}
    assert one["notes"] == [{"en": "one plot is unknown", "zh": "一块未知"}]


def test_zones_and_balance_without_geometry(found):
    one = goal(found, "A-1")
    assert one["zones"][0] == {
        "zone": "西街道",
        "numerator": 250_000,
        "denominator": 500_000,
        "value": 50,
        "rank": 1,
    }
    assert len(one["zones"]) == 2
    assert one["balance"] == [{"group": "西", "zones": 1, "value": 50}]


def test_equality_is_whole_or_null(found):
    assert goal(found, "A-1")["equality"] is None
    equal = Equality(
        weighted_by="area",
        zones=2,
        left_out=0,
        highest=Extreme(("西街道", "东街道"), 2.5),
        lowest=Extreme(("西街道", "东街道"), 2.5),
        gini=0.0,
        variation=0.0,
        lorenz=((0.0, 0.0), (0.5, 0.5), (1.0, 1.0)),
    )
    scores = (replace(card().scores[0], equality=equal),)
    one = read(to_json(replace(card(), scores=scores)))["goals"][0]["equality"]
    assert one["highest"] == {"zones": ["西街道", "东街道"], "value": 2.5}
    assert one["lorenz"] == [[0, 0], [0.5, 0.5], [1, 1]]
    assert (one["gini"], one["variation"], one["groups"]) == (0, 0, None)
    assert (one["weighted_by"], one["zones"], one["left_out"]) == ("area", 2, 0)


def test_provenance_leads_back_to_the_file(found):
    proof = goal(found, "A-1")["provenance"]
    assert proof["rule"] == "GB/T 51346-2019"
    assert proof["confidence"] == "high"
    assert list(proof["parameters"]) == ["distance_m", "min_area_m2", "preset"]
    assert proof["parameters"]["distance_m"] == 500
    assert (proof["crs"], proof["area_method"]) == (CRS, "plane")
    assert proof["layers"][0] == {
        "layer": "parks",
        "path": "layers/公园绿地.shp",
        "sha256": SHA,
        "date": "2023-05-01",
        "features": 812,
        "crs": CRS,
        "is_cells": False,
    }
    assert [one["layer"] for one in found["layers"]] == [
        "parks",
        "residential_land",
        "rivers",
    ]


def test_reported_narrative_and_failed_goals(found):
    told = goal(found, "R-1")
    assert told["reported"] == {"value": 1582.1, "year": 2022, "source": "统计公报"}
    assert (told["origin"], told["value"], told["shown"]) == (
        "reported",
        1582.1,
        "1582.1",
    )
    assert told["target"]["kind"] == "narrative"
    assert told["target"]["note"]["zh"] == "稳定达标"
    assert told["verdict"] == "not_evaluable"
    failed = goal(found, "E-1")
    assert (
        failed["error"]
        == failed["reason"]
        == {
            "en": "no red lines",
            "zh": "没有红线",
        }
    )
    assert failed["verdict"] == "unknown"
    assert failed["value"] is failed["shown"] is failed["gap"] is None
    assert failed["notes"] == [{"en": "as the plan prints it", "zh": "按规划原文"}]


def test_without_an_area_there_is_none():
    assert read(to_json(replace(card(), area=None)))["area"] is None


def test_a_row_of_each_goal_in_the_plan_s_order(found):
    assert [one["row"] for one in found["goals"]] == [
        one["row"] for one in PLAN["goal"]
    ]


def test_chinese_is_read_as_it_stands(tmp_path):
    path = write_json(card(), tmp_path / "scorecard.json")
    data = path.read_bytes()
    assert "公园服务覆盖率".encode() in data
    assert b"\\u" not in data
    assert data.endswith(b"}\n")


def test_equal_scorecards_are_equal_bytes_whatever_the_order_of_parameters():
    other = provenance()
    turned = replace(other, parameters=dict(reversed(other.parameters.items())))
    one, two = card(), card()
    one = replace(one, scores=(replace(one.scores[0], provenance=other),))
    two = replace(two, scores=(replace(two.scores[0], provenance=turned),))
    assert to_json(one) == to_json(two)


def test_nothing_is_nan_in_a_card_full_of_it():
    frame = GeoDataFrame(
        {
            "zone": ["a", "b"],
            "numerator": [np.nan, np.inf],
            "denominator": [np.nan, -np.inf],
            "value": [np.nan, np.float32(1.5)],
            "rank": pd.array([None, 2], dtype="Int64"),
        },
        geometry=[Point(0, 0), None],
        crs=CRS,
    )
    table = pd.DataFrame(
        {"day": [pd.NaT], "x": [pd.NA], "text": [Text(en="e", zh="z")]}
    )
    result = Result(value=None, numerator=math.inf, denominator=math.nan, table=table)
    goals = card().plan.goal
    full = replace(
        card(), scores=(Score(goals[0], 2023, result, zones=frame, balance=table),)
    )
    one = read(to_json(full))["goals"][0]
    assert one["value"] is one["shown"] is None
    assert one["numerator"] is one["denominator"] is None
    assert one["zones"][0] == dict.fromkeys(
        ("numerator", "denominator", "value", "rank")
    ) | {"zone": "a"}
    assert one["zones"][1]["value"] == 1.5
    assert one["table"] == [{"day": None, "x": None, "text": {"en": "e", "zh": "z"}}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int64(3), 3),
        (np.array([True])[0], True),
        (np.float64("nan"), None),
        (-0.0, 0.0),
        (pd.Timestamp("2023-05-01"), "2023-05-01 00:00:00"),
        (Path("a/b"), "a/b"),
        ((Tier(min_area_m2=400.0, distance_m=300.0),), None),
        ({"b": {2, 1}}, {"b": [1, 2]}),
        (np.array([1.0, np.nan]), [1.0, None]),
        (Text(en="e", zh="中"), {"en": "e", "zh": "中"}),
        (AREA.crs, CRS),
    ],
)
def test_whatever_a_parameter_or_a_cell_may_be(value, expected):
    if isinstance(value, tuple):
        expected = [{"min_area_m2": 400.0, "distance_m": 300.0}]
    found = plain(value)
    assert found == expected
    assert read(json.dumps(found, allow_nan=False)) == found
    assert not (isinstance(found, float) and math.copysign(1, found) < 0)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(anything)
def test_everything_survives_the_round_trip(value):
    text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
    assert read(text) == plain(value)
