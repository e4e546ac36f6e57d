"""Blind zones: connected, ranked by size, the same whatever the order."""

import pytest
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.spatial.blind import blind_zones, mostly_in, people_of, why_blind
from ecogis.spatial.service import Reach

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def test_pieces_that_share_a_border_are_one_zone():
    # two halves of one zone, a larger one, and one that meets it in a corner only
    pieces = frame(
        square(0, 0, 10, 10),
        square(10, 0, 20, 10),
        square(100, 0, 130, 10),
        square(130, 10, 140, 20),
    )
    zones = blind_zones(TOWN, pieces)
    assert zones["rank"].tolist() == [1, 2, 3]
    assert zones["area_m2"].tolist() == pytest.approx([300, 200, 100])


def test_of_one_size_the_western_zone_comes_first():
    pieces = frame(square(50, 0, 60, 10), square(0, 0, 10, 10), square(20, 0, 30, 10))
    for turned in (pieces, pieces.iloc[::-1]):
        west = blind_zones(TOWN, turned).bounds["minx"] - 447_000
        assert west.tolist() == [0, 20, 50]


def test_without_a_blind_spot_there_is_no_zone():
    zones = blind_zones(TOWN, frame())
    assert list(zones.columns) == ["rank", "area_m2", "geometry"]
    assert zones.empty


# a park that is too small, with all that it would reach up to x = 300 m
PARK = frame(square(-1, -2000, 0, 3000))
ANY, NONE = Reach(PARK, 300.0), Reach(PARK.iloc[:0], 300.0)


def test_a_zone_has_one_reason_and_the_reasons_make_up_the_ground():
    pieces = frame(square(200, 0, 400, 100), square(250, 50, 400, 100))
    zones = why_blind(TOWN, pieces, ANY, NONE)
    assert sorted(zones["reason"]) == ["no_park", "too_small"]
    # the shared ground counts once
    assert zones["area_m2"].tolist() == pytest.approx([10_000, 10_000])
    assert why_blind(TOWN, pieces.iloc[:0], ANY, NONE).empty


def test_what_a_park_serves_in_a_straight_line_is_too_far_on_foot():
    zones = why_blind(
        TOWN, frame(square(0, 0, 400, 100)), ANY, Reach(PARK, 100.0)
    ).set_index("reason")
    assert zones["area_m2"].to_dict() == pytest.approx(
        {"no_park": 10_000, "too_small": 20_000, "too_far": 10_000}
    )


def test_people_go_with_the_ground_of_each_reason():
    # one polygon of 40 people across both zones: a quarter lies beyond them
    zones = why_blind(TOWN, frame(square(200, 0, 400, 100)), ANY, NONE)
    cells = frame(square(250, 0, 450, 100), density=[0.002])
    live = people_of(zones, cells)
    by_zone = live.groupby("zone")["people"].sum()
    reasons = zones["reason"][by_zone.index]
    assert dict(zip(reasons, by_zone, strict=True)) == pytest.approx(
        {"too_small": 10, "no_park": 20}
    )


def test_nobody_lives_where_there_is_no_zone():
    zones = why_blind(TOWN, frame(square(200, 0, 210, 10)), ANY, NONE)
    cells = frame(square(900, 0, 910, 10), density=[1.0])
    assert len(people_of(zones, cells)) == len(people_of(zones.iloc[:0], cells)) == 0


def test_a_zone_lies_where_most_of_it_lies():
    named = frame(square(0, 0, 4, 10), square(4, 0, 10, 10), name=["a", "b"])
    zones = frame(square(0, 0, 10, 10), square(0, 0, 7, 10), square(10, 0, 20, 10))
    # the last one touches a border only
    assert mostly_in(zones, named).tolist() == ["b", "a", None]
