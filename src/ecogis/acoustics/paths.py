"""How loud is a source at a receiver, and by which ways?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.octaves import BANDS, Floats, energy_mix_db, energy_sum_db
from ecogis.acoustics.ways import Kind, Way, attenuations_db, ways_between
from ecogis.errors import LayerError
from ecogis.spatial.mirrors import mirrors_of
from ecogis.spatial.surroundings import Surroundings, surroundings

# m: how deep in the ground a point may lie by rounding, and the shortest way
_SUNK_M, _SHORTEST_M = 0.01, 1e-3


@dataclass(frozen=True, eq=False)
class PathLevel:
    """
    What one way brings to the receiver.

    Parameters
    ----------
    kind
        ``"vertical"``: straight on the map, over whatever stands in the way; ``"left"``
        and ``"right"``, as seen from the source: round obstacles; ``"reflection"``: by
        way of walls.
    corners
        Rows (x, y) of the way on the map. Round obstacles the favourable way may be
        shorter, as its rays clear some; this is the homogeneous one.
    L_H, L_F, L
        Homogeneous, favourable and long-term level in dB, 8 octaves from 63 Hz to
        8 kHz; ``-inf`` where the way is open in the other condition only.
    """

    kind: Kind
    corners: Floats
    L_H: Floats
    L_F: Floats
    L: Floats


@dataclass(frozen=True, eq=False)
class Levels:
    """
    The levels at a receiver.

    Parameters
    ----------
    L_H, L_F, L
        Homogeneous, favourable and long-term level in dB, 8 octaves from 63 Hz to
        8 kHz: the energy of all paths.
    paths
        What each way brings: the vertical plane first, then left and right, then
        reflections.
    """

    L_H: Floats
    L_F: Floats
    L: Floats
    paths: tuple[PathLevel, ...]


def path_levels(
    source: ArrayLike,
    receiver: ArrayLike,
    *,
    ground: object = None,
    terrain: object = None,
    buildings: object = None,
    barriers: object = None,
    default_g: float = 0.0,
    gs: float | None = None,
    power_db: ArrayLike = 0.0,
    temperature_c: float = 10.0,
    humidity_percent: float = 70.0,
    favourable_share: float = 0.5,
    lateral: bool = True,
    reflections: int = 1,
) -> Levels:
    """
    Return the levels that a point source causes at a receiver, by CNOSSOS-EU.

    **All z are altitudes**, of sources and receivers too: metres above the datum of
    ``terrain``, and above level ground at 0 without it. Heights above the ground are
    said as ``height``, of buildings and barriers only. x and y are metres of one
    projected system, in which everything is drawn.

    Parameters
    ----------
    source, receiver
        (x, y, z); z is an altitude: on ground at 10 m, a receiver 4 m high has z = 14.
    ground
        Polygons with the ground factor, 0 (hard) to 1 (porous): a frame with a column
        ``g``, or a list of (polygon, g) or of mappings with ``geometry`` and ``g``.
        Where polygons overlap, the smallest counts. Roofs are hard by themselves.
    terrain
        None: level at 0. A :class:`~ecogis.spatial.raster.Raster` of altitudes (cells
        without data take the nearest), or points, lines and polygons with z: a frame,
        a series or a list. They become triangles that no line or outline is cut by:
        break lines and contour lines are lines, a TIN is its triangles. Beyond their
        hull the rim's altitude goes on.
    buildings
        Polygons with level roofs, holes and hollows allowed: a frame, or a list of
        (polygon, height), (polygon, height, alpha), polygons with z, or mappings with
        ``geometry``. Of each one of: ``height``, in metres above the mean ground at
        its corners; ``top``, the altitude of the roof; a polygon with z, the altitude
        of the roof (its highest z). ``top`` counts before ``height`` before z.
    barriers
        Upright, thin lines: as buildings. ``height`` is metres above the ground at
        each vertex, ``top`` one altitude, z of the line the altitude of the top edge
        at each vertex; between vertices the top is straight. Lines of several parts,
        as of a T, are one barrier.
    default_g
        Ground factor where no polygon of ``ground`` lies.
    gs
        Ground factor at the source (0 for a road's own surface); None: of the ground
        under it.
    power_db
        Sound power level of the source in dB: one for all octaves, or 8.
    temperature_c, humidity_percent
        Of the air, in degrees Celsius and percent.
    favourable_share
        Share of the time with favourable (downward-bent) rays, 0 to 1: the long-term
        level mixes both conditions by it.
    lateral
        Go round the buildings and barriers that the ray crosses, on both sides.
    reflections
        Walls that a way may go by, 0 for none. A building or barrier reflects if its
        absorption is known: ``alpha``, 0 to 1, one for all octaves or 8, in a column,
        a mapping or the third place; without ``alpha`` it reflects nothing. A wall
        within 0.1 m of the receiver is the façade that it hangs on and is left out:
        the level there is of the incident sound.

    Returns
    -------
    Levels
        ``L_H``, ``L_F`` and ``L`` of all paths together (arrays of 8, dB), and
        ``paths``, each with its ``kind``, ``L_H``, ``L_F`` and ``L``.

    Raises
    ------
    LayerError
        A source or receiver under the ground, inside a building or at the other's
        place; a shape, height, factor or absorption that cannot be.

    Source
    ------
    Directive (EU) 2015/996, annex, section 2.5, as amended by (EU) 2021/1226;
    ISO 9613-1:1993 for the air. Where the text is open, as the results of
    ISO/TR 17534-4:2020 imply.
    """
    around = surroundings(
        ground=ground,
        terrain=terrain,
        buildings=buildings,
        barriers=barriers,
        default_g=default_g,
    )
    start, end = places(around, source, receiver)
    _check(gs, favourable_share, humidity_percent, reflections)
    found = list(
        ways_between(
            around,
            mirrors_of(around),
            start,
            end,
            gs=around.ground_factor_at(start[:2]) if gs is None else gs,
            lateral=lateral,
            reflections=reflections,
        )
    )
    air = absorption_db_km(temperature_c, humidity_percent)
    return _levels(found, _power(power_db), air, favourable_share)


def places(
    around: Surroundings, source: ArrayLike, receiver: ArrayLike
) -> tuple[Floats, Floats]:
    """
    Return source and receiver as arrays, once they lie in the open.

    Raises
    ------
    LayerError
        One lies under the ground or inside a building, or both at one place.
    """
    start, end = (
        _placed(around, name, place)
        for name, place in (("source", source), ("receiver", receiver))
    )
    if np.linalg.norm(end - start) < _SHORTEST_M:
        msg = "receiver: it lies where the source lies; expected another place"
        raise LayerError(msg)
    return start, end


def _placed(around: Surroundings, name: str, place: ArrayLike) -> Floats:
    point = np.asarray(place, dtype=np.float64)
    if point.shape != (3,) or not np.isfinite(point).all():
        msg = f"{name}: found {place!r}; expected (x, y, z) in metres"
        raise LayerError(msg)
    ground_m = float(around.terrain.heights(point[None, :2])[0])
    if point[2] < ground_m - _SUNK_M:
        msg = (
            f"{name}: z = {point[2]:g} m lies under the ground at {ground_m:.6g} m; "
            "expected an altitude, not a height above the ground"
        )
        raise LayerError(msg)
    roof_m = around.roof_over(point[:2])
    if roof_m is not None and point[2] < roof_m:
        msg = (
            f"{name}: ({point[0]:.10g}, {point[1]:.10g}) at {point[2]:g} m is inside a "
            f"building with its roof at {roof_m:.6g} m; move it out of the wall"
        )
        raise LayerError(msg)
    return point


def _check(
    gs: float | None, share: float, humidity_percent: float, reflections: int
) -> None:
    for name, value, most in (
        ("gs", 0.0 if gs is None else gs, 1),
        ("favourable_share", share, 1),
        ("humidity_percent", humidity_percent, 100),
    ):
        if not 0 <= value <= most:
            msg = f"{name} is {value:g}; expected 0 to {most}"
            raise LayerError(msg)
    if reflections < 0 or int(reflections) != reflections:
        msg = f"reflections is {reflections!r}; expected a whole number, 0 for none"
        raise LayerError(msg)


def _power(power_db: ArrayLike) -> Floats:
    try:
        power = np.broadcast_to(np.asarray(power_db, dtype=np.float64), (BANDS,))
    except (TypeError, ValueError):
        msg = f"power_db is {power_db!r}; expected one level, or 8 from 63 Hz to 8 kHz"
        raise LayerError(msg) from None
    return power


def _levels(ways: list[Way], power: Floats, air: Floats, share: float) -> Levels:
    level_h, level_f = (power - taken for taken in attenuations_db(ways, air))
    level = energy_mix_db(level_h, level_f, share)
    paths = tuple(
        PathLevel(way.kind, way.corners, *rows)
        for way, *rows in zip(ways, level_h, level_f, level, strict=True)
    )
    total = [energy_sum_db(rows) for rows in (level_h, level_f, level)]
    return Levels(total[0], total[1], total[2], paths)
