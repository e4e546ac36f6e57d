"""Methods held against each other: a fresh process a run, in turns, medians."""

import gc
import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any, Protocol

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

Answer = Mapping[str, Any]
# seconds, CPU seconds, MB
Run = tuple[float, float, float]
# answers of two methods may differ by so much of the larger number
AGREED = 1e-6
# what an answer says beside, which is not compared
TOLD = "told"
# who takes longer than this is asked once
_PATIENCE_S = 20.0


class Gauge(Protocol):
    """Measures what a run costs."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> tuple[float, float]:
        """Return the CPU seconds and the additional memory in MB at its peak."""


class OwnGauge:
    """What a run costs this process."""

    def start(self) -> None:
        """Forget the peak of the past."""
        gc.collect()
        gc.freeze()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._base_mb, self._base_s = _peak_mb(), _cpu_s()

    def stop(self) -> tuple[float, float]:
        """Return the CPU seconds and the additional memory in MB at its peak."""
        return _cpu_s() - self._base_s, _peak_mb() - self._base_mb


@dataclass(frozen=True)
class Method:
    """
    One way to do the work.

    Attributes
    ----------
    name
        What it is called in the table.
    run
        Does the work and returns its answer: numbers by name.
    gauge
        What measures it.
    """

    name: str
    run: Callable[[], Answer]
    gauge: Gauge = field(default_factory=OwnGauge)


class Database(Protocol):
    """A peer that holds tables and answers statements."""

    def load(self, name: str, frame: GeoDataFrame, *numbers: str) -> None:
        """Write a frame as table ``name`` (id, geom and the numbers), with an index."""

    def method(
        self,
        name: str,
        statements: Sequence[str],
        answer: Callable[[NDArray[np.float64]], Answer],
    ) -> Method:
        """Return the method that runs statements and makes an answer of the rows."""


@dataclass(frozen=True)
class Goal:
    """Ours is to be so many times faster than the fastest of some methods."""

    methods: tuple[str, ...]
    times: float


@dataclass(frozen=True)
class Cost:
    """What a method took: medians of seconds, the largest peak of memory."""

    name: str
    seconds: float
    cpu_s: float
    extra_mb: float
    runs: int
    answer: Answer


def compare(
    methods: list[Method], repeats: int = 3, agreed: float = AGREED
) -> list[Cost]:
    """Run the methods in turns; each has to give the answer of the first."""
    runs: dict[str, list[Run]] = {m.name: [] for m in methods}
    answers: dict[str, Answer] = {}
    for _ in range(repeats):
        for method in methods:
            if any(seconds > _PATIENCE_S for seconds, *_ in runs[method.name]):
                continue
            cost, answer = _in_a_fork(method)
            runs[method.name].append(cost)
            answers[method.name] = answer
            _agree(method.name, answer, answers[methods[0].name], agreed)
    costs = []
    for name, rows in runs.items():
        seconds, cpu_s, extra_mb = zip(*rows, strict=True)
        costs.append(
            Cost(
                name,
                median(seconds),
                median(cpu_s),
                max(extra_mb),
                len(rows),
                answers[name],
            )
        )
    return costs


def table(costs: list[Cost]) -> str:
    """Return the costs as a Markdown table; ratios are to the last row, ours."""
    ours = costs[-1]
    lines = [
        "| method | seconds | CPU s | extra MB | runs | seconds : ours | CPU : ours |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for cost in costs:
        row = (
            cost.name,
            f"{cost.seconds:.2f}",
            f"{cost.cpu_s:.2f}",
            f"{cost.extra_mb:.0f}",
            str(cost.runs),
            f"{cost.seconds / ours.seconds:.1f}",
            f"{cost.cpu_s / ours.cpu_s:.1f}",
        )
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def told(costs: list[Cost]) -> list[str]:
    """Return what the answers say beside."""
    return [f"{c.name}: {c.answer[TOLD]}" for c in costs if TOLD in c.answer]


def verdict(goal: Goal, costs: list[Cost]) -> str:
    """Return a line that says whether ours, the last, reaches the goal."""
    ours, seconds = costs[-1], {cost.name: cost.seconds for cost in costs}
    known = [name for name in goal.methods if name in seconds]
    if not known:
        return f"goal: {goal.times:g} times faster than {goal.methods[0]}: not measured"
    best = min(known, key=lambda name: seconds[name])
    times = seconds[best] / ours.seconds
    word = "met" if times >= goal.times else "MISSED"
    return f"goal: {goal.times:g} times faster than {best}: {times:.1f}, {word}"


def _in_a_fork(method: Method) -> tuple[Run, Answer]:
    fork = multiprocessing.get_context("fork")
    mine, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_measure, args=(method, theirs))
    child.start()
    theirs.close()
    try:
        problem, cost, answer = mine.recv()
    except EOFError:
        problem, cost, answer = "it ended without an answer", (0.0, 0.0, 0.0), {}
    child.join()
    if problem:
        msg = f"{method.name}: {problem}"
        raise RuntimeError(msg)
    return cost, answer


def _measure(method: Method, pipe: Connection) -> None:
    gauge = method.gauge
    try:
        gauge.start()
        start = time.perf_counter()
        answer = method.run()
        seconds = time.perf_counter() - start
        pipe.send((None, (seconds, *gauge.stop()), answer))
    except Exception as problem:
        pipe.send((f"{type(problem).__name__}: {problem}", None, None))
        raise


def _agree(name: str, found: Answer, wanted: Answer, agreed: float) -> None:
    for key, numbers in wanted.items():
        if key in found and key != TOLD:
            np.testing.assert_allclose(
                found[key], numbers, rtol=agreed, atol=1e-3, err_msg=f"{name}: {key}"
            )


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _cpu_s() -> float:
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(who) for who in both]
    return sum(one.ru_utime + one.ru_stime for one in used)
