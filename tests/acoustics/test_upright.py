"""The boundary of an upright cut beside a slow oracle, on many a relief."""

import numpy as np
import pytest
from slow_sound import OCTAVES, Cut

from ecogis.acoustics.bending import ray_radius_m
from ecogis.acoustics.upright import boundary_db, upright
from ecogis.acoustics.ways import stacked
from ecogis.spatial.profile import Profile


def scene(seed):
    """Return a relief, its ground, and points above it."""
    dice = np.random.default_rng(seed)
    length = float(dice.uniform(20, 900))
    along = np.sort(dice.uniform(0, length, dice.integers(1, 9)))
    along = np.concatenate([[0], along, [length]])
    # low enough for rays to clear some edges and to meet others
    up = dice.uniform(0, dice.choice([0.5, 3, 15]), len(along))
    source = (0.0, float(up[0] + dice.uniform(0.05, 6)))
    receiver = (length, float(up[-1] + dice.uniform(1, 15)))
    change, first, second, gs = length / 3, *dice.choice([0, 0.2, 0.5, 0.9, 1], 3)
    return along, up, source, receiver, (change, first, second, gs)


def profile_of(along, up, change, first, second):
    bounds, factors = np.array([0, change, along[-1]]), np.array([first, second])
    return Profile(along, up, np.empty((0, 2)), bounds, factors)


def boundary(seed, *, favourable):
    along, up, source, receiver, (change, first, second, gs) = scene(seed)
    radius = ray_radius_m(np.hypot(receiver[0], receiver[1] - source[1]))
    profile = profile_of(along, up, change, first, second)
    bent = radius if favourable else np.inf
    (found,) = upright(profile, source[1], receiver[1], gs, [bent])
    return found


@pytest.mark.parametrize("favourable", [False, True])
@pytest.mark.parametrize("seed", range(60))
def test_the_whole_method_once_more(seed, favourable):
    along, up, source, receiver, (change, first, second, gs) = scene(seed)
    slow = Cut(
        list(zip(along, up, strict=True)),
        lambda x: first if x < change else second,
        source,
        receiver,
    )
    found = boundary_db(boundary(seed, favourable=favourable), favourable=favourable)
    again = [slow.boundary(hz, gs, favourable) for hz in OCTAVES]
    np.testing.assert_allclose(found, again, atol=0.02)


@pytest.mark.parametrize("favourable", [False, True])
def test_many_cuts_are_one_after_the_other(favourable):
    alone = [boundary(seed, favourable=favourable) for seed in range(25)]
    together = boundary_db(stacked(alone), favourable=favourable)
    for at, one in enumerate(alone):
        np.testing.assert_array_equal(
            together[at], boundary_db(one, favourable=favourable)
        )


@pytest.mark.parametrize("seed", range(25))
def test_several_rays_are_one_after_the_other(seed):
    along, up, source, receiver, (change, first, second, gs) = scene(seed)
    profile = profile_of(along, up, change, first, second)
    radii = [np.inf, 1000.0, 20_000.0]
    together = upright(profile, source[1], receiver[1], gs, radii)
    for radius, found in zip(radii, together, strict=True):
        (alone,) = upright(profile, source[1], receiver[1], gs, [radius])
        assert found == alone
