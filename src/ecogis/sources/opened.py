"""A source that is open but not yet read: what each kind hands to the rest."""

from collections.abc import Callable
from dataclasses import dataclass

import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from ecogis.document import Text
from ecogis.errors import SourceError
from ecogis.spatial.datum import Conversion, bd09_to_wgs84, gcj02_to_wgs84

Box = tuple[float, float, float, float]
WGS84 = CRS.from_epsg(4326)
# coordinates of Chinese web maps have no EPSG code
WEB_MAPS: dict[str, Conversion] = {
    "GCJ-02": gcj02_to_wgs84,
    "GCJ02": gcj02_to_wgs84,
    "BD-09": bd09_to_wgs84,
    "BD09": bd09_to_wgs84,
}


@dataclass(frozen=True)
class Opened:
    """
    A source with its features still to be fetched.

    Attributes
    ----------
    where
        The start of every message: the layer and the path as the plan states it.
    path
        The path as the plan states it, for the stamp.
    crs
        Of what ``fetch`` gives.
    fetch
        Features whose boxes meet a box in ``crs``, or all of them for None, in the
        file's order; features without geometry may be among them.
    sha256
        Of the file, or of the files that make it up.
    date
        Of the data, where the file itself tells it.
    covers
        The box in ``crs`` that the file says it covers.
    spans
        The box in ``crs`` around everything that the file holds.
    notes
        What was found while opening.
    crowd
        Written by volunteers: a value that cannot be read is counted, not refused.
    datum
        How coordinates become WGS 84, for those of web maps.
    stated_crs
        What the stamp says where ``crs`` is not what the file is in.
    held
        How many features the file holds, of which ``first`` gives a few.
    """

    where: str
    path: str
    crs: CRS
    fetch: Callable[[Box | None], GeoDataFrame]
    sha256: str
    date: str | None = None
    covers: Box | None = None
    spans: Box | None = None
    notes: tuple[Text, ...] = ()
    crowd: bool = False
    datum: Conversion | None = None
    stated_crs: str | None = None
    held: int | None = None
    first: Callable[[], GeoDataFrame] | None = None

    @property
    def crs_name(self) -> str:
        """The CRS as a reader knows it: its code, else its name."""
        if self.stated_crs is not None:
            return self.stated_crs
        code = self.crs.to_epsg()
        return f"EPSG:{code}" if code else self.crs.name


def read_crs(stated: str, where: str) -> CRS:
    """Return the CRS that a plan states; of web-map coordinates, WGS 84."""
    if stated.upper() in WEB_MAPS:
        return WGS84
    try:
        return CRS.from_user_input(stated)
    except Exception:  # noqa: BLE001 - pyproj raises several kinds
        msg = f"{where}: crs: {stated!r} is no CRS that PROJ knows, write 'EPSG:4326'"
        zh = f"{where}：坐标系 {stated!r} 无法识别，请写成 'EPSG:4326' 的形式"
        raise SourceError(msg, zh) from None


def no_crs(where: str) -> SourceError:
    """Return the error for data that do not say where on Earth they lie."""
    say = 'crs = "EPSG:4326"'
    return SourceError(
        f"{where}: no coordinate reference system in the file; state it in the plan's "
        f"[sources], for example {say}",
        f"{where}：文件没有坐标系，请在规划文件的 [sources] 中写明，例如 {say}",
    )


def nowhere(where: str, crs: CRS) -> SourceError:
    """Return the error for a CRS without a place, such as a drawing's own."""
    return SourceError(
        f"{where}: its CRS ({crs.name}) does not lie anywhere on Earth; state the true "
        "one in the plan's [sources] as crs = ...",
        f"{where}：坐标系（{crs.name}）无法定位到地球上，请在规划文件中写明 crs",
    )


def meeting(frame: GeoDataFrame, box: Box | None) -> GeoDataFrame:
    """Return the features whose boxes meet ``box``, and those without geometry."""
    if box is None:
        return frame
    west, south, east, north = shapely.bounds(frame.geometry.values).T
    apart = (west > box[2]) | (east < box[0]) | (south > box[3]) | (north < box[1])
    near: GeoDataFrame = frame[~apart]
    return near
