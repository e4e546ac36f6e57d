"""Which new parks bring a row to its target, and how sure is that? Nothing is drawn."""

from ecogis.close.answer import Closing as Closing
from ecogis.close.answer import answer
from ecogis.close.asked import Wish as Wish
from ecogis.close.asked import asked_of
from ecogis.close.candidates import candidates
from ecogis.close.search import search
from ecogis.layer import Catalogue
from ecogis.plan import Plan
from ecogis.reader import Reader
from ecogis.run import score_goal


def close(plan: Plan, catalogue: Catalogue, wish: Wish) -> Closing:
    """
    Return the new parks that bring a row to its target, measured by the indicator.

    Parameters
    ----------
    plan
        What is asked, and where the layers lie.
    catalogue
        What is known of the layers.
    wish
        Which row, which candidates, and what the parks may cost.

    Returns
    -------
    Closing
        ``met`` where there is nothing to do; ``reached`` False where all candidates
        together do not reach the target: then it is the best that they can.

    Raises
    ------
    PlanError
        The row, or what is wished, makes no sense.
    LayerError, SourceError
        A layer is wrong, or there is no candidate.
    UnreachableError
        The forced sites alone are more than there may be.
    """
    goal = asked_of(plan, wish)
    reader = Reader(plan, catalogue)
    before = score_goal(goal, reader)
    if before.error is not None:
        raise before.error
    if before.verdict == "met":
        return Closing(before=before, reader=reader)
    pool = candidates(reader, before, wish)
    found = search(reader, before, pool, wish)
    return answer(reader, before, found, wish)
