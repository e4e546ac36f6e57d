"""How high is the ground by the layer of elevation, and where does nothing say so?"""

import shapely
from pyproj import CRS

from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.raster import Raster
from ecogis.spatial.terrain import Flat, Grid, Terrain, in_metres

Box = tuple[float, float, float, float]
_LEVEL = Text(
    en="no layer of elevation: the ground is level",
    zh="缺少高程图层，地形按平地",
)
_RELIEF = Text(
    en="the ground is as high as the elevation says, in cells of {cell} m",
    zh="地形按高程图层，栅格边长 {cell} m",
)
_HOLES = Text(
    en="{count} of {all} cells of the elevation hold no data ({percent} %); there the "
    "nearest cell counts",
    zh="高程图层 {all} 个栅格单元中 {count} 个无数据（{percent}%），取最近单元的值",
)
_SHORT = Text(
    en="the elevation ends short of the area and its margin: {percent} % of them lie "
    "beyond it, where the altitude of its rim goes on",
    zh="高程图层未覆盖研究范围及外围的 {percent}%，该处沿用其边缘的高程",
)
_ELSEWHERE = Text(
    en="elevation: all its cells lie elsewhere, not in the area; check its CRS",
    zh="高程图层全部在研究范围之外，请检查坐标系",
)
# of the window: less beyond the elevation is not told
_WORTH_TELLING = 1e-6


def lie_of(
    elevation: Raster | None, crs: CRS | None, window: Box | None
) -> tuple[Terrain, list[Text]]:
    """
    Return the ground that an elevation describes, and what had to be assumed of it.

    Parameters
    ----------
    elevation
        Altitudes in metres; None: the ground is level.
    crs
        Of all that stands on it; None: not known.
    window
        West, south, east, north that it has to hold; cells beyond do not count.

    Raises
    ------
    LayerError
        It is in another CRS, or lies elsewhere.
    """
    if elevation is None:
        return Flat(), [_LEVEL]
    in_metres(elevation, "elevation")
    if crs is not None and not crs.equals(elevation.crs, ignore_axis_order=True):
        found, expected = elevation.crs.to_string(), crs.to_string()
        msg = f"elevation: found {found}, expected {expected}, as of the buildings"
        raise LayerError(msg, f"高程图层坐标系为 {found}，应与建筑相同（{expected}）")
    if window is None:
        grid = Grid(elevation)
        return grid, _told(grid, 0.0)
    whole = shapely.box(*window)
    beyond = whole.difference(shapely.box(*elevation.bounds)).area / whole.area
    if beyond >= 1:
        raise LayerError(_ELSEWHERE.en, _ELSEWHERE.zh)
    grid = Grid(elevation.within(window))
    return grid, _told(grid, beyond)


def _told(grid: Grid, beyond: float) -> list[Text]:
    notes = [_RELIEF.format(cell=f"{grid.cell_m:.3g}")]
    if grid.filled:
        share = 100 * grid.filled / grid.cells
        told = {"count": f"{grid.filled:,}", "all": f"{grid.cells:,}"}
        notes.append(_HOLES.format(percent=f"{share:.2g}", **told))
    if beyond > _WORTH_TELLING:
        notes.append(_SHORT.format(percent=f"{100 * beyond:.2g}"))
    return notes
