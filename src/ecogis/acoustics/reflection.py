"""What does a wall take from sound that it sends on?"""

import numpy as np

from ecogis.acoustics.bending import detour_m, diffraction_db, rubber_band
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.upright import edges_between
from ecogis.spatial.profile import Profile
from ecogis.spatial.rays import ray_up_m


def lost_over_walls_db(
    profile: Profile,
    source_m: float,
    receiver_m: float,
    walls: list[tuple[float, float]],
    radius_m: float,
) -> Floats:
    """
    Return what passes over walls instead of being reflected, per octave.

    Parameters
    ----------
    profile
        Along the way by the walls, without them.
    source_m, receiver_m
        Altitudes.
    walls
        (along, altitude of the top) of each reflection.
    radius_m
        Of the rays; infinite: straight.

    Returns
    -------
    array
        Infinite where the ray is above a wall's top.

    Source
    ------
    Directive (EU) 2015/996, 2.5.34 to 2.5.36 (retrodiffraction): the top edge counts
    between its neighbours, which are source, receiver, or edges the ray bends over.
    """
    source = np.array([0.0, source_m])
    receiver = np.array([profile.length_m, receiver_m])
    edges = edges_between(profile, source, receiver)
    touched = rubber_band(source, receiver, edges, radius_m)
    chain = np.vstack([source, touched, receiver])
    lost = np.zeros(BANDS)
    for along, top in walls:
        after = int(np.clip(np.searchsorted(chain[:, 0], along), 1, len(chain) - 1))
        start, end = chain[after - 1], chain[after]
        if ray_up_m(start, end, np.asarray(along), radius_m) >= top:
            return np.full(BANDS, np.inf)
        over = detour_m(start, np.array([along, top]), end, radius_m)
        lost = lost + diffraction_db(-over, np.array(0.0), capped=False)
    return lost


def absorbed_db(alpha: Floats) -> Floats:
    """Return what a wall swallows, per octave; infinite where it swallows all."""
    with np.errstate(divide="ignore"):
        found: Floats = -10 * np.log10(1 - alpha)
    return found
