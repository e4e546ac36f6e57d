"""
Road noise by HJ 2.4-2021 on a map once more, slowly: one piece of road after the other.

Nothing of ecogis is used but the pieces that a road is cut into: shapes are cut by
shapely, formulas stand as they are printed.
"""

import math

import numpy as np
import shapely

AIR_DB_KM = 1.93
SOURCE_M = 0.5


def level_db(shares, flows, speeds, *, busy):
    """Return the level of one road by its kinds, as the standard adds them up."""
    total = 0.0
    for kind, (flow, speed) in enumerate(zip(flows, speeds, strict=True)):
        a, b = ((12.6, 34.73), (8.8, 40.48), (22.0, 36.32))[kind]
        if flow:
            at = a + b * math.log10(speed) + 10 * math.log10(flow / speed) - 16
            total += 10 ** (at / 10)
    return 10 * math.log10(total * shares[0 if busy else 1])


def shares(ear, pieces, *, buildings=(), barriers=(), ground=(), default_g=0.0):
    """
    Return a road's energy over that of an endless one at 7.5 m: 10 lg, and 15 lg.

    Pieces are (x, y, length); buildings and barriers (shape, top), ground (shape, g),
    the smallest first.
    """
    found = []
    for x, y, length in pieces:
        source = np.array([x, y, SOURCE_M])
        away = math.dist(source, ear)
        ray = shapely.LineString([source[:2], ear[:2]])
        found.append(
            {
                "away": away,
                "seen": length / away**2,
                "rows": count_rows(ray, source, ear, buildings),
                "behind": detours(ray, source, ear, barriers),
                "porous": porous(ray, buildings, ground, default_g),
            }
        )
    nearest = {}
    for one in sorted(found, key=lambda one: one["away"]):
        for number, detour in one["behind"].items():
            nearest.setdefault(number, detour)
    energy = 0.0
    for one in found:
        r = one["away"]
        h = (SOURCE_M + ear[2]) / 2
        soil = max(4.8 - (2 * h / r) * (17 + 300 / r), 0) * one["porous"]
        wall = max([0.0, *(barrier_db(nearest[n]) for n in one["behind"])])
        lost = AIR_DB_KM * max(r - 7.5, 0) / 1000 + max(soil, wall)
        energy += one["seen"] * 10 ** (-lost / 10)
    energy *= 7.5 / math.pi * 10 ** (-rows_db(found) / 10)
    closest = min(one["away"] for one in found)
    return energy, energy * math.sqrt(7.5 / closest)


def barrier_db(detour):
    t = 40 * 500 * detour / (3 * 340)
    if t <= 1:
        root = math.sqrt(max(1 - t * t, 1e-18))
        return 10 * math.log10(
            3 * math.pi * root / (4 * math.atan(math.sqrt((1 - t) / (1 + t))))
        )
    root = math.sqrt(t * t - 1)
    return 10 * math.log10(3 * math.pi * root / (2 * math.log(t + root)))


def rows_db(found):
    whole = sum(one["seen"] for one in found)
    hidden = [one for one in found if one["rows"]]
    built = sum(one["seen"] for one in hidden) / whole
    if built < 0.4:
        return 0.0
    behind = sum(one["seen"] for one in hidden)
    rows = math.floor(sum(o["seen"] * o["rows"] for o in hidden) / behind + 0.5)
    return min((5.0 if built >= 0.7 else 3.0) + 1.5 * (rows - 1), 10.0)


def heights(ray, source, ear, part):
    """Return the ray's height at the ends of a part of it."""
    for end in (part.coords[0], part.coords[-1]):
        along = ray.project(shapely.Point(end)) / ray.length
        yield source[2] + along * (ear[2] - source[2])


def count_rows(ray, source, ear, buildings):
    """Return how many stretches more than half a metre apart run beneath roofs."""
    spans = []
    for shape, top in buildings:
        # a hair inside: what only runs along a wall is not under the roof
        cut = ray.intersection(shape.buffer(-1e-4, join_style="mitre"))
        for part in shapely.get_parts(cut):
            if part.length > 1e-3 and min(heights(ray, source, ear, part)) < top:
                at = sorted(ray.project(shapely.Point(c)) for c in part.coords)
                spans.append((at[0], at[-1]))
    rows, reached = 0, -math.inf
    for start, end in sorted(spans):
        rows += start > reached + 0.5
        reached = max(reached, end)
    return rows


def detours(ray, source, ear, barriers):
    """Return the detours over barriers; where either of them ends, they only touch."""
    found = {}
    for number, (line, top) in enumerate(barriers):
        for point in shapely.get_parts(ray.intersection(line)):
            ends = shapely.MultiPoint([*ray.coords, line.coords[0], line.coords[-1]])
            if point.is_empty or point.distance(ends) < 1e-5:
                continue
            along = ray.project(shapely.Point(point.coords[0]))
            part = along / ray.length
            if top > source[2] + part * (ear[2] - source[2]):
                over = math.hypot(along, top - source[2])
                over += math.hypot(ray.length - along, ear[2] - top)
                detour = over - math.dist(source, ear)
                found[number] = max(found.get(number, 0.0), detour)
    return found


def porous(ray, buildings, ground, default_g):
    """Return the mean ground factor of many places along a ray."""
    total = 0.0
    left = ray
    for shape, _ in buildings:
        left = left.difference(shape)
    for shape, g in ground:
        total += g * left.intersection(shape).length
        left = left.difference(shape)
    return (total + default_g * left.length) / ray.length
