"""Heights by their field, by floors, by default: each counted."""

import numpy as np
import pandas as pd
import pytest

from ecogis.spatial.heights import heights_m


def test_a_height_wins_over_floors_and_zero_is_not_stated():
    rows = {"height_m": [12.5, None, 0, None], "floors": [2, 4, 0, None]}
    heights, notes = heights_m(pd.DataFrame(rows))
    assert heights.tolist() == [12.5, 12.0, 9.0, 9.0]
    assert [note.en.split(" state")[0] for note in notes] == [
        "1 of 4 buildings",
        "2 of 4 buildings",
    ]


@pytest.mark.parametrize(
    ("fields", "height", "told"),
    [
        ({"height_m": [7.0]}, 7.0, 0),
        ({"floors": [5]}, 15.0, 1),
        ({"name": ["x"]}, 9, 1),
    ],
)
def test_fields_may_be_missing(fields, height, told):
    heights, notes = heights_m(pd.DataFrame(fields))
    assert heights == pytest.approx(np.array([height]))
    assert len(notes) == told
