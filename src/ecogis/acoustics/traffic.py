"""What drives on each road: vehicles an hour by period and class, speed, surface."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecogis.acoustics.bands import PERIODS, Floats
from ecogis.errors import LayerError, nearest
from ecogis.table import table

# CNOSSOS-EU: light, medium heavy, heavy, mopeds, motorcycles
CLASSES: Final = ("1", "2", "3", "4a", "4b")
JUNCTIONS: Final = ("", "crossing", "roundabout")
Words = NDArray[np.str_]


@dataclass(frozen=True)
class Traffic:
    """
    Traffic of n roads, in their order; :meth:`of` fills in and checks it.

    Parameters
    ----------
    flow_h
        Vehicles an hour, both directions together: (n, 3, 5), by period (day, evening,
        night) and class (1, 2, 3, 4a, 4b). NaN is unknown, 0 is none.
    speed_kmh
        Mean speed: (n, 3, 5).
    pavement
        Words of the table ``road_surface``: (n,).
    gradient_percent
        Upwards in the direction of the line: (n,).
    direction
        1 for vehicles along the line only, -1 against it only, 0 both ways, half of
        them each: (n,).
    junction
        ``crossing``, ``roundabout`` or ``""``: (n,).
    junction_m
        How far that is, in metres: (n,).
    studded_share
        Share of light vehicles with studded tyres, mean over the year, 0 to 1: (n,).
    """

    flow_h: Floats
    speed_kmh: Floats
    pavement: Words
    gradient_percent: Floats
    direction: Floats
    junction: Words
    junction_m: Floats
    studded_share: Floats

    @classmethod
    def of(
        cls,
        flow_h: ArrayLike,
        speed_kmh: ArrayLike,
        *,
        pavement: ArrayLike = "asphalt",
        gradient_percent: ArrayLike = 0.0,
        direction: ArrayLike = 0.0,
        junction: ArrayLike = "",
        junction_m: ArrayLike = 0.0,
        studded_share: ArrayLike = 0.0,
    ) -> "Traffic":
        """
        Return the traffic of roads; what is the same for all may be one value.

        Raises
        ------
        LayerError
            Flows that are no (n, 3, 5), a negative flow or speed, a share beyond 0 to
            1, a pavement or junction that is not known.
        """
        flows = np.array(flow_h, dtype=float)
        if flows.shape[1:] != (len(PERIODS), len(CLASSES)):
            msg = (
                f"traffic: found flows of shape {flows.shape}, expected "
                f"(roads, {len(PERIODS)}, {len(CLASSES)}): {', '.join(PERIODS)} by "
                f"class {', '.join(CLASSES)}"
            )
            raise LayerError(msg)
        roads = (len(flows),)
        made = cls(
            flow_h=flows,
            speed_kmh=_spread(speed_kmh, flows.shape),
            pavement=np.broadcast_to(np.asarray(pavement, dtype=str), roads),
            gradient_percent=_spread(gradient_percent, roads),
            direction=_spread(direction, roads),
            junction=np.broadcast_to(np.asarray(junction, dtype=str), roads),
            junction_m=_spread(junction_m, roads),
            studded_share=_spread(studded_share, roads),
        )
        made._check()
        return made

    def __len__(self) -> int:
        """Count the roads."""
        return len(self.flow_h)

    @property
    def total_h(self) -> Floats:
        """Vehicles an hour of all classes: (n, 3)."""
        return np.asarray(self.flow_h.sum(axis=-1))

    def _check(self) -> None:
        _within("flow", self.flow_h, 0, np.inf, "vehicles an hour, 0 or more")
        _within("speed", self.speed_kmh, 0, np.inf, "km/h, 0 or more")
        _within("gradient", self.gradient_percent, -np.inf, np.inf, "percent")
        _within("studded share", self.studded_share, 0, 1, "0 to 1")
        _within("direction", self.direction, -1, 1, "1, 0 or -1")
        _known("pavement", self.pavement, table("road_surface"))
        _known("junction", self.junction, JUNCTIONS)


def _spread(values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=float), shape)


def _within(what: str, values: Floats, low: float, high: float, expected: str) -> None:
    """Refuse values out of bounds; NaN is unknown and passes."""
    wrong = (values < low) | (values > high) | np.isinf(values)
    if not wrong.any():
        return
    at = tuple(int(index) for index in np.argwhere(wrong)[0])
    where = f"road {at[0]}"
    # beyond the road: its period, and the class of vehicles
    for index, names in zip(at[1:], (PERIODS, CLASSES), strict=False):
        where += f", {'class ' * (names is CLASSES)}{names[index]}"
    found = f"{values[at]:g} ({int(wrong.sum())} such)"
    msg = f"traffic: {where}: found {what} {found}, expected {expected}"
    raise LayerError(msg)


def _known(what: str, words: Words, known: object) -> None:
    names = [str(name) for name in known]  # type: ignore[attr-defined]
    for word in np.unique(words):
        if word not in names:
            first = int(np.argmax(words == word))
            near = nearest(str(word), (name for name in names if name))
            msg = f"traffic: road {first}: found {what} {str(word)!r}{near}"
            raise LayerError(msg)
