"""Blind zones: connected, ranked by size, the same whatever the order."""

import pytest
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.spatial.blind import blind_zones

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
