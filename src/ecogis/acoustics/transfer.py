"""How much of each road's sound arrives at each receiver, whatever drives there?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.beside import Sideways
from ecogis.acoustics.fingerprint import fingerprint
from ecogis.acoustics.heard import Heard
from ecogis.acoustics.kept import KEPT
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.propagation import Scene
from ecogis.acoustics.tiles import heard_everywhere
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.mirrors import mirrors_of
from ecogis.spatial.pieces import OpenRoads, lines_of, opened_lines
from ecogis.spatial.receivers import Receivers
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import Surroundings

_COVERED = Text(
    en="{count} roads run beneath buildings for {metres} m together, which make no "
    "sound outside",
    zh="{count} 条道路共有 {metres} m 位于建筑物之下，该部分不计",
)
# m: less of a road beneath a building is drawn so
_WORTH_TELLING_M = 0.5
Notes = tuple[Text, ...]
# axes of a power, and the finest pieces
_AXES, _FINEST = 3, 0.01
# m: how deep under the ground a receiver may lie by rounding
_SUNK_M = 0.01


@dataclass(frozen=True, eq=False)
class Transfer:
    """
    What of roads arrives at receivers, a row for each pair within reach.

    Parameters
    ----------
    receiver, road
        Which hears which, by their rows; sorted.
    homogeneous, favourable
        Over the pieces of the road: length in metres times 10 ** (-attenuation / 10),
        8 octaves; single precision.
    receivers, roads
        How many there are.
    notes
        What had to be left out.
    """

    receiver: NDArray[np.intp]
    road: NDArray[np.intp]
    homogeneous: NDArray[np.float32]
    favourable: NDArray[np.float32]
    receivers: int
    roads: int
    notes: tuple[Text, ...] = ()


def transfer(
    around: Surroundings,
    receivers: Receivers,
    roads: GeoDataFrame | GeoSeries,
    *,
    max_distance_m: float = 500.0,
    fineness: float = 0.5,
    source_g: float = 0.0,
    temperature_c: float = 10.0,
    humidity_percent: float = 70.0,
    lateral: bool = False,
    reflections: int = 0,
    beside_m: float = 100.0,
    workers: int = 1,
) -> Transfer:
    """
    Return what of each road arrives at each receiver, by CNOSSOS-EU.

    Nothing in it depends on traffic, speed or pavement: :func:`levels_db` puts the
    power of roads to it. What was computed is kept in memory: asked again with the same
    surroundings and receivers, only roads that are new or elsewhere are propagated.

    Parameters
    ----------
    around
        Terrain, buildings, barriers and ground.
    receivers
        Where sound is heard.
    roads
        Lines, in any order; those of a road that is closed may stay.
    max_distance_m
        Pieces of roads whose middle is farther away on the map are not heard.
    fineness
        Pieces are at most this times as long as they are far away.
    source_g
        Ground factor at the sources; a road's own surface is hard.
    temperature_c, humidity_percent
        Of the air, in degrees Celsius and percent.
    lateral
        Let sound go round obstacles too.
    reflections
        Walls that a way may go by, 0 for none; those reflect whose absorption the
        surroundings know.
    beside_m
        How near to a receiver sources and walls are for these two, which are found one
        by one and take their time.
    workers
        Processes that share the work.

    Raises
    ------
    LayerError
        A road that is no line; a receiver under the ground or inside a building.
    """
    _check(max_distance_m, fineness, source_g, reflections, workers)
    lines = lines_of(np.asarray(roads.geometry.values))
    must_be_open(around, receivers.places)
    air = absorption_db_km(temperature_c, humidity_percent)

    def propagate(new: NDArray[np.object_]) -> Heard:
        scene = Scene(
            around,
            Sights(around),
            OpenRoads(new, around.footprints, around.terrain),
            air,
            source_g,
            max_distance_m,
            fineness,
            Sideways(lateral, reflections, beside_m, mirrors_of(around)),
        )
        return heard_everywhere(scene, receivers.places, workers)

    setting = (
        *(max_distance_m, fineness, source_g, temperature_c, humidity_percent),
        *(lateral, reflections, beside_m if lateral or reflections else 0),
    )
    key = fingerprint(around, receivers.places, setting)
    heard = KEPT.heard(key, lines, propagate)
    # of no pairs, nothing says the octaves
    arrived = heard.arrived.reshape(len(heard), 2, BANDS)
    return Transfer(
        heard.receiver,
        heard.road,
        arrived[:, 0],
        arrived[:, 1],
        len(receivers),
        len(lines),
        covered(lines, around.footprints),
    )


def levels_db(
    transferred: Transfer,
    power_db: ArrayLike,
    *,
    favourable_share: float | Sequence[float] = 0.5,
) -> Floats:
    """
    Return the long-term levels at receivers: (receivers, periods, 8), dB.

    Parameters
    ----------
    transferred
        What arrives of each road.
    power_db
        (roads, periods, 8): the power of a metre of each road in dB, as
        :func:`~ecogis.acoustics.emission.line_power_db` gives it. A road that is closed
        has ``-inf``; one whose power is unknown (NaN) is left out.
    favourable_share
        Share of the time with favourable conditions, one or one a period, 0 to 1.

    Returns
    -------
    array
        ``-inf`` where no road is heard.
    """
    power = np.asarray(power_db, dtype=np.float64)
    if power.ndim != _AXES or power.shape[::2] != (transferred.roads, BANDS):
        expected = f"({transferred.roads}, periods, {BANDS})"
        msg = f"power_db: found an array of shape {power.shape}; expected {expected}"
        raise LayerError(msg)
    share = np.broadcast_to(favourable_share, power.shape[1:2]).astype(float)
    if not ((share >= 0) & (share <= 1)).all():
        msg = f"favourable_share is {favourable_share}; expected 0 to 1"
        raise LayerError(msg)
    made = np.where(np.isnan(power), 0.0, 10 ** (power / 10))
    total = np.zeros((transferred.receivers, *power.shape[1:]))
    place = transferred.receiver, transferred.road
    size = transferred.receivers, transferred.roads
    for arrived, often in (
        (transferred.homogeneous, 1 - share),
        (transferred.favourable, share),
    ):
        for band in range(BANDS):
            heard = csr_array((arrived[:, band].astype(float), place), shape=size)
            total[:, :, band] += heard @ (made[:, :, band] * often)
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(total))


def _check(
    max_distance_m: float,
    fineness: float,
    source_g: float,
    reflections: int,
    workers: int,
) -> None:
    for name, value, least, most in (
        ("reflections", reflections, 0, np.inf),
        ("workers", workers, 1, np.inf),
        ("max_distance_m", max_distance_m, 1, np.inf),
        ("fineness", fineness, _FINEST, 1),
        ("source_g", source_g, 0, 1),
    ):
        if not least <= value <= most or np.isinf(value):
            top = f" to {most:g}" if np.isfinite(most) else " or more"
            msg = f"{name} is {value:g}; expected {least:g}{top}"
            raise LayerError(msg)


def must_be_open(around: Surroundings, places: Floats) -> None:
    """Refuse receivers under the ground or inside a building."""
    if (odd := np.flatnonzero(~np.isfinite(places).all(axis=1))).size:
        at = ", ".join(f"{value:g}" for value in places[odd[0]])
        msg = f"receiver {odd[0]}: found ({at}); expected (x, y, z) in metres"
        raise LayerError(msg)
    ground = around.terrain.heights(places[:, :2])
    if (sunk := np.flatnonzero(places[:, 2] < ground - _SUNK_M)).size:
        z, up = places[sunk[0], 2], ground[sunk[0]]
        msg = (
            f"receiver {sunk[0]}: z = {z:g} m lies under the ground at {up:.6g} m; "
            "expected an altitude, not a height above the ground"
        )
        raise LayerError(msg)
    points = shapely.points(places[:, :2])
    under, _ = around.obstacle_tree.query(points, predicate="within")
    for number in np.unique(under).tolist():
        roof_m = around.roof_over(places[number, :2])
        if roof_m is not None and places[number, 2] < roof_m:
            msg = (
                f"receiver {number}: inside a building with its roof at "
                f"{roof_m:.6g} m; move it out of the wall"
            )
            raise LayerError(msg)


def covered(lines: NDArray[np.object_], footprints: NDArray[np.object_]) -> Notes:
    """Tell how much of the roads lies beneath buildings."""
    opened = opened_lines(lines, footprints)
    covered = shapely.length(lines) - shapely.length(opened)
    told = covered > _WORTH_TELLING_M
    if not told.any():
        return ()
    metres = f"{covered[told].sum():.0f}"
    return (_COVERED.format(count=int(told.sum()), metres=metres),)
