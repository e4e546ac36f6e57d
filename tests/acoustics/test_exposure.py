"""Bands of 5 dB and shares of buildings: counted by hand, edges from both sides."""

import numpy as np
import pytest

from ecogis.acoustics.exposure import EDGES_DB, band_sums, bands, highest_db, shares

SILENT = -np.inf


@pytest.mark.parametrize("edge", EDGES_DB)
def test_an_edge_belongs_to_the_band_above_it(edge):
    below, at = bands([np.nextafter(edge, 0), edge])
    assert at == below + 1
    assert at == EDGES_DB.index(edge) + 1


def test_silence_is_no_quiet_band():
    assert bands([SILENT, 20.0, 44.9, 99.0]).tolist() == [-1, 0, 0, len(EDGES_DB)]
    sums = band_sums([SILENT, 20.0, 57.0, 57.0], [1, 2, 4, 8])
    assert sums.tolist() == [2, 0, 0, 12, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("people_at", "expected"),
    [
        # a house of four receivers, one of three, one of one
        ("most_exposed", [0, 1, 0, 0, 1, 0, 0, 1]),
        ("upper_half", [0, 0.5, 0.5, 0, 1, 0, 0, 1]),
        ("floor_area", [0.25, 0.25, 0.25, 0.25, 1 / 3, 1 / 3, 1 / 3, 1]),
    ],
)
def test_who_lives_where(people_at, expected):
    levels = [50, 60, 55, SILENT, 58, 57, SILENT, SILENT]
    building = np.array([0, 0, 0, 0, 2, 2, 2, 1])
    assert shares(levels, building, people_at) == pytest.approx(expected)
    order = np.random.default_rng(3).permutation(8)
    mixed = shares(np.array(levels)[order], building[order], people_at)
    assert mixed == pytest.approx(np.array(expected)[order])


def test_of_equal_levels_one_counts():
    assert shares([60, 60], np.array([0, 0]), "most_exposed").tolist() == [1, 0]


def test_the_highest_level_and_none():
    found = highest_db([50, 61, SILENT], np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(found, [61, np.nan, SILENT])
