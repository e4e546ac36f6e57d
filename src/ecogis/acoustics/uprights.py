"""What does the boundary take from sound in many upright cuts at once?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.bending import arc_m, detour_m, ray_radii_m
from ecogis.acoustics.ground import Stretch, ground_db, near_g
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.planes import Planes, mean_planes
from ecogis.acoustics.upright import Boundary, boundary_db
from ecogis.spatial.profiles import Profiles

Flags = NDArray[np.bool_]

# rad: launch angles that are one
_SAME_ANGLE = 1e-12


@dataclass(frozen=True, eq=False)
class Cuts:
    """
    Upright cuts with their sources and receivers, a row each.

    Parameters
    ----------
    profiles
        From source to receiver.
    source_m, receiver_m
        Altitudes.
    source_g
        Ground factor at the source.
    """

    profiles: Profiles
    source_m: Floats
    receiver_m: Floats
    source_g: Floats

    def rows(self, rows: NDArray[np.intp]) -> "Cuts":
        """Return some of the cuts."""
        return Cuts(
            self.profiles.rows(rows),
            self.source_m[rows],
            self.receiver_m[rows],
            self.source_g[rows],
        )

    @property
    def source(self) -> Floats:
        """Rows (along, up)."""
        return np.column_stack([np.zeros(len(self.source_m)), self.source_m])

    @property
    def receiver(self) -> Floats:
        """Rows (along, up)."""
        return np.column_stack([self.profiles.length_m, self.receiver_m])

    @property
    def distance_m(self) -> Floats:
        """From source to receiver."""
        rise = self.receiver_m - self.source_m
        return np.asarray(np.hypot(self.profiles.length_m, rise))

    def whole(self) -> Stretch:
        """Return the ground from source to receiver."""
        return self.stretch(self.source, self.receiver, from_source=True)[0]

    def stretch(
        self, start: Floats, end: Floats, *, from_source: bool
    ) -> tuple[Stretch, Planes]:
        """Return the ground between points (along, up), and its mean planes."""
        p = self.profiles
        planes = mean_planes(p.along_m, p.up_m, start[:, 0], end[:, 0])
        low, high = planes.height_m(start), planes.height_m(end)
        length = planes.run_m(start, end)
        g = p.ground_factor(start[:, 0], end[:, 0])
        near = near_g(length, low + high, g, self.source_g) if from_source else g
        return Stretch(low, high, length, g, near), planes


def weakened_db(cuts: Cuts, air_db_km: Floats) -> tuple[Floats, Floats]:
    """Return the attenuation per octave, homogeneous and favourable, a row a cut."""
    distance = cuts.distance_m
    points, edge = edged(cuts)
    bends = edge.any(axis=1)
    clear, bent = np.flatnonzero(~bends), np.flatnonzero(bends)
    plain, over = cuts.rows(clear).whole(), cuts.rows(bent)
    found = []
    for favourable, radius in ((False, np.inf), (True, ray_radii_m(distance[bent]))):
        lost = np.empty((len(distance), BANDS))
        lost[clear] = ground_db(plain, favourable=favourable)
        if len(bent):
            bounds = boundaries(over, points[bent], edge[bent], radius)
            lost[bent] = boundary_db(bounds, favourable=favourable)
        spread = 20 * np.log10(distance)[:, None] + 11
        found.append(spread + distance[:, None] * air_db_km / 1000 + lost)
    return found[0], found[1]


def edged(cuts: Cuts) -> tuple[Floats, Flags]:
    """Return points (source, edges, receiver; along, up) a row, and which are edges."""
    p = cuts.profiles
    source, receiver = cuts.source, cuts.receiver
    along, up = p.along_m, p.up_m
    if p.screen_m.shape[1]:
        along, up = np.hstack([along, p.screen_m]), np.hstack([up, p.screen_top_m])
        order = np.argsort(along, axis=1, kind="stable")
        along = np.take_along_axis(along, order, axis=1)
        up = np.take_along_axis(up, order, axis=1)
    # none below the source or the receiver, which the ends of the relief are too
    at_source = (along <= 0) & (up <= source[:, 1:])
    at_receiver = (along >= receiver[:, :1]) & (up <= receiver[:, 1:])
    edge = ~(at_source | at_receiver | np.isneginf(up))
    points = np.stack([along, np.where(edge, up, 0.0)], axis=2)
    points = np.concatenate([source[:, None], points, receiver[:, None]], axis=1)
    return points, np.pad(edge, ((0, 0), (1, 1)))


@dataclass(frozen=True, eq=False)
class Bands:
    """
    Rubber bands from source to receiver over edges, a row each.

    Parameters
    ----------
    first, last
        The points (along, up) of the first and last edge that is touched.
    count
        How many are.
    between_m
        Way from the first to the last.
    """

    first: Floats
    last: Floats
    count: NDArray[np.intp]
    between_m: Floats


def bands_over(points: Floats, edge: Flags, radius_m: float | Floats) -> Bands:
    """
    Return the bands over the edges; where none is touched, over the nearest.

    Parameters
    ----------
    points, edge
        As :func:`edged` gives them; each row has an edge.
    radius_m
        Of the rays, all or each; infinite: straight.
    """
    ways, end = points.shape[0], points.shape[1] - 1
    radius = np.broadcast_to(radius_m, (ways,))
    first, last = np.zeros((ways, 2)), np.zeros((ways, 2))
    count, between = np.zeros(ways, dtype=np.intp), np.zeros(ways)
    way, at = np.arange(ways), np.zeros(ways, dtype=np.intp)
    usable = edge.copy()
    usable[:, end] = True
    while len(way):
        at = _next(points[way], usable[way], at, radius[way])
        going = at < end
        way, at = way[going], at[going]
        place = points[way, at]
        new = count[way] == 0
        first[way[new]] = place[new]
        step = arc_m(last[way], place, radius[way])
        between[way] += np.where(new, 0.0, step)
        last[way] = place
        count[way] += 1
    clear = np.flatnonzero(count == 0)
    first[clear] = last[clear] = _nearest(points[clear], edge[clear], radius[clear])
    return Bands(first, last, np.maximum(count, 1), between)


def _next(
    points: Floats, usable: Flags, at: NDArray[np.intp], radius_m: Floats
) -> NDArray[np.intp]:
    """Return the point that the band touches after another."""
    ahead = points - points[np.arange(len(at)), at][:, None]
    angle = np.arctan2(ahead[..., 1], ahead[..., 0])
    if np.isfinite(radius_m).all():
        chord = np.hypot(ahead[..., 0], ahead[..., 1])
        angle += np.arcsin(np.minimum(chord / 2 / radius_m[:, None], 1.0))
    index = np.arange(points.shape[1])
    angle[~usable | (index <= at[:, None])] = -np.inf
    steepest = angle >= angle.max(axis=1, keepdims=True) - _SAME_ANGLE
    return np.asarray(points.shape[1] - 1 - np.argmax(steepest[:, ::-1], axis=1))


def _nearest(points: Floats, edge: Flags, radius_m: Floats) -> Floats:
    """Return the edge that is nearest to the ray above it."""
    if not len(points):
        return np.zeros((0, 2))
    detour = detour_m(points[:, :1], points, points[:, -1:], radius_m[:, None])
    detour[~edge] = -np.inf
    return np.asarray(points[np.arange(len(points)), detour.argmax(axis=1)])


def chains_m(
    source: Floats, bands: Bands, receiver: Floats, radius_m: float | Floats
) -> Floats:
    """Return how much longer the ways over the edges are."""
    single = detour_m(source, bands.first, receiver, radius_m)
    ends = arc_m(source, bands.first, radius_m) + arc_m(bands.last, receiver, radius_m)
    several = ends + bands.between_m - arc_m(source, receiver, radius_m)
    return np.where(bands.count > 1, several, single)


def boundaries(
    cuts: Cuts, points: Floats, edge: Flags, radius_m: float | Floats
) -> Boundary:
    """
    Return the boundary of cuts that each have an edge.

    Parameters
    ----------
    cuts
        The cuts.
    points, edge
        As :func:`edged` gives them.
    radius_m
        Of the rays, all or each; infinite: straight.
    """
    source, receiver = cuts.source, cuts.receiver
    bands = bands_over(points, edge, radius_m)
    before, near = cuts.stretch(source, bands.first, from_source=True)
    after, far = cuts.stretch(bands.last, receiver, from_source=False)
    mirrored, echoed = near.image(source), far.image(receiver)
    return Boundary(
        cuts.whole(),
        before,
        after,
        chains_m(source, bands, receiver, radius_m),
        bands.between_m,
        chains_m(mirrored, bands, receiver, radius_m),
        chains_m(source, bands, echoed, radius_m),
        chains_m(mirrored, bands, echoed, radius_m),
    )
