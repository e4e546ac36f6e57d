"""How much of the district lies within the ecological red line?"""

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import indicator
from ecogis.result import Result
from ecogis.spatial.ground import ground
from ecogis.spatial.overlay import without


@indicator(
    title={
        "en": "Ecological red line, share of the whole area",
        "zh": "生态保护红线占全域面积比例",
    },
    unit="%",
    better="higher",
    standard="环办生态〔2017〕48号 生态保护红线划定指南",
    confidence="plan",
    draws=("red_lines_inside",),
)
def redline_share(area: StudyArea, red_lines: GeoDataFrame) -> Result:
    """
    Share of the study area that lies within the ecological red line.

    Red lines that overlap count once, and only their ground inside the area counts.

    Parameters
    ----------
    area
        The whole that the share is of, water included.
    red_lines
        Polygons of the ecological protection red line, optionally with ``name``.

    Returns
    -------
    Result
        Percent: ground within the red line over the study area. Draws
        ``red_lines_inside``.

    Source
    ------
    Fengtai District, ecological and environmental protection plan of the 14th five-year
    period (2021), binding indicator 10: red-line area over the area of the whole
    district. What a red line is: Guideline for delimiting the ecological protection
    red line (生态保护红线划定指南, 2017), whose text was not at hand.
    """
    inside = ground(area, red_lines, Text(en="Red lines", zh="生态保护红线"))
    whole = GeoDataFrame(geometry=[area.boundary], crs=inside.united.crs)
    return Result.share(
        area,
        part=inside.united,
        rest=without(whole, inside.united.geometry.to_numpy()),
        red_lines_inside=inside.features,
        notes=inside.notes,
    )
