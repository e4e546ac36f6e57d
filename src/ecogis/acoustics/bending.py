"""Over which edges does a ray bend, and how much longer does that make its way?"""

import numpy as np

from ecogis.acoustics.octaves import WAVELENGTH_M, Floats

# m: radius of favourable rays at least, and as a multiple of the distance
_RADIUS_M, _RADII = 1000.0, 8.0
# m: edges nearer to each other are one
_ONE_EDGE_M = 0.3
# of 40 / wavelength * detour: an edge further below the ray has no effect
_LOWEST = -2.0
# dB: what one screen in the vertical plane gives at most
_MOST_DB = 25.0
# rad: launch angles that are one
_SAME_ANGLE = 1e-12


def ray_radius_m(distance_m: float) -> float:
    """Return the radius of rays under favourable conditions."""
    return float(ray_radii_m(np.asarray(distance_m)))


def ray_radii_m(distance_m: Floats) -> Floats:
    """Return the radius of each of many rays under favourable conditions."""
    return np.maximum(_RADIUS_M, _RADII * distance_m)


def arc_m(start: Floats, end: Floats, radius_m: float | Floats) -> Floats:
    """Return the length of rays between points (last axis: along, up)."""
    chord = np.hypot(end[..., 0] - start[..., 0], end[..., 1] - start[..., 1])
    if np.isinf(radius_m).all():
        return chord
    length: Floats = 2 * radius_m * np.arcsin(np.minimum(chord / 2 / radius_m, 1.0))
    return length


def rubber_band(
    source: Floats, receiver: Floats, edges: Floats, radius_m: float
) -> Floats:
    """
    Return the edges that a band from source to receiver touches, one row each.

    Parameters
    ----------
    source, receiver
        (along, up) in metres.
    edges
        Rows (along, up), sorted by ``along``, between source and receiver.
    radius_m
        Of the arcs that the band is made of; infinite: straight.
    """
    points = np.vstack([source, edges, receiver])
    touched: list[int] = []
    at = 0
    while True:
        ahead = points[at + 1 :] - points[at]
        angle = np.arctan2(ahead[:, 1], ahead[:, 0])
        if np.isfinite(radius_m):
            chord = np.hypot(ahead[:, 0], ahead[:, 1])
            angle = angle + np.arcsin(np.minimum(chord / 2 / radius_m, 1.0))
        # of circles of one radius through a point, the steepest stays above
        at += 1 + int(np.flatnonzero(angle >= angle.max() - _SAME_ANGLE)[-1])
        if at == len(points) - 1:
            return points[touched]
        touched.append(at)


def detour_m(
    source: Floats, edge: Floats, receiver: Floats, radius_m: float | Floats
) -> Floats:
    """
    Return how much longer the way over an edge is; negative where the ray clears it.

    Parameters
    ----------
    source, edge, receiver
        (along, up) in the last axis; many edges at once, if wanted.
    radius_m
        Of the rays, all or each; infinite: straight.

    Source
    ------
    Directive (EU) 2015/996, 2.5.25 to 2.5.29.
    """
    way = receiver - source
    past = edge - source
    # above the straight line? An image may lie behind: its line then runs back
    turn = np.where(way[..., 0] < 0, -1.0, 1.0)
    above = turn * (way[..., 0] * past[..., 1] - way[..., 1] * past[..., 0]) >= 0
    over = arc_m(source, edge, radius_m) + arc_m(edge, receiver, radius_m)
    plain = arc_m(source, receiver, radius_m)
    share = past[..., 0] / np.where(way[..., 0] == 0, 1.0, way[..., 0])
    beneath = source + np.clip(share, 0, 1)[..., None] * way
    clear = arc_m(source, beneath, radius_m) + arc_m(beneath, receiver, radius_m)
    return np.where(above, over - plain, 2 * clear - over - plain)


def chain_m(
    source: Floats, edges: Floats, receiver: Floats, radius_m: float
) -> tuple[float, float]:
    """Return the detour over edges in a row, and the way from the first to the last."""
    if len(edges) == 1:
        return float(detour_m(source, edges[0], receiver, radius_m)), 0.0
    between = float(np.sum(arc_m(edges[:-1], edges[1:], radius_m)))
    ends = arc_m(source, edges[0], radius_m) + arc_m(edges[-1], receiver, radius_m)
    return float(ends + between - arc_m(source, receiver, radius_m)), between


def diffraction_db(detour: Floats, between_m: Floats, *, capped: bool) -> Floats:
    """
    Return the attenuation by diffraction per octave, one more axis than the detour.

    Parameters
    ----------
    detour
        How much longer the way over the edges is, in metres; negative if they stand
        clear of the ray.
    between_m
        Way from the first edge to the last, in metres.
    capped
        Give at most 25 dB, as of source and receiver in the vertical plane.

    Source
    ------
    Directive (EU) 2015/996, 2.5.21 to 2.5.23.
    """
    apart = np.asarray(between_m)[..., None]
    ratio = (5 * WAVELENGTH_M / np.where(apart > _ONE_EDGE_M, apart, 1.0)) ** 2
    several = np.where(apart > _ONE_EDGE_M, (1 + ratio) / (1 / 3 + ratio), 1.0)
    term = 40 / WAVELENGTH_M * several * np.asarray(detour)[..., None]
    found: Floats = 10 * np.log10(3 + np.maximum(term, _LOWEST))
    return np.minimum(found, _MOST_DB) if capped else found
