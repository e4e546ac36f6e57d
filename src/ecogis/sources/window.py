"""Read what a window needs: neither less nor, for connected patches, a part of one."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from ecogis.errors import SourceError
from ecogis.sources.opened import WGS84, Box, Opened
from ecogis.spatial.patches import TOUCH_M, patch_numbers

# marks, in a frame that was gathered, which shapes were invalid
REPAIRED = "repaired:"
_POLYGON = 2
_EDGE_POINTS = 21
# a box in another CRS is widened by this share of its size: edges bend between points
_WIDER = 1e-3
# the web maps' shift is at most 700 m, the two shifts together 1.6 km
_SHIFT_DEGREES = 0.03
_LON, _LAT = 360.0, 90.0
# how far beyond a patch to look at once for its next piece; doubled each time, so that
# a long chain is not asked for link by link
_SPARE_M = 100.0


def gather(
    opened: Opened, crs: CRS, box: Box | None, *, joined: bool = False
) -> GeoDataFrame:
    """
    Return the features that touch the box, in ``crs``, flat, finite and valid.

    Features without geometry are kept where they were read, to be counted. With
    ``joined``, whatever touches what is taken is taken too, however far it reaches.
    """

    def near(reach: Box | None) -> GeoDataFrame:
        return _brought(opened, opened.fetch(_own_box(opened, crs, reach)), crs)

    if box is None:
        return near(None)
    if joined:
        return _whole_patches(near, box)
    frame = near(box)
    return frame[_touching(frame, box)]


def cover(
    opened: Opened, crs: CRS, window: Box | None, extent: Box | None
) -> Box | None:
    """
    Return the box in ``crs`` that the source covers, or None if nothing says so.

    ``extent`` as the plan states it wins: degrees of WGS 84, or the file's own CRS
    where a number is beyond any degree.
    """
    box, of = opened.covers, opened.crs
    if extent is not None:
        west, south, east, north = extent
        if not (west < east and south < north):
            msg = (
                f"{opened.where}: extent: found {list(extent)}, expected west, south, "
                "east, north"
            )
            raise SourceError(msg)
        degrees = max(abs(west), abs(east)) <= _LON and max(abs(south), north) <= _LAT
        box, of = extent, WGS84 if degrees else opened.crs
    if box is None or crs == of:
        return box
    inner = _inscribed(box, of, crs)
    if window is None or not holds(box, bounds_in(window, crs, of)):
        return inner
    # a curved border holds the window itself, though not the box around it
    return _around(inner, window)


def span(opened: Opened, crs: CRS) -> Box | None:
    """Return the box in ``crs`` around everything that the source holds."""
    if opened.spans is None or not np.isfinite(opened.spans).all():
        return None
    box = bounds_in(opened.spans, opened.crs, crs)
    return box if np.isfinite(box).all() else None


def _whole_patches(near: Callable[[Box], GeoDataFrame], box: Box) -> GeoDataFrame:
    reach, spare_m = box, _SPARE_M
    while True:
        frame = near(reach)
        shapes = np.asarray(frame.geometry.values)
        taken = _touching(frame, box)
        flat = shapely.get_dimensions(shapes) == _POLYGON
        numbers = patch_numbers(shapes[flat], TOUCH_M)
        taken[flat] = np.isin(numbers, numbers[taken[flat]])
        wider = _around(reach, *shapely.bounds(shapes[taken & flat]))
        if wider == reach:
            return frame[taken]
        reach = _padded(wider, spare_m)
        spare_m *= 2


def _touching(frame: GeoDataFrame, box: Box) -> NDArray[np.bool_]:
    shapes = np.asarray(frame.geometry.values)
    nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    window = shapely.box(*box)
    shapely.prepare(window)
    return np.asarray(shapely.intersects(window, shapes) | nowhere)


def _brought(opened: Opened, frame: GeoDataFrame, crs: CRS) -> GeoDataFrame:
    """Flatten, convert, reproject and repair."""
    shapes = shapely.force_2d(np.asarray(frame.geometry.values))
    if opened.crs.is_geographic:
        _in_degrees(shapes, opened)
    shapes = np.asarray(GeoDataFrame(geometry=shapes).geometry.values)
    if opened.datum is not None:
        datum = opened.datum
        shapes = shapely.transform(
            shapes, lambda xy: np.column_stack(datum(xy[:, 0], xy[:, 1]))
        )
    moved = frame.set_geometry(shapes, crs=opened.crs)
    if crs != opened.crs:
        moved = moved.to_crs(crs)
    shapes = np.asarray(moved.geometry.values)
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise _not_there(opened)
    wrong = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes = shapes.copy()
    shapes[wrong] = shapely.make_valid(
        shapes[wrong], method="structure", keep_collapsed=False
    )
    return moved.set_geometry(shapes, crs=crs).assign(**{REPAIRED: wrong})


def _in_degrees(shapes: NDArray[np.object_], opened: Opened) -> None:
    xy = shapely.get_coordinates(shapes)
    if len(xy) and (np.abs(xy).max(axis=0) > (_LON, _LAT * 1.0001)).any():
        raise _not_there(opened)


def _not_there(opened: Opened) -> SourceError:
    crs = opened.crs_name
    return SourceError(
        f"{opened.where}: the coordinates do not lie in {crs}; state the true CRS in "
        "the plan's [sources]",
        f"{opened.where}：坐标值与 {crs} 不符，请在规划文件中写明正确坐标系",
    )


def _own_box(opened: Opened, crs: CRS, box: Box | None) -> Box | None:
    """Return the box in the source's CRS, a little wider; None where it cannot be."""
    if box is None:
        return None
    west, south, east, north = bounds_in(box, crs, opened.crs)
    if crs == opened.crs and opened.datum is None:
        return _padded(box, TOUCH_M)
    if not np.isfinite([west, south, east, north]).all() or west > east:
        return None
    wide = _WIDER * max(east - west, north - south)
    wide += _SHIFT_DEGREES if opened.datum is not None else 0.0
    return _padded((west, south, east, north), wide)


def bounds_in(box: Box, of: CRS, to: CRS) -> Box:
    """Return the box in another CRS that holds a box, its edges bent."""
    if of == to:
        return box
    change = _change(of, to)
    west, south, east, north = change.transform_bounds(
        *box, densify_pts=_EDGE_POINTS, errcheck=False
    )
    return float(west), float(south), float(east), float(north)


@lru_cache(maxsize=64)
def _change(of: CRS, to: CRS) -> Transformer:
    # looking for the way between two systems takes longer than going it
    return Transformer.from_crs(of, to, always_xy=True)


def _inscribed(box: Box, of: CRS, to: CRS) -> Box:
    """Return the widest box in ``to`` between the four bent edges of a box."""
    west, south, east, north = box
    along_x = np.linspace(west, east, _EDGE_POINTS)
    along_y = np.linspace(south, north, _EDGE_POINTS)
    change = _change(of, to)
    left = change.transform(np.full(_EDGE_POINTS, west), along_y)[0]
    right = change.transform(np.full(_EDGE_POINTS, east), along_y)[0]
    low = change.transform(along_x, np.full(_EDGE_POINTS, south))[1]
    high = change.transform(along_x, np.full(_EDGE_POINTS, north))[1]
    return float(left.max()), float(low.max()), float(right.min()), float(high.min())


def holds(box: Box, inner: Box) -> bool:
    """Tell whether a box holds another, rounding aside."""
    tiny = 1e-9 * max(box[2] - box[0], box[3] - box[1])
    return (
        box[0] <= inner[0] + tiny
        and box[1] <= inner[1] + tiny
        and box[2] >= inner[2] - tiny
        and box[3] >= inner[3] - tiny
    )


def _padded(box: Box, by: float) -> Box:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _around(box: Box, *others: Box) -> Box:
    boxes = np.array([box, *others], dtype=np.float64)
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)
