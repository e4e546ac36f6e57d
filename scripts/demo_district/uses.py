"""What each parcel is used for, and by which code of GB/T 21010-2017 that goes."""

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

# use -> codes; the first is the usual one
CODES = {
    "residential": ["0701"], "village": ["0702"],
    "commercial": ["0501", "0504", "0507"], "office": ["0505"], "school": ["0803"],
    "campus": ["0803"], "research": ["0804"], "hospital": ["0805"], "care": ["0806"],
    "culture": ["0807"], "sport": ["0808"], "admin": ["0801"], "utility": ["0809"],
    "industrial": ["0601"], "warehouse": ["0508"], "park": ["0810"], "green": ["0810"],
    "belt": ["0810"], "bank": ["0810"], "plaza": ["0810A"],
    "cropland": ["0102", "0103"], "orchard": ["0201"], "wood": ["0307", "0301"],
    "grass": ["0404"], "greenhouse": ["1202"], "bare": ["1206"], "vacant": ["1201"],
    "rail": ["1001"], "motorway": ["1003"], "hills": ["0301"],
}  # fmt: skip
WEIGHTS = {
    "town": {"residential": 66, "commercial": 8, "office": 4, "school": 8,
        "hospital": 2, "care": 2, "culture": 2, "sport": 1, "admin": 3, "utility": 1,
        "vacant": 2, "bare": 2},
    "old": {"residential": 70, "commercial": 16, "school": 5, "culture": 5, "admin": 4},
    "new_town": {"residential": 62, "commercial": 8, "office": 8, "school": 9,
        "hospital": 2, "care": 2, "sport": 2, "bare": 4, "vacant": 3},
    "campus": {"campus": 70, "research": 18, "residential": 12},
    "suburb": {"residential": 68, "school": 8, "commercial": 6, "industrial": 8,
        "care": 2, "vacant": 5, "bare": 3},
    "works": {"industrial": 64, "warehouse": 14, "utility": 5, "office": 4,
        "residential": 8, "vacant": 3, "bare": 2},
    "fields": {"cropland": 62, "orchard": 14, "greenhouse": 6, "wood": 12, "grass": 4,
        "bare": 2},
    "wedge": {"wood": 46, "orchard": 14, "green": 24, "sport": 6, "grass": 10},
    "corridor": {"bank": 1}, "country_park": {"park": 1}, "park": {"park": 1},
    "hills": {"hills": 1}, "track": {"rail": 1},
}  # fmt: skip
# business centres on the grid: place, radius in metres
CENTRES = [((1250.0, 0.0), 430.0), ((3650.0, 0.0), 330.0)]
# what a parcel is instead that was not to be
OTHERWISE = {"fields": "cropland", "works": "industrial"}
BUSINESS = ["commercial", "office", "plaza"]
# a town parcel below this is a green corner or a plaza
CORNER_M2 = 1900.0
URBAN = ["town", "old", "new_town", "suburb"]


def assign(rng: np.random.Generator, land: GeoDataFrame) -> NDArray[np.object_]:
    """Draw a use for every parcel from what its ground usually carries."""
    found = np.full(len(land), None, dtype=object)
    ground = land["ground"].to_numpy()
    for kind, weights in WEIGHTS.items():
        at = np.flatnonzero(ground == kind)
        share = np.asarray(list(weights.values()), float)
        found[at] = rng.choice(list(weights), len(at), p=share / share.sum())
    uv = land[["u", "v"]].to_numpy()
    urban = np.isin(ground, URBAN)
    for place, radius_m in CENTRES:
        near = urban & (np.linalg.norm(uv - place, axis=1) < radius_m)
        at = np.flatnonzero(near & (rng.random(len(land)) < 0.8))
        found[at] = rng.choice(BUSINESS, len(at), p=[0.5, 0.4, 0.1])
    huge = (ground == "works") & (land.area > 70_000).to_numpy()
    found[huge] = "industrial"
    # no wood of the plain is that large
    found[(found == "wood") & (ground == "fields") & (land.area > 150_000)] = "cropland"
    corner = urban & (land.area.to_numpy() < CORNER_M2)
    found[corner] = np.where(rng.random(corner.sum()) < 0.7, "green", "plaza")
    return _separated(land, found)


def _separated(land: GeoDataFrame, found: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep schools small and hospitals apart; a town has no use for two in a row."""
    area = land.area.to_numpy()
    uv = land[["u", "v"]].to_numpy()
    for use, largest_m2, apart_m in [
        ("school", 45_000, 330.0),
        ("hospital", 45_000, 800.0),
        ("care", 26_000, 420.0),
        ("bare", 30_000, 500.0),
    ]:
        kept: list[int] = []
        for at in np.flatnonzero(found == use):
            far = all(np.linalg.norm(uv[at] - uv[k]) > apart_m for k in kept)
            if far and area[at] < largest_m2:
                kept.append(at)
            else:
                found[at] = OTHERWISE.get(land["ground"].iloc[at], "residential")
    return found


def codes(rng: np.random.Generator, uses: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a land-use code for each use: mostly the usual one."""
    found = np.full(len(uses), None, dtype=object)
    for use, known in CODES.items():
        at = np.flatnonzero(uses == use)
        usual = rng.random(len(at)) < 0.7
        other = rng.choice(known, len(at))
        found[at] = np.where(usual, known[0], other)
    return found
