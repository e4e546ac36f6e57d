"""Plan and layers in, scorecard out: the whole story."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.breakdown import break_down, weigh
from ecogis.document import Text
from ecogis.equality import equality
from ecogis.errors import EcogisError, LayerError, PlanError, SourceError, nearest
from ecogis.indicator import Indicator, Result
from ecogis.layer import Catalogue
from ecogis.plan import Goal, Plan
from ecogis.reader import Reader
from ecogis.scorecard import Provenance, Score, Scorecard
from ecogis.source import Reading

log = logging.getLogger(__name__)
Progress = Callable[[Goal], None]
_MAIN_ROADS = ("motorway", "trunk", "primary", "secondary", "tertiary")


def run(
    plan: Plan,
    catalogue: Catalogue,
    *,
    only: Collection[str] = (),
    progress: Progress | None = None,
) -> Scorecard:
    """
    Measure every goal of a plan; one bad layer never stops the others.

    Parameters
    ----------
    plan
        What is asked.
    catalogue
        What is known of the layers.
    only
        Rows to measure; all of them when empty.
    progress
        Called with each goal once it is done.

    Raises
    ------
    PlanError
        The area's name is not in its layer, or a row of ``only`` is not in the plan.
    """
    goals = _chosen(plan, only)
    reader = Reader(plan, catalogue)
    scores = []
    for goal in goals:
        scores.append(score_goal(goal, reader))
        if progress is not None:
            progress(goal)
    return scorecard(reader, scores)


def scorecard(reader: Reader, scores: Sequence[Score]) -> Scorecard:
    """Return scores with the area, the ground of the map and where the data lie."""
    return Scorecard(
        plan=reader.plan,
        scores=tuple(scores),
        area=reader.area if isinstance(reader.area, StudyArea) else None,
        zones=reader.zones,
        context=_context(reader),
        stamps=tuple(stamp for read in reader.readings for stamp in read.stamps),
        notes=tuple(reader.notes),
        version=version("ecogis"),
    )


def _chosen(plan: Plan, only: Collection[str]) -> list[Goal]:
    rows = [goal.row for goal in plan.goal]
    for row in only:
        if row not in rows:
            msg = f"{plan.path}: no row {row!r}{nearest(row, rows)}"
            raise PlanError(msg)
    return [goal for goal in plan.goal if not only or goal.row in only]


def score_goal(goal: Goal, reader: Reader) -> Score:
    """Measure one goal and hold it against its target."""
    unmeasured = Score(goal, reader.plan.year)
    if goal.measure is None:
        return unmeasured
    try:
        readings = _layers(goal, goal.measure, reader)
        result = _measure(goal, goal.measure, reader, readings)
    except EcogisError as error:
        return replace(unmeasured, error=error)
    return _broken_down(
        replace(
            unmeasured,
            result=result,
            provenance=_provenance(goal, goal.measure, reader, readings),
            notes=tuple(_told(readings, reader.catalogue)),
        ),
        reader,
    )


def _layers(
    goal: Goal, measure: Indicator[Any], reader: Reader
) -> dict[str, Reading | None]:
    """Read what the indicator needs; an optional layer that is absent is None."""
    return {
        layer: reader.read(layer, goal.margin_m)
        if required or reader.has_data(layer)
        else None
        for layer, required in measure.needs(goal.resolved).items()
    }


def _told(readings: dict[str, Reading | None], catalogue: Catalogue) -> Iterator[Text]:
    """Yield what a number's layers have to tell, and which of them it does without."""
    for layer, read in readings.items():
        if read is None:
            title = catalogue[layer].title
            yield Text(
                en=f"{title.en}: no data; the number does without them",
                zh=f"缺少图层“{title.zh}”，计算时未使用",
            )
        else:
            yield from read.notes


def _measure(
    goal: Goal,
    measure: Indicator[Any],
    reader: Reader,
    readings: dict[str, Reading | None],
) -> Result:
    """Ask the indicator; a fault inside it stops this goal, never the others."""
    layers = {name: read.data if read else None for name, read in readings.items()}
    try:
        return measure(reader.area, **layers, **goal.resolved)
    except EcogisError:
        raise
    except Exception as fault:
        log.exception("%s failed", goal.row)
        msg = (
            f"{goal.row}: {measure.name} failed on these data: "
            f"{type(fault).__name__}: {fault}; run with --verbose for the details"
        )
        raise LayerError(msg) from fault


def _provenance(
    goal: Goal,
    measure: Indicator[Any],
    reader: Reader,
    readings: dict[str, Reading | None],
) -> Provenance | None:
    if isinstance(reader.area, EcogisError):
        return None
    rule, confidence = measure.rule(goal.resolved)
    return Provenance(
        rule=rule,
        confidence=confidence,
        parameters=measure.told(goal.resolved),
        layers=tuple(s for read in readings.values() if read for s in read.stamps),
        crs=reader.area.crs.to_string(),
        area_method=reader.area.area_method,
        version=version("ecogis"),
    )


def _broken_down(score: Score, reader: Reader) -> Score:
    result, measure = score.result, score.goal.measure
    zones, area = reader.zones, reader.area
    if zones is None or result is None or result.parts is None or measure is None:
        return score
    rows = break_down(result, zones, measure.better)
    asked = score.goal.balance
    balance, notes = weigh(rows, result, asked) if asked else (None, [])
    return replace(
        score,
        zones=rows,
        balance=balance,
        equality=equality(rows, result, area, balance)
        if isinstance(area, StudyArea)
        else None,
        notes=(*score.notes, *notes),
    )


def _context(reader: Reader) -> dict[str, GeoDataFrame]:
    """Return what a map draws beneath the results: what lies at hand, cut to size."""
    if isinstance(reader.area, EcogisError):
        return {}
    found = {}
    box = shapely.box(*reader.area.window())
    for layer in reader.plan.context:
        if not reader.has_data(layer):
            continue
        try:
            frame = reader.read(layer, 0.0).frame
        except (LayerError, SourceError) as error:
            log.info("context %s: %s", layer, error)
            continue
        if layer == "roads" and "class" in frame:
            frame = frame[frame["class"].isin(_MAIN_ROADS)]
        near = frame[shapely.intersects(box, np.asarray(frame.geometry.values))]
        found[layer] = near.reset_index(drop=True)
    return found
