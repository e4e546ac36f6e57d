"""Degrees to metres without a library: held against PROJ all over the area."""

import numpy as np
import pytest
from pyproj import Transformer
from shapely import box

from ecogis.area import StudyArea
from ecogis.outputs.plane_map import evaluated, plane_map


def area(crs, x, y, half_m):
    return StudyArea("a", box(x - half_m, y - half_m, x + half_m, y + half_m), crs)


@pytest.mark.parametrize("half_m", [500, 15_000, 60_000])
@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [
        ("EPSG:4548", 447_000, 4_418_000),
        ("EPSG:4549", 400_000, 3_300_000),
        ("EPSG:32628", 440_000, 3_080_000),
        ("EPSG:32733", 300_000, 6_200_000),
    ],
)
def test_there_and_back_within_a_millimetre(crs, x, y, half_m):
    # a metre is asked for
    fit = plane_map(area(crs, x, y, half_m), 5000)
    rng = np.random.default_rng(5)
    reach = half_m + 5000
    metres = rng.uniform(-reach, reach, (500, 2)) + np.array([x, y])
    change = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    degrees = np.column_stack(change.transform(metres[:, 0], metres[:, 1]))
    there = evaluated(fit["metres"], degrees) + fit["zero"]
    assert np.abs(there - metres).max() < 1e-3
    back = evaluated(fit["degrees"], metres - fit["zero"])
    # a hundred-millionth of a degree is a millimetre
    assert np.abs(back - degrees).max() < 1e-8


def test_it_holds_plain_numbers():
    fit = plane_map(area("EPSG:4548", 447_000, 4_418_000, 900), 100)
    assert fit["zero"] == [447_000, 4_418_000]
    for part in (fit["metres"], fit["degrees"]):
        assert len(part["x"]) == len(part["y"]) == 21
        assert {type(number) for number in (*part["x"], *part["origin"])} == {float}
