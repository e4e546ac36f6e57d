"""CNOSSOS-EU road emission once more: one road, one octave at a time, in a loop."""

from math import log10

# rolling and propulsion of 2021/1226: A and B by octave, 63 Hz to 8 kHz
ROLLING = {
    "1": (
        [83.1, 89.2, 87.7, 93.1, 100.1, 96.7, 86.8, 76.2],
        [30.0, 41.5, 38.9, 25.7, 32.5, 37.2, 39.0, 40.0],
    ),
    "2": (
        [88.7, 93.2, 95.7, 100.9, 101.7, 95.1, 87.8, 83.6],
        [30.0, 35.8, 32.6, 23.8, 30.1, 36.2, 38.3, 40.1],
    ),
    "3": (
        [91.7, 96.2, 98.2, 104.9, 105.1, 98.5, 91.1, 85.6],
        [30.0, 33.5, 31.3, 25.4, 31.8, 37.1, 38.6, 40.6],
    ),
}
PROPULSION = {
    "1": (
        [97.9, 92.5, 90.7, 87.2, 84.7, 88.0, 84.4, 77.1],
        [-1.3, 7.2, 7.7, 8.0, 8.0, 8.0, 8.0, 8.0],
    ),
    "2": (
        [105.5, 100.2, 100.5, 98.7, 101.0, 97.8, 91.2, 85.0],
        [-1.9, 4.7, 6.4, 6.5, 6.5, 6.5, 6.5, 6.5],
    ),
    "3": (
        [108.8, 104.2, 103.5, 102.9, 102.6, 98.5, 93.8, 87.5],
        [0.0, 3.0, 4.6, 5.0, 5.0, 5.0, 5.0, 5.0],
    ),
    "4a": (
        [93.0, 93.0, 93.5, 95.3, 97.2, 100.4, 95.8, 90.9],
        [4.2, 7.4, 9.8, 11.6, 15.7, 18.9, 20.3, 20.6],
    ),
    "4b": (
        [99.9, 101.9, 96.7, 94.4, 95.2, 94.7, 92.1, 88.6],
        [3.2, 5.9, 11.9, 11.6, 11.5, 12.6, 11.1, 12.0],
    ),
}
# pavement and class: alpha by octave, beta
PAVEMENTS = {
    ("NL05", "1"): ([6.0, 0.3, 0.3, 0.0, -0.6, -1.2, -0.7, -0.7], -1.4),
    ("NL08", "1"): ([8.0, -0.7, 4.8, 2.2, 1.2, 2.6, 1.5, -0.6], 7.6),
    ("NL08", "2"): ([0.2, 8.6, 7.1, 3.2, 3.6, 3.1, 0.7, 0.1], 3.2),
    ("NL08", "3"): ([0.1, 9.8, 7.4, 3.2, 3.1, 2.4, 0.4, 0.0], 2.0),
    ("NL10", "1"): ([27.0, 16.2, 14.7, 6.1, 3.0, -1.0, 1.2, 4.5], 2.5),
    ("NL10", "2"): ([29.5, 20.0, 17.6, 8.0, 6.2, -1.0, 3.1, 5.2], 2.5),
    ("NL10", "3"): ([29.4, 21.2, 18.2, 8.4, 5.6, -1.0, 3.0, 5.8], 2.5),
}
STUDDED = (
    [0, 0, 0, 2.6, 2.9, 1.5, 2.3, 9.2],
    [0, 0, 0, -3.1, -6.4, -14.0, -22.4, -11.4],
)
COLD = {"1": 0.08, "2": 0.04, "3": 0.04}
JUNCTION = {
    ("crossing", "1"): (-4.5, 5.5),
    ("crossing", "2"): (-4.0, 9.0),
    ("crossing", "3"): (-4.0, 9.0),
    ("roundabout", "1"): (-4.4, 3.1),
    ("roundabout", "2"): (-2.3, 6.7),
    ("roundabout", "3"): (-2.3, 6.7),
}


def climbing(kind, s, v):
    """Return what a gradient adds to the propulsion of one vehicle."""
    if kind == "1":
        if s < -6:
            return min(12, -s) - 6
        return (min(12, s) - 2) / 1.5 * v / 100 if s > 2 else 0.0
    from_kmh, per_down, per_up = (20, 0.7, 1.0) if kind == "2" else (10, 0.5, 0.8)
    if s < -4:
        return (min(12, -s) - 4) / per_down * (v - from_kmh) / 100
    return min(12, s) / per_up * v / 100 if s > 0 else 0.0


def vehicle(
    kind, v, octave, *, pavement="", s=0.0, celsius=20.0, near=("", 0), studs=0
):
    """Return the sound power of one vehicle in one octave."""
    v = min(max(v, 20), 130)
    a, b = PROPULSION[kind]
    propulsion = a[octave] + b[octave] * (v - 70) / 70
    if kind in {"4a", "4b"}:
        return propulsion
    alpha, beta = PAVEMENTS.get((pavement, kind), ([0.0] * 8, 0.0))
    fade = max(1 - abs(near[1]) / 100, 0)
    c_r, c_p = JUNCTION.get((near[0], kind), (0.0, 0.0))
    propulsion += min(alpha[octave], 0) + climbing(kind, s, v) + c_p * fade
    a, b = ROLLING[kind]
    rolling = a[octave] + b[octave] * log10(v / 70) + COLD[kind] * (20 - celsius)
    rolling += alpha[octave] + beta * log10(v / 70) + c_r * fade
    if kind == "1" and studs:
        a, b = STUDDED
        louder = a[octave] + b[octave] * log10(min(max(v, 50), 90) / 70)
        rolling += 10 * log10((1 - studs) + studs * 10 ** (louder / 10))
    return 10 * log10(10 ** (rolling / 10) + 10 ** (propulsion / 10))


def road(flows, speeds, octave, *, s=0.0, both_ways=True, **terms):
    """Return the power a metre in one octave, None where nothing drives."""
    energy = 0.0
    for kind, flow in flows.items():
        if flow == 0:
            continue
        v = min(max(speeds[kind], 20), 130)
        ways = [(s, 0.5), (-s, 0.5)] if both_ways else [(s, 1.0)]
        for slope, part in ways:
            level = vehicle(kind, speeds[kind], octave, s=slope, **terms)
            energy += part * flow / (1000 * v) * 10 ** (level / 10)
    return 10 * log10(energy) if energy else None
