"""How much park green space does a resident have?"""

import math
from dataclasses import replace
from typing import Annotated

from geopandas import GeoDataFrame
from pydantic import Field as Bounds

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Result, indicator
from ecogis.spatial.ground import Ground, ground
from ecogis.spatial.parts import parts
from ecogis.spatial.people import count_people, spread

People = Annotated[float, Bounds(gt=0, allow_inf_nan=False, strict=True)]
_PARKS = Text(en="Parks", zh="公园绿地")
_STATED = Text(
    en="{green_ha:,.1f} ha for a stated population of {people:,.0f}; "
    "one number has no break-down by zone",
    zh="公园绿地 {green_ha:,.1f} 公顷，采用给定人口 {people:,.0f} 人；无法分区",
)


@indicator(
    title={"en": "Park green space per resident", "zh": "人均公园绿地面积"},
    unit="m²/person",
    better="higher",
    standard="CJJ/T 85-2017",
    confidence="high",
    instead={"people": "population"},
    draws=("park_green",),
)
def park_green_per_capita(
    area: StudyArea,
    parks: GeoDataFrame,
    population: GeoDataFrame | None = None,
    *,
    people: People | None = None,
    categories: tuple[str, ...] | None = None,
) -> Result:
    """
    Square metres of park green space inside the area per resident of the area.

    Parks are cut to the area and united: ground that is mapped twice counts once. The
    people are the residents (常住人口) of the same area and year, as Beijing counts,
    not the registered and not the urban population.

    Parameters
    ----------
    area
        Parks and people outside it do not count.
    parks
        Polygons of park green space; ``category`` where ``categories`` is stated.
    population
        Polygons with ``people`` (at least 0), who live evenly on their polygon.
    people
        Residents as one number instead of the layer, which is then not read.
    categories
        Values of ``category`` that count as park green space; all when left out.

    Returns
    -------
    Result
        m² of park green space over residents; None where nobody lives. Draws
        ``park_green``.

    Raises
    ------
    LayerError
        Neither ``population`` nor ``people``; or ``categories`` for parks without
        ``category``.

    Source
    ------
    CJJ/T 85-2017, Standard for classification of urban green space: park green space
    (G1) over population, both of one year and one scope (3.0.1), nothing counted twice,
    measured on the horizontal projection. Uncertain: the standard's text was not at
    hand; a published district value (Tongzhou, 18.11 m² a person) agrees with the
    residents of the whole district as the denominator.
    """
    green = ground(area, _of_categories(parks, categories), _PARKS)
    top = green.united.assign(amount=area.measure(green.united))
    if people is not None:
        return _by_number(top, people, green)
    if population is None:
        msg = (
            "park_green_per_capita needs the layer 'population', or the number of "
            "residents as parameters = { people = ... }"
        )
        raise LayerError(
            msg, "缺少人口图层 population；也可用参数 people 给定常住人口数"
        )
    cells, notes = spread(area, population)
    residents = count_people(cells).rename(columns={"people": "amount"})
    return Result.ratio(
        parts(top, residents),
        notes=(*green.notes, *notes),
        park_green=green.features,
    )


def _by_number(top: GeoDataFrame, people: float, green: Ground) -> Result:
    """Return the ratio to a stated number, which lies nowhere on the map."""
    green_m2 = math.fsum(top["amount"])
    told = _STATED.format(green_ha=green_m2 / 1e4, people=people)
    found = Result.scalar(
        green_m2 / people, notes=(*green.notes, told), park_green=green.features
    )
    return replace(found, numerator=green_m2, denominator=people)


def _of_categories(
    parks: GeoDataFrame, categories: tuple[str, ...] | None
) -> GeoDataFrame:
    if categories is None:
        return parks
    if "category" not in parks:
        msg = (
            "park_green_per_capita: categories are stated, but the layer 'parks' has "
            "no field 'category'; give the field, or leave categories out"
        )
        raise LayerError(msg, "已指定 categories，但公园图层缺少字段 category")
    return parks[parks["category"].isin(categories)]
