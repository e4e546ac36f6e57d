"""What does the boundary take from sound in many upright cuts at once?"""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.bending import arc_m, detour_m, ray_radii_m
from ecogis.acoustics.ground import Stretch, ground_db, near_g
from ecogis.acoustics.octaves import Floats
from ecogis.acoustics.planes import Planes, Reliefs
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

    def reliefs(self) -> Reliefs:
        """Return the reliefs, ready to be asked for their mean planes."""
        return Reliefs(self.profiles.along_m, self.profiles.up_m)

    def stretch(self, planes: Planes, start: Floats, end: Floats) -> Stretch:
        """Return the ground between points (along, up) over their mean planes."""
        low, high = planes.height_m(start), planes.height_m(end)
        g = self.profiles.ground_factor(start[:, 0], end[:, 0])
        return Stretch(low, high, planes.run_m(start, end), g, g)

    def near_source(self, stretch: Stretch) -> Stretch:
        """Return a stretch that starts at the source, with the ground there."""
        heights = stretch.source_m + stretch.receiver_m
        g = near_g(stretch.length_m, heights, stretch.g, self.source_g)
        return replace(stretch, g_near=g)


def weakened_db(cuts: Cuts, air_db_km: Floats) -> tuple[Floats, Floats]:
    """Return the attenuation per octave, homogeneous and favourable, a row a cut."""
    distance, reliefs = cuts.distance_m, cuts.reliefs()
    whole = cuts.stretch(reliefs.whole(), cuts.source, cuts.receiver)
    whole = cuts.near_source(whole)
    points, edge = edged(cuts)
    bends = np.flatnonzero(edge.any(axis=1))
    over = cuts.rows(bends), reliefs.rows(bends), points[bends], edge[bends]
    found = []
    for favourable, radius in ((False, np.inf), (True, ray_radii_m(distance[bends]))):
        lost = ground_db(whole, favourable=favourable)
        if len(bends):
            some = Stretch(*(getattr(whole, f.name)[bends] for f in fields(whole)))
            bounds = boundaries(*over, whole=some, radius_m=radius)
            lost[bends] = boundary_db(bounds, favourable=favourable)
        spread = 20 * np.log10(distance)[:, None] + 11
        found.append(spread + distance[:, None] * air_db_km / 1000 + lost)
    return found[0], found[1]


def edged(cuts: Cuts) -> tuple[Floats, Flags]:
    """Return points (source, edges, receiver; along, up) a row, and which are edges."""
    along, up = cuts.profiles.edge_m, cuts.profiles.edge_up_m
    source, receiver = cuts.source, cuts.receiver
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
        at = next_point(points[way], usable[way], at, radius[way])
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


def next_point(
    points: Floats, usable: Flags, at: NDArray[np.intp], radius_m: Floats
) -> NDArray[np.intp]:
    """Return the point that the band touches after another."""
    here = points[np.arange(len(at)), at]
    along, up = points[..., 0] - here[:, :1], points[..., 1] - here[:, 1:]
    if np.isfinite(radius_m).all():
        # an arc leaves steeper than its chord, by this sine
        sine = np.minimum(np.hypot(along, up) / 2 / radius_m[:, None], 1.0)
        cosine = np.sqrt(1 - sine**2)
        along, up = along * cosine - up * sine, up * cosine + along * sine
    # grows with the angle, from -1 for straight down
    size = np.abs(along) + np.abs(up)
    steep = up / np.where(size > 0, size, 1.0)
    np.copyto(steep, 2 - steep, where=along < 0)
    steep[~usable | (np.arange(points.shape[1]) <= at[:, None])] = -np.inf
    steepest = steep >= steep.max(axis=1, keepdims=True) - _SAME_ANGLE
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
    cuts: Cuts,
    reliefs: Reliefs,
    points: Floats,
    edge: Flags,
    *,
    whole: Stretch,
    radius_m: float | Floats,
) -> Boundary:
    """
    Return the boundary of cuts that each have an edge.

    Parameters
    ----------
    cuts, reliefs
        The cuts.
    points, edge
        As :func:`edged` gives them.
    whole
        The ground from source to receiver.
    radius_m
        Of the rays, all or each; infinite: straight.
    """
    source, receiver = cuts.source, cuts.receiver
    bands = bands_over(points, edge, radius_m)
    near, far = reliefs.until(bands.first[:, 0]), reliefs.beyond(bands.last[:, 0])
    mirrored, echoed = near.image(source), far.image(receiver)
    return Boundary(
        whole,
        cuts.near_source(cuts.stretch(near, source, bands.first)),
        cuts.stretch(far, bands.last, receiver),
        chains_m(source, bands, receiver, radius_m),
        bands.between_m,
        chains_m(mirrored, bands, receiver, radius_m),
        chains_m(source, bands, echoed, radius_m),
        chains_m(mirrored, bands, echoed, radius_m),
    )
