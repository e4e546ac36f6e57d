"""Who has three trees in sight, a third of shade around, and green close by?"""

from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pydantic import Field as Bounds

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Metres, QuadSegs, Result, SquareMetres, Step, indicator
from ecogis.spatial.access import at_inner_points, share_of_people
from ecogis.spatial.canopy import canopy_around, canopy_of_zones
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.distance import near, near_pairs
from ecogis.spatial.homes import homes_of
from ecogis.spatial.inhabited import inhabited
from ecogis.spatial.parks import AreaPer, sized
from ecogis.spatial.service import absent
from ecogis.table import table

Counted = Literal["population", "buildings"]
Canopy = Literal["tree_canopy", "forest"]
Neighbourhood = Literal["circle", "subdistricts"]
Count = Annotated[int, Bounds(ge=1, strict=True)]
Percent = Annotated[float, Bounds(ge=0, le=100, strict=True)]
Mask = NDArray[np.bool_]
_PRESETS = "rule_3_30_300"
PARTS = "trees", "canopy", "green"
_COUNTED = {
    "population": Text(en="Residents", zh="常住人口"),
    "buildings": Text(en="Homes", zh="住宅"),
}
_UNKNOWN = Text(
    en="{layer}: no data, so that this part of the rule is unknown, and the whole too",
    zh="缺少图层 {layer}，该项无法判断，总体结果亦未知",
)
_FOREST = Text(
    en="woodland stands for canopy, without street trees and gardens: a lower bound",
    zh="以林地代表树冠覆盖，未计行道树与庭院树木，结果为下限",
)


def _margin(
    *, distance_m: float, tree_distance_m: float, canopy_radius_m: float, **_: object
) -> float:
    return max(distance_m, tree_distance_m, canopy_radius_m)


@indicator(
    title={
        "en": "{denominator} with 3-30-300: {min_trees} trees, {canopy_percent:g} % "
        "canopy, green within {distance_m:g} m",
        "zh": "3-30-300 达标比例（{denominator}）：{min_trees}棵树、"
        "{canopy_percent:g}%树冠覆盖、{distance_m:g}米内公共绿地",
    },
    unit="%",
    better="higher",
    margin=_margin,
    standard="Konijnendijk 2021",
    confidence="medium",
    presets=_PRESETS,
    words={"denominator": _COUNTED},
    only_if={
        "subdistricts": ("neighbourhood", "subdistricts"),
        "tree_canopy": ("canopy_from", "tree_canopy"),
        "forest": ("canopy_from", "forest"),
    },
    draws=("people_served", "parks_counted"),
)
def rule_3_30_300(
    area: StudyArea,
    parks: GeoDataFrame,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    trees: GeoDataFrame | None = None,
    tree_canopy: GeoDataFrame | None = None,
    forest: GeoDataFrame | None = None,
    subdistricts: GeoDataFrame | None = None,
    *,
    preset: str = "konijnendijk_2021",
    denominator: Counted = "population",
    min_trees: Count = 3,
    tree_distance_m: Metres = 25.0,
    canopy_percent: Percent = 30.0,
    canopy_from: Canopy = "tree_canopy",
    neighbourhood: Neighbourhood = "circle",
    canopy_radius_m: Step = 250.0,
    distance_m: Metres = 300.0,
    min_area_m2: SquareMetres = 10_000.0,
    area_per: AreaPer = "patch",
    people_on: PeopleOn | None = None,
    cell_m: Step = 50.0,
    quad_segs: QuadSegs = 16,
) -> Result:
    """
    Share of residents or homes that meet all three parts of the 3-30-300 rule.

    Trees within a short distance of the home stand for trees in sight: no line of sight
    is drawn. Canopy is that of a circle around the home, or of its sub-district. The
    way to public green is a straight line. Trees and green are as far as the nearest
    part of the home; people without a home stand at the inner points of squares of
    their land. A part whose layer is missing is unknown, and so is the whole.

    Parameters
    ----------
    area
        Whose residents or homes are counted.
    parks
        Polygons of green space open to the public.
    population
        Polygons with ``people`` (at least 0); read where ``denominator`` names it.
    buildings
        Polygons, in whose floor area the people live; or homes counted one by one:
        those that are not known to be used otherwise.
    trees
        Points; without them the first part is unknown.
    tree_canopy
        Polygons under tree crowns; they may overlap.
    forest
        Polygons of woodland, which stand for canopy where ``canopy_from`` says so.
    subdistricts
        Polygons; read where ``neighbourhood`` names them.
    preset
        A row of the table ``rule_3_30_300``, which fills numbers below.
    denominator
        What is counted: people, or homes one by one.
    min_trees
        How many trees.
    tree_distance_m
        How far a tree in sight is at most, in metres.
    canopy_percent
        Least canopy of the neighbourhood, in percent.
    canopy_from
        ``"tree_canopy"``, or ``"forest"``: woodland, which leaves out street trees and
        gardens, so that the number is a lower bound.
    neighbourhood
        ``"circle"`` around the home's inner point, or its sub-district.
    canopy_radius_m
        Radius of the circle, in metres.
    distance_m
        Longest straight line to public green, in metres.
    min_area_m2
        Smallest public green, in m².
    area_per
        What is held against the size: a ``"patch"`` of touching parks, or each
        ``"feature"`` as it is drawn.
    people_on
        What residents stand on: ``"land"``, ``"buildings"``, or buildings where they
        are given.
    cell_m
        Side of the squares that stand for land on which people live.
    quad_segs
        Segments for a quarter of the canopy's circle.

    Returns
    -------
    Result
        Percent of residents or homes; None where there are none, or where a part is
        unknown. The table has a row for each part and one for all. Draws
        ``people_served`` (``served``; ``met``: how many parts) unless a part is
        unknown, and ``parks_counted`` (``counted``, ``area_ha``).

    Raises
    ------
    LayerError
        Nothing says how many people there are, or sub-districts are absent.

    Source
    ------
    Konijnendijk (2021), the 3-30-300 rule, in print 2023 in Journal of Forestry
    Research 34: three trees in view of every home, 30 % canopy in every neighbourhood,
    the nearest public green space 300 m away, of 1 ha at least. Uncertain: what is in
    view; published studies show that the first part hangs on how it is measured.
    """
    margin_m = _margin(
        distance_m=distance_m,
        tree_distance_m=tree_distance_m,
        canopy_radius_m=canopy_radius_m,
    )
    if denominator == "buildings":
        places, told = _one_by_one(area, buildings)
    else:
        residents, told = people_at_home(
            area, population, buildings, people_on=people_on, margin_m=margin_m
        )
        places = inhabited(residents, area.boundary, cell_m).drop(columns="inside")
    stand = at_inner_points(places.assign(home=~places["home"].to_numpy(bool)))
    known = sized(area, parks, area_per)
    known["counted"] = known["area_m2"] >= min_area_m2
    canopy = forest if canopy_from == "forest" else tree_canopy
    notes = (_FOREST,) if canopy_from == "forest" else ()
    zones = _given(subdistricts) if neighbourhood == "subdistricts" else None
    shade = None
    if canopy is not None:
        points = at_inner_points(places.assign(home=True))
        shade = (
            canopy_around(points, canopy, canopy_radius_m, quad_segs=quad_segs)
            if zones is None
            else canopy_of_zones(points, canopy, zones)
        )
    met: dict[str, Mask | None] = {
        "trees": _enough_trees(stand, trees, tree_distance_m, min_trees),
        "canopy": None if shade is None else shade >= canopy_percent - 1e-9,
        "green": near(stand, known[known["counted"]], distance_m),
    }
    caveats = (*table(_PRESETS)[preset].caveats, *notes, *told)
    return _result(area, places, met, caveats, known.assign(distance_m=distance_m))


def _result(
    area: StudyArea,
    places: GeoDataFrame,
    met: dict[str, Mask | None],
    notes: tuple[Text, ...],
    parks: GeoDataFrame,
) -> Result:
    missing = [part for part in PARTS if met[part] is None]
    told = [_UNKNOWN.format(layer=_LAYERS[part]) for part in missing]
    masks = [mask for mask in met.values() if mask is not None]
    every = None if missing else np.logical_and.reduce(masks)
    rows = _table({**met, "all": every}, places["people"].to_numpy(float))
    if every is None:
        return Result.scalar(
            None, notes=(*told, *notes), table=rows, parks_counted=parks
        )
    drawn = places.assign(served=every, met=np.sum(masks, axis=0))
    return share_of_people(
        area,
        places,
        every,
        notes=notes,
        table=rows,
        people_served=drawn,
        parks_counted=parks,
    )


_LAYERS = {"trees": "trees", "canopy": "canopy", "green": "parks"}


def _table(met: dict[str, Mask | None], people: NDArray[np.float64]) -> pd.DataFrame:
    """Return how many meet each part, and all of them."""
    whole = people.sum()
    sums = [np.nan if m is None else people[m].sum() for m in met.values()]
    percent = [100 * one / whole if whole > 0 else np.nan for one in sums]
    return pd.DataFrame({"part": list(met), "people": sums, "percent": percent})


def _one_by_one(
    area: StudyArea, buildings: GeoDataFrame | None
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return homes that count as one each."""
    if buildings is None:
        missing = "buildings"
        raise absent(missing)
    homes = area.inside(homes_of(buildings)).reset_index(drop=True)
    return homes.drop(columns="floors_by").assign(people=1.0), ()


def _given(zones: GeoDataFrame | None) -> GeoDataFrame:
    if zones is None:
        msg = (
            "neighbourhood = 'subdistricts' needs the layer 'subdistricts', which is "
            "absent; give the layer, or take neighbourhood = 'circle'"
        )
        raise LayerError(msg, "缺少街道图层 subdistricts；请提供该图层，或改用 circle")
    return zones


def _enough_trees(
    stand: GeoDataFrame, trees: GeoDataFrame | None, distance_m: float, least: int
) -> Mask | None:
    """Return which places have enough trees near; None where trees are not known."""
    if trees is None:
        return None
    trees = trees.explode(ignore_index=True)
    points = shapely.get_coordinates(trees.geometry.to_numpy())
    # a tree that is mapped twice is one tree
    _, first = np.unique(points, axis=0, return_index=True)
    place, _ = near_pairs(stand, trees.iloc[first], distance_m)
    return np.bincount(place, minlength=len(stand)) >= least
