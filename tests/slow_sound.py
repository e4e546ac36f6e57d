"""
CNOSSOS-EU propagation once more, slowly: plain numbers, one octave at a time.

Nothing of ecogis is used. Where the code knows a closed form, this counts: mean planes
are fitted to dense samples, and a band over edges is found by splitting at the edge
that stands out most, not by wrapping.
"""

import math
from itertools import pairwise

import numpy as np

OCTAVES = [63, 125, 250, 500, 1000, 2000, 4000, 8000]
SPEED = 340.0


def alpha_db_km(hz, celsius, percent):
    """ISO 9613-1, as its equations stand, at sea level."""
    t = celsius + 273.15
    rel = t / 293.15
    psat = 10 ** (-6.8346 * (273.16 / t) ** 1.261 + 4.6151)
    h = percent * psat
    fro = 24 + 4.04e4 * h * (0.02 + h) / (0.391 + h)
    frn = rel**-0.5 * (9 + 280 * h * math.exp(-4.170 * (rel ** (-1 / 3) - 1)))
    a = 1.84e-11 * rel**0.5
    b = 0.01275 * math.exp(-2239.1 / t) / (fro + hz * hz / fro)
    c = 0.1068 * math.exp(-3352.0 / t) / (frn + hz * hz / frn)
    return 8.686 * hz * hz * (a + rel**-2.5 * (b + c)) * 1000


def ground(hz, zs, zr, dp, g, near, favourable):
    """Attenuation by the ground between two points."""
    floor = -3 * (1 - near)
    if favourable and dp > 30 * (zs + zr):
        floor *= 1 + 2 * (1 - 30 * (zs + zr) / dp)
    if g == 0:
        return floor if favourable else -3.0
    gw = g if favourable else near
    if favourable:
        both = zs + zr
        if both == 0:
            return floor
        turbulent = 6e-3 * dp / both
        zs, zr = (
            z + 2e-4 * (z / both) ** 2 * dp * dp / 2 + turbulent for z in (zs, zr)
        )
    k = 2 * math.pi * hz / SPEED
    w = (
        0.0185 * hz**2.5 * gw**2.6
        / (hz**1.5 * gw**2.6 + 1.3e3 * hz**0.75 * gw**1.3 + 1.16e6)
    )  # fmt: skip
    cf = dp * (1 + 3 * w * dp * math.exp(-math.sqrt(w * dp))) / (1 + w * dp)
    first, second = (z * z - math.sqrt(2 * cf / k) * z + cf / k for z in (zs, zr))
    return max(-10 * math.log10(4 * k * k / (dp * dp) * first * second), floor)


def bent(hz, delta, apart):
    """Attenuation by diffraction, without a cap."""
    wavelength = SPEED / hz
    c = 1.0
    if apart > 0.3:
        r = (5 * wavelength / apart) ** 2
        c = (1 + r) / (1 / 3 + r)
    term = 40 / wavelength * c * delta
    return 10 * math.log10(3 + term) if term >= -2 else 0.0


class Cut:
    """A profile: relief as a list of (x, z), g by station, source and receiver."""

    def __init__(self, relief, g_of, source, receiver):
        self.relief, self.g_of = relief, g_of
        self.s, self.r = source, receiver
        self.radius = max(1000.0, 8 * math.dist(source, receiver))

    def samples(self, start, end, count=4001):
        """Return middles of equal cells, and the relief over them."""
        x = start + (np.arange(count) + 0.5) / count * (end - start)
        xs = np.array([p[0] for p in self.relief])
        zs = np.array([p[1] for p in self.relief])
        return x, np.interp(x, xs, zs)

    def stretch(self, a, b, gs):
        """Return heights, length and factors, and the images of both ends."""
        x, z = self.samples(a[0], b[0])
        slope, level = np.polyfit(x, z, 1)
        norm = math.hypot(1, slope)
        za, zb = (max((p[1] - slope * p[0] - level) / norm, 0.0) for p in (a, b))
        dp = ((b[0] - a[0]) + slope * (b[1] - a[1])) / norm
        g = float(np.mean([self.g_of(v) for v in x]))
        near = g
        if gs is not None and dp <= 30 * (za + zb):
            part = dp / (30 * (za + zb))
            near = g * part + gs * (1 - part)
        mirrored = [self.mirror(p, slope, level) for p in (a, b)]
        return (za, zb, dp, g, near), mirrored

    @staticmethod
    def mirror(p, slope, level):
        """Return the image in the line, by its foot."""
        foot = (p[0] + slope * (p[1] - level)) / (1 + slope * slope)
        return (2 * foot - p[0], 2 * (slope * foot + level) - p[1])

    def length(self, a, b, curved):
        """Return the length of a ray."""
        chord = math.dist(a, b)
        if not curved:
            return chord
        return 2 * self.radius * math.asin(chord / (2 * self.radius))

    def ray(self, a, b, x, curved):
        """Return the ray's height over x, by marching on the circle."""
        if not curved:
            return a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
        chord = math.dist(a, b)
        turn = math.atan2(b[1] - a[1], b[0] - a[0])
        low, high = 0.0, chord
        for _ in range(80):
            u = (low + high) / 2
            half = chord / 2
            sag = math.sqrt(self.radius**2 - (u - half) ** 2) - math.sqrt(
                self.radius**2 - half**2
            )
            if a[0] + u * math.cos(turn) - sag * math.sin(turn) < x:
                low = u
            else:
                high = u
        return a[1] + u * math.sin(turn) + sag * math.cos(turn)

    def band(self, a, b, edges, curved):
        """Return the edges of the band: the one that stands out most splits it."""
        over = [e for e in edges if e[1] > self.ray(a, b, e[0], curved) + 1e-9]
        if not over:
            return []
        top = max(over, key=lambda e: self.outstanding(a, b, e, curved))
        left = [e for e in edges if e[0] < top[0]]
        right = [e for e in edges if e[0] > top[0]]
        return [
            *self.band(a, top, left, curved),
            top,
            *self.band(top, b, right, curved),
        ]

    def outstanding(self, a, b, e, curved):
        """Return how far an edge is from the chord, less the arc's own distance."""
        chord = math.dist(a, b)
        turn = math.atan2(b[1] - a[1], b[0] - a[0])
        u = (e[0] - a[0]) * math.cos(turn) + (e[1] - a[1]) * math.sin(turn)
        v = (e[1] - a[1]) * math.cos(turn) - (e[0] - a[0]) * math.sin(turn)
        if not curved:
            return v
        return v - (
            math.sqrt(self.radius**2 - (u - chord / 2) ** 2)
            - math.sqrt(self.radius**2 - chord**2 / 4)
        )

    def delta(self, a, chain, b, curved):
        """Return the detour over edges."""
        whole = self.length(a, b, curved)
        points = [a, *chain, b]
        over = sum(self.length(p, q, curved) for p, q in pairwise(points))
        if len(chain) == 1:
            e = chain[0]
            line = a[1] + (b[1] - a[1]) * (e[0] - a[0]) / (b[0] - a[0])
            if e[1] < line:
                under = (e[0], line)
                two = self.length(a, under, curved) + self.length(under, b, curved)
                return 2 * two - over - whole
        return over - whole

    def boundary(self, hz, gs, curved):
        """Return the attenuation by ground and edges in the vertical plane."""
        s, r = self.s, self.r
        edges = [p for p in self.relief if s[0] < p[0] < r[0]]
        whole, _ = self.stretch(s, r, gs)
        clear = ground(hz, *whole, curved)
        if not edges:
            return clear
        chain = self.band(s, r, edges, curved)
        if not chain:
            chain = [max(edges, key=lambda e: self.delta(s, [e], r, curved))]
        before, (s_image, _) = self.stretch(s, chain[0], gs)
        after, (_, r_image) = self.stretch(chain[-1], r, None)
        d = self.delta(s, chain, r, curved)
        images = self.delta(s_image, chain, r_image, curved)
        wavelength = SPEED / hz
        if d < 0 and not (d > -wavelength / 20 and d > wavelength / 4 - images):
            return clear
        apart = sum(self.length(p, q, curved) for p, q in pairwise(chain))
        own = bent(hz, d, apart)
        total = min(own, 25.0)
        for stretch, a, b in ((before, s_image, r), (after, s, r_image)):
            image = bent(hz, self.delta(a, chain, b, curved), apart)
            a_ground = ground(hz, *stretch, curved)
            total -= 20 * math.log10(
                1 + (10 ** (-a_ground / 20) - 1) * 10 ** (-(image - own) / 20)
            )
        return total
