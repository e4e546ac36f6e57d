"""What does the boundary take from sound in an upright cut: ground, edges, both?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ecogis.acoustics.bending import chain_m, detour_m, diffraction_db, rubber_band
from ecogis.acoustics.ground import Stretch, ground_db, near_g
from ecogis.acoustics.octaves import WAVELENGTH_M, Floats
from ecogis.acoustics.plane import Plane, mean_plane
from ecogis.spatial.profile import Profile

# a stretch of ground and its mean plane
_Side: TypeAlias = tuple[Stretch, Plane]


@dataclass(frozen=True)
class Boundary:
    """
    Ground and edges under a ray, as one or many paths see them.

    Parameters
    ----------
    whole
        The ground from source to receiver.
    before, after
        The ground from the source to the first edge, from the last to the receiver.
    detour_m
        How much longer the way over the edges is; negative where all stand clear of
        the ray, -inf without edges.
    between_m
        From the first edge to the last.
    source_image_m, receiver_image_m
        The detour from the source's image in the mean plane before the first edge,
        and to the receiver's in the plane after the last.
    images_m
        The detour between both images.
    """

    whole: Stretch
    before: Stretch
    after: Stretch
    detour_m: Floats
    between_m: Floats
    source_image_m: Floats
    receiver_image_m: Floats
    images_m: Floats


def _floats(*values: float) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, dtype=np.float64) for value in values)


_NO_GROUND = Stretch(*_floats(0, 0, 0, 0, 0))
_NO_EDGE = _floats(-np.inf, 0, 0, 0, 0)
# of a way that is closed
NO_BOUNDARY = Boundary(_NO_GROUND, _NO_GROUND, _NO_GROUND, *_NO_EDGE)


def plain(profile: Profile, source_m: float, receiver_m: float, g: float) -> Boundary:
    """Return the boundary of the ground alone; g is the factor at the source."""
    source, receiver = _ends(profile, source_m, receiver_m)
    whole, _ = stretch_of(profile, source, receiver, g)
    return Boundary(whole, _NO_GROUND, _NO_GROUND, *_NO_EDGE)


def upright(
    profile: Profile,
    source_m: float,
    receiver_m: float,
    g: float,
    radii_m: Sequence[float],
) -> list[Boundary]:
    """
    Return the boundary of a profile for each of several rays.

    Parameters
    ----------
    profile
        From the source to the receiver.
    source_m, receiver_m
        Their altitudes.
    g
        Ground factor at the source.
    radii_m
        Of the rays; infinite: straight.
    """
    source, receiver = _ends(profile, source_m, receiver_m)
    edges = edges_between(profile, source, receiver)
    clear = plain(profile, source_m, receiver_m, g)
    sides: dict[bytes, tuple[_Side, _Side]] = {}
    found = []
    for radius in radii_m:
        if len(edges) == 0:
            found.append(clear)
            continue
        touched = rubber_band(source, receiver, edges, radius)
        if len(touched) == 0:
            nearest = int(np.argmax(detour_m(source, edges, receiver, radius)))
            touched = edges[[nearest]]
        # rays that bend over the same edges have the same ground on both sides
        key = touched[[0, -1]].tobytes()
        if key not in sides:
            near = stretch_of(profile, source, touched[0], g)
            sides[key] = near, stretch_of(profile, touched[-1], receiver, None)
        found.append(
            _bent(clear.whole, sides[key], (source, receiver), touched, radius)
        )
    return found


def _bent(
    whole: Stretch,
    sides: tuple[_Side, _Side],
    ends: tuple[Floats, Floats],
    touched: Floats,
    radius: float,
) -> Boundary:
    (near, far), (source, receiver) = sides, ends
    mirrored, echoed = near[1].image(source), far[1].image(receiver)
    detour, between = chain_m(source, touched, receiver, radius)
    images = ((mirrored, receiver), (source, echoed), (mirrored, echoed))
    detours = [chain_m(a, touched, b, radius)[0] for a, b in images]
    return Boundary(whole, near[0], far[0], *_floats(detour, between, *detours))


def edges_between(profile: Profile, source: Floats, receiver: Floats) -> Floats:
    """Return the edges that may bend a ray: none below the source or the receiver."""
    edges = profile.edges
    at_source = (edges[:, 0] <= source[0]) & (edges[:, 1] <= source[1])
    at_receiver = (edges[:, 0] >= receiver[0]) & (edges[:, 1] <= receiver[1])
    return np.asarray(edges[~(at_source | at_receiver)])


def stretch_of(
    profile: Profile, start: Floats, end: Floats, source_g: float | None
) -> tuple[Stretch, Plane]:
    """
    Return the ground between two points (along, up) of a profile, and its mean plane.

    Parameters
    ----------
    profile
        What lies between.
    start, end
        Source or edge, edge or receiver.
    source_g
        Ground factor at the source; None where the stretch starts at an edge.
    """
    plane = mean_plane(profile.along_m, profile.up_m, float(start[0]), float(end[0]))
    low, high = plane.height_m(start), plane.height_m(end)
    length = plane.run_m(start, end)
    g = profile.ground_factor(float(start[0]), float(end[0]))
    near = g
    if source_g is not None:
        near = float(near_g(*_floats(length, low + high, g, source_g)))
    return Stretch(*_floats(low, high, length, g, near)), plane


def boundary_db(boundary: Boundary, *, favourable: bool) -> Floats:
    """
    Return the attenuation by ground and edges per octave, one more axis than given.

    Source
    ------
    Directive (EU) 2015/996, 2.5.6 and 2.5.30 to 2.5.32: diffraction counts where an
    edge stands above the ray, or near enough below it (Rayleigh's criterion).
    """
    detour = np.asarray(boundary.detour_m)[..., None]
    images = np.asarray(boundary.images_m)[..., None]
    near = (detour > -WAVELENGTH_M / 20) & (detour > WAVELENGTH_M / 4 - images)
    clear = ground_db(boundary.whole, favourable=favourable)
    bent = _bent_db(boundary, favourable=favourable)
    return np.where((detour >= 0) | near, bent, clear)


def _bent_db(boundary: Boundary, *, favourable: bool) -> Floats:
    between = boundary.between_m
    own = diffraction_db(boundary.detour_m, between, capped=False)
    total = diffraction_db(boundary.detour_m, between, capped=True)
    for stretch, image_m in (
        (boundary.before, boundary.source_image_m),
        (boundary.after, boundary.receiver_image_m),
    ):
        ground = ground_db(stretch, favourable=favourable)
        mirrored = diffraction_db(image_m, between, capped=False)
        share = (10 ** (-ground / 20) - 1) * 10 ** (-(mirrored - own) / 20)
        total = total - 20 * np.log10(1 + share)
    return total


def _ends(
    profile: Profile, source_m: float, receiver_m: float
) -> tuple[Floats, Floats]:
    return np.array([0.0, source_m]), np.array([profile.length_m, receiver_m])
