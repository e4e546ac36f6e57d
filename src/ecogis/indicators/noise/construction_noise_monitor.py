"""Do the large construction sites have a noise monitor?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import SquareMetres, indicator
from ecogis.result import Result

_SMALL = Text(
    en="{count} sites below {min_gfa_m2:g} m² are left out",
    zh="{count} 处工地开复工面积不足 {min_gfa_m2:g} 平方米，未计入",
)
_NO_SIZE = Text(
    en="{count} sites do not state their floor area and are left out",
    zh="{count} 处工地未注明开复工面积，未计入",
)
_NOT_SAID = Text(
    en="{count} large sites do not say whether they have a monitor and are left out",
    zh="{count} 处达到规模的工地未注明是否安装监测设备，未计入",
)


@indicator(
    title={
        "en": "Construction sites of {min_gfa_m2:g} m² or more with a noise monitor",
        "zh": "开复工面积{min_gfa_m2:g}平方米以上工地噪声自动监测设备安装率",
    },
    unit="%",
    better="higher",
    standard="Fengtai District 14th five-year ecological plan, 2022, chapter 6",
    confidence="plan",
    draws=("sites_monitored",),
)
def construction_noise_monitor(
    area: StudyArea,
    construction_sites: GeoDataFrame,
    *,
    min_gfa_m2: SquareMetres = 2000.0,
) -> Result:
    """
    Share of the large construction sites that have an automatic noise monitor.

    Every site counts as one, whatever its size. A site that does not say how large it
    is, or whether it has a monitor, is in neither number.

    Parameters
    ----------
    area
        Sites whose inner point lies in it count.
    construction_sites
        Polygons with ``gfa_m2``, the floor area under construction, and ``monitored``
        (yes or no), optionally with ``name``.
    min_gfa_m2
        Smallest floor area that counts, in square metres; itself included.

    Returns
    -------
    Result
        Percent of the sites; None where no site is large enough. The table lists those
        without a monitor (``name``, ``gfa_m2``), the largest first. Draws
        ``sites_monitored`` (field ``monitored``).

    Source
    ------
    Fengtai District, ecological plan of the 14th five-year period (2022): sites of
    2000 m² and more under construction are by and by to have automatic noise monitors.
    """
    sites = _described(area.inside(construction_sites))
    small = sites["gfa_m2"] < min_gfa_m2
    unsized = sites["gfa_m2"].isna()
    large = sites[~small & ~unsized]
    said = large["monitored"].notna()
    yes = large["monitored"].eq(other=True).fillna(value=False).to_numpy(bool)
    points = large.set_geometry(
        shapely.point_on_surface(np.asarray(large.geometry.values))
    )
    counts = ((_SMALL, small), (_NO_SIZE, unsized), (_NOT_SAID, ~said))
    without = large[said & ~yes]
    return Result.share(
        area,
        part=points[yes],
        rest=points[said & ~yes],
        by="count",
        notes=tuple(_told(counts, min_gfa_m2)),
        table=pd.DataFrame(without[["name", "gfa_m2"]]).sort_values(
            "gfa_m2", ascending=False, kind="stable", ignore_index=True
        ),
        sites_monitored=large.reset_index(drop=True),
    )


def _described(sites: GeoDataFrame) -> GeoDataFrame:
    """Return the sites with the columns that count, and those alone."""
    return GeoDataFrame(
        {
            "name": sites["name"].to_numpy(object) if "name" in sites else None,
            "gfa_m2": sites["gfa_m2"].to_numpy(dtype=float, na_value=np.nan),
            "monitored": sites["monitored"].astype("boolean").array,
        },
        geometry=sites.geometry.to_numpy(),
        crs=sites.crs,
    )


def _told(
    counts: tuple[tuple[Text, pd.Series], ...], min_gfa_m2: float
) -> Iterator[Text]:
    for text, mask in counts:
        if mask.any():
            yield text.format(count=int(mask.sum()), min_gfa_m2=min_gfa_m2)
