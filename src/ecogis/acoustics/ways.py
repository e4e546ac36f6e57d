"""By which ways does sound come to a receiver, and what does each take from it?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np

from ecogis.acoustics.bending import diffraction_db, ray_radius_m
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.reflection import absorbed_db, lost_over_walls_db
from ecogis.acoustics.upright import (
    NO_BOUNDARY,
    Boundary,
    boundary_db,
    plain,
    upright,
)
from ecogis.spatial.mirrors import Bounce, Mirrors, bounces
from ecogis.spatial.sideways import Side, ways_around
from ecogis.spatial.surroundings import Surroundings, cut

Kind: TypeAlias = Literal["vertical", "left", "right", "reflection"]
Record = TypeVar("Record")


@dataclass(frozen=True)
class Ray:
    """
    What a way takes in one condition of the air, for one or many paths.

    Parameters
    ----------
    air_m
        Length through the air.
    boundary
        Ground and edges.
    loss_db
        What else is lost, per octave: at walls, round corners; infinite where the way
        is closed.
    """

    air_m: Floats
    boundary: Boundary
    loss_db: Floats


@dataclass(frozen=True, eq=False)
class Way:
    """
    A way from source to receiver.

    Parameters
    ----------
    kind
        ``"vertical"``, ``"left"``, ``"right"`` or ``"reflection"``.
    corners
        Rows (x, y): on the map, of the straight rays where they differ from the bent.
    spread_m
        Distance over which sound spreads out.
    straight, bent
        The homogeneous and the favourable condition.
    """

    kind: Kind
    corners: Floats
    spread_m: float
    straight: Ray
    bent: Ray


def ways_between(
    around: Surroundings,
    mirrors: Mirrors,
    source: Floats,
    receiver: Floats,
    *,
    gs: float,
    lateral: bool,
    reflections: int,
) -> Iterator[Way]:
    """
    Yield the ways between two points (x, y, z), the straight one first.

    Parameters
    ----------
    around, mirrors
        What lies around them, and its reflecting walls.
    source, receiver
        z as an altitude.
    gs
        Ground factor at the source.
    lateral
        Go round obstacles too.
    reflections
        Walls that a way may go by.
    """
    direct = np.array([source[:2], receiver[:2]])
    yield _upright_way(around, direct, source, receiver, gs)
    yield from ways_beside(
        around,
        mirrors,
        source,
        receiver,
        gs=gs,
        lateral=lateral,
        reflections=reflections,
    )


def ways_beside(
    around: Surroundings,
    mirrors: Mirrors,
    source: Floats,
    receiver: Floats,
    *,
    gs: float,
    lateral: bool,
    reflections: int,
) -> Iterator[Way]:
    """Yield the ways of :func:`ways_between` but for the straight one."""
    if lateral:
        yield from _sideways(around, source, receiver, gs)
    for bounce in bounces(mirrors, source[:2], receiver[:2], reflections):
        way = _reflected(around, bounce, source, receiver, gs)
        if way is not None:
            yield way


def attenuations_db(ways: Sequence[Way], air_db_km: Floats) -> tuple[Floats, Floats]:
    """
    Return what ways take, of any sources and receivers: homogeneous, favourable.

    Parameters
    ----------
    ways
        At least one.
    air_db_km
        Absorption of the air per octave.

    Returns
    -------
    tuple
        Two arrays, a row a way and a column an octave, in dB; infinite where the way
        is closed. They do not depend on the power of the source.
    """
    spread = np.array([way.spread_m for way in ways])
    straight = stacked([way.straight for way in ways])
    bent = stacked([way.bent for way in ways])
    return (
        attenuation_db(spread, straight, air_db_km, favourable=False),
        attenuation_db(spread, bent, air_db_km, favourable=True),
    )


def attenuation_db(
    spread_m: Floats, ray: Ray, air_db_km: Floats, *, favourable: bool
) -> Floats:
    """
    Return the attenuation per octave, one more axis than the distances.

    Parameters
    ----------
    spread_m
        Distances over which sound spreads out.
    ray
        One ray, or many (:func:`stacked`).
    air_db_km
        Absorption of the air per octave.
    favourable
        Of the bent rays.

    Source
    ------
    Directive (EU) 2015/996, 2.5.11 to 2.5.14.
    """
    spread = 20 * np.log10(np.asarray(spread_m))[..., None] + 11
    air = np.asarray(ray.air_m)[..., None] * air_db_km / 1000
    boundary = boundary_db(ray.boundary, favourable=favourable)
    return np.asarray(spread + air + boundary + ray.loss_db)


def stacked(records: Sequence[Record]) -> Record:
    """Return one record of arrays: an element for each of many records of numbers."""
    first: Any = records[0]
    values = {}
    for field in fields(first):
        column = [getattr(record, field.name) for record in records]
        nested = is_dataclass(column[0])
        values[field.name] = stacked(column) if nested else np.stack(column)
    made: Record = type(first)(**values)
    return made


def _upright_way(
    around: Surroundings, corners: Floats, source: Floats, receiver: Floats, gs: float
) -> Way:
    profile = cut(around, corners)
    length = float(np.hypot(profile.length_m, receiver[2] - source[2]))
    radii = (np.inf, ray_radius_m(length))
    boundaries = upright(profile, source[2], receiver[2], gs, radii)
    rays = [Ray(np.asarray(length), one, np.zeros(BANDS)) for one in boundaries]
    return Way("vertical", corners, length, *rays)


def _reflected(
    around: Surroundings, bounce: Bounce, source: Floats, receiver: Floats, gs: float
) -> Way | None:
    """Return the way by walls; None where neither ray meets all of them."""
    along = np.cumsum(np.hypot(*np.diff(bounce.way, axis=0).T))
    rise = (receiver[2] - source[2]) / along[-1]
    # no edge in the way brings a ray down again
    if (source[2] + rise * along[:-1] >= bounce.tops_m).any():
        return None
    profile = cut(around, bounce.way)
    length = float(np.hypot(profile.length_m, receiver[2] - source[2]))
    walls = list(zip(along[:-1].tolist(), bounce.tops_m, strict=True))
    absorbed = sum(absorbed_db(alpha) for alpha in bounce.alphas)
    radii = (np.inf, ray_radius_m(length))
    losses = [
        absorbed + lost_over_walls_db(profile, source[2], receiver[2], walls, radius)
        for radius in radii
    ]
    if np.isinf(losses).all():
        return None
    boundaries = upright(profile, source[2], receiver[2], gs, radii)
    rays = [
        Ray(np.asarray(length), one, lost)
        for one, lost in zip(boundaries, losses, strict=True)
    ]
    return Way("reflection", bounce.way, length, *rays)


def _sideways(
    around: Surroundings, source: Floats, receiver: Floats, gs: float
) -> Iterator[Way]:
    length = float(np.linalg.norm(receiver - source))
    radii = (np.inf, ray_radius_m(length))
    straight, bent = ways_around(around, source, receiver, radii)
    sides: tuple[Side, ...] = ("left", "right")
    for side in sides:
        found = [ways.get(side) for ways in (straight, bent)]
        corners = next((way for way in found if way is not None), None)
        if corners is not None:
            rays = [_side_ray(around, found[0], length, gs)]
            rays += rays if _same(*found) else [_side_ray(around, found[1], length, gs)]
            yield Way(side, corners[:, :2], length, *rays)


def _same(first: Floats | None, second: Floats | None) -> bool:
    """Tell whether two ways are one."""
    return first is not None and second is not None and np.array_equal(first, second)


def _side_ray(
    around: Surroundings, way: Floats | None, length: float, gs: float
) -> Ray:
    """Return the ray round corners; closed where there is no way."""
    if way is None:
        return Ray(np.asarray(length), NO_BOUNDARY, np.full(BANDS, np.inf))
    profile = cut(around, way[:, :2])
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    around_m, between_m = float(steps.sum()), float(steps[1:-1].sum())
    lost = diffraction_db(
        np.asarray(around_m - length), np.asarray(between_m), capped=False
    )
    boundary = plain(profile, float(way[0, 2]), float(way[-1, 2]), gs)
    return Ray(np.asarray(around_m), boundary, lost)
