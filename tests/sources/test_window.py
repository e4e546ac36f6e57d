"""Does a window leave whole what is connected, and cut everything else exactly?"""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import box

from ecogis.sources.opened import Opened, meeting
from ecogis.sources.window import gather

GK = CRS("EPSG:4548")
X, Y = 450_000.0, 4_418_000.0


def patch(*spans):
    """Rectangles of 100 m height side by side, from and to metres east of X."""
    return [box(X + a, Y, X + b, Y + 100) for a, b in spans]


@pytest.mark.parametrize("crs", ["EPSG:4548", "EPSG:4326", "EPSG:4490"])
def test_a_park_in_two_pieces_keeps_both(crs, read, write):
    # 0.4 ha each: only together 0.8 ha; the second piece lies beyond the window
    shapes = gpd.GeoSeries(patch((0, 40), (40, 80), (500, 600)), crs=GK)
    write("p.gpkg", shapes.to_crs(crs), crs, {"name": ["a", "b", "far"]})
    reading = read("parks", "p.gpkg", box=(X - 100, Y, X + 30, Y + 100))
    assert reading.frame["name"].tolist() == ["a", "b"]
    assert reading.frame["patch"].nunique() == 1
    assert reading.frame.area.sum() == pytest.approx(8_000, rel=1e-3)


def test_a_layer_that_is_not_joined_ends_with_the_window(read, write):
    write("g.gpkg", patch((0, 40), (40, 80)), columns={"name": ["a", "b"]})
    window = (X - 100, Y, X + 30, Y + 100)
    frame = read("green_space", "g.gpkg", box=window).frame
    assert frame["name"].tolist() == ["a"]
    assert "patch" not in frame


@pytest.mark.parametrize("small", [10, 100_000])
def test_a_chain_is_followed_to_its_end(small, read, write, monkeypatch):
    monkeypatch.setattr("ecogis.sources.file._SMALL", small)
    chain = patch(*((50 * at, 50 * at + 50) for at in range(60)))
    write("c.fgb", [*chain, *patch((3010, 3050))])
    frame = read("parks", "c.fgb", box=(X, Y, X + 10, Y + 10)).frame
    assert len(frame) == 60
    assert frame.total_bounds[2] == X + 3000


def test_a_patch_is_numbered_whole(read, write):
    write("p.gpkg", patch((0, 40), (200, 240), (40, 80), (240, 300)))
    numbers = read("parks", "p.gpkg").frame["patch"].tolist()
    assert numbers[0] == numbers[2]
    assert numbers[1] == numbers[3]
    assert numbers[0] != numbers[1]


spots = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30
)


@given(spots=spots, low=st.integers(0, 9), wide=st.integers(0, 4))
def test_what_is_taken_is_what_touches_step_by_step(spots, low, wide):
    frame = gpd.GeoDataFrame(
        geometry=[box(10 * x, 10 * y, 10 * x + 10, 10 * y + 10) for x, y in spots],
        crs=GK,
    )
    window = (10 * low + 1, 1, 10 * (low + wide) + 9, 9)
    opened = Opened("w", "w", GK, lambda reach: meeting(frame, reach), "")
    found = gather(opened, GK, window, joined=True)
    # the slow way: widen by one neighbour at a time
    taken = frame.intersects(box(*window)).to_numpy().copy()
    for _ in spots:
        for at in np.flatnonzero(taken):
            taken |= frame.intersects(frame.geometry[at]).to_numpy()
    assert found.index.tolist() == np.flatnonzero(taken).tolist()
