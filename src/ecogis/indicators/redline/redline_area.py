"""How large is the ecological red line?"""

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import indicator
from ecogis.result import Result
from ecogis.spatial.ground import ground


@indicator(
    title={"en": "Area of the ecological red line", "zh": "生态保护红线面积"},
    unit="km²",
    better="higher",
    standard="环办生态〔2017〕48号 生态保护红线划定指南",
    confidence="plan",
    draws=("red_lines_inside",),
)
def redline_area(area: StudyArea, red_lines: GeoDataFrame) -> Result:
    """
    Area of the ecological red line inside the study area.

    Red lines that overlap count once.

    Parameters
    ----------
    area
        Only ground inside it counts.
    red_lines
        Polygons of the ecological protection red line, optionally with ``name``.

    Returns
    -------
    Result
        Square kilometres. Draws ``red_lines_inside``.

    Source
    ------
    Chaoyang District, ecological and environmental protection plan of the 14th
    five-year period (2021): red-line area of at least 3.3 km², kept to 2025. What a red
    line is: Guideline for delimiting the ecological protection red line
    (生态保护红线划定指南, 2017), whose text was not at hand. Area on the ellipsoid is
    the practice of China's land surveys.
    """
    inside = ground(area, red_lines, Text(en="Red lines", zh="生态保护红线"))
    pieces = inside.united.assign(numerator=area.measure(inside.united))
    return Result.total(
        pieces,
        scale=1e-6,
        red_lines_inside=inside.features,
        notes=inside.notes,
    )
