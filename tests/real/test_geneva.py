"""Geneva's traffic noise, of traffic and heights that are taken by default."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.real
PLAN = Path(__file__).parent / "geneva" / "plan.toml"


@pytest.fixture(scope="module")
def result(card_of):
    (score,) = card_of(PLAN).scores
    return score.result


def test_what_is_taken_by_default_is_counted(result):
    said = " | ".join(note.en for note in result.notes)
    for expected in (
        "roads state no traffic: that of their class is taken",
        "roads state no speed: that of their class is taken",
        "buildings state neither height nor floors: 9 m is taken",
        "buildings state floors but no height: 3 m a floor is taken",
        "no layer of elevation: the ground is level",
        "roads lie in tunnels",
    ):
        assert expected in said


def test_every_building_with_a_free_wall_has_a_level(result):
    built = result.drawn["facade_levels"]
    assert len(built) > 100
    assert built["day_db"].between(20, 85).all()
    assert (built["night_db"] < built["day_db"]).all()
    above = result.drawn["people_above_limits"]
    assert 0 < result.value == len(above) < len(built)
    # who is above the limit lives nearer to roads that carry much
    worst = result.tables["worst_roads"]
    assert worst["buildings"].sum() == len(above)
    assert worst["class"].isin(["motorway", "trunk", "primary", "secondary"]).any()
