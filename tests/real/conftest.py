"""Real data are read through the whole chain, once a session."""

import pytest

from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.run import run
from ecogis.workspace import Workspace, delivered


@pytest.fixture(scope="session")
def catalogue():
    """Return the delivered catalogue."""
    return Catalogue.read(Workspace(delivered()))


@pytest.fixture(scope="session")
def card_of(data, catalogue):
    """Return a function: the scorecard of a plan, which is run once a session."""
    known = {}
    patch = pytest.MonkeyPatch()
    # whatever the folder was found by, the plans are to find the same
    patch.setenv("ECOGIS_DATA", str(data.resolve()))

    def card(plan, sources=None):
        if (plan, sources) not in known:
            known[plan, sources] = run(read_plan(plan, sources), catalogue)
        return known[plan, sources]

    yield card
    patch.undo()
