"""How much of the ground is green space?"""

from collections.abc import Mapping
from typing import Literal

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Result, indicator
from ecogis.spatial.ground import Ground, ground
from ecogis.spatial.overlay import cut, split
from ecogis.spatial.service import absent
from ecogis.table import table

Whole = Literal["area", "green_belts", "control_zones"]
Zone = Literal[
    "ecological_control", "concentrated_construction", "restricted_construction"
]
Use = Literal[
    "cropland",
    "orchard",
    "woodland",
    "grassland",
    "wetland",
    "green",
    "water",
    "agroforestry",
    "residential",
    "industrial",
    "commercial",
    "public",
    "transport",
    "bare",
    "other",
]
_PRESETS = "green_space"
_MIXED_USE = "agroforestry"
# what a layer of green space may stand for: it knows of no farmland and no water
_GREEN_ONLY = "green_only"
_WHOLE = {
    "area": Text(en="the area", zh="全域"),
    "green_belts": Text(en="the green belts", zh="绿化隔离地区"),
    "control_zones": Text(en="the control zone", zh="管控分区"),
}
_GREEN = Text(en="Green space", zh="绿色空间")
_WITH_FARMLAND = Text(
    en="Green space with farmland and water", zh="绿色空间（含农田水域）"
)
_FROM_GREEN_SPACE = Text(
    en="no land-use layer: the layer green_space stands for woodland, grassland and "
    "green space",
    zh="无土地利用图层，以绿色空间图层代替林地、草地和绿地",
)
_MIXED = Text(
    en="{mixed_ha:,.1f} ha of farmland or woodland, which the codes do not tell apart, "
    "{counted}",
    zh="{mixed_ha:,.1f} 公顷农林用地无法拆分，{counted}",
)
_COUNTED = {
    True: Text(en="count", zh="已计入"),
    False: Text(en="do not count", zh="未计入"),
}


@indicator(
    title={"en": "{preset} in {denominator}", "zh": "{denominator}{preset}占比"},
    unit="%",
    better="higher",
    standard="CJJ/T 85-2017",
    confidence="medium",
    presets=_PRESETS,
    words={
        "denominator": _WHOLE,
        "preset": {_GREEN_ONLY: _GREEN, "with_farmland_and_water": _WITH_FARMLAND},
    },
    draws=("green_ground",),
)
def green_space_share(
    area: StudyArea,
    land_use: GeoDataFrame | None = None,
    green_space: GeoDataFrame | None = None,
    green_belts: GeoDataFrame | None = None,
    control_zones: GeoDataFrame | None = None,
    *,
    denominator: Whole = "area",
    zone: Zone = "restricted_construction",
    preset: str = _GREEN_ONLY,
    classes: tuple[Use, ...] = (),
) -> Result:
    """
    Share of green space in the area, its green belts or one of its control zones.

    What is green follows the land use; without that layer, ``green_space`` stands for
    woodland, grassland and green space. Ground that is mapped twice counts once, and
    ground whose land use is unknown counts as not green.

    Parameters
    ----------
    area
        Nothing outside it counts.
    land_use
        Polygons with ``use``, the canonical class of their code.
    green_space
        Polygons that are green altogether; used where there is no ``land_use``.
    green_belts
        Polygons as delimited, not only their green ground; read where ``denominator``
        names them.
    control_zones
        Polygons with ``zone``; read where ``denominator`` names them.
    denominator
        What the share is of; ``"area"`` is the study area itself.
    zone
        Which of the ``control_zones`` is the denominator.
    preset
        A row of the table ``green_space``, which fills ``classes``.
    classes
        Land uses that count as green, instead of the preset's.

    Returns
    -------
    Result
        Percent: green m² over m² of the denominator; None where there is none. Draws
        ``green_ground`` (field ``use``, missing where the ground is not green).

    Raises
    ------
    LayerError
        No layer says what is green, ``land_use`` has no known use, or the layer that
        ``denominator`` names is absent.

    Source
    ------
    Fengtai's plan (2021) asks for at least 60 % green space in the green-belt areas,
    Chaoyang's (2022) speaks of green space with farmland and water in the second belt;
    neither says which land uses count. The presets read them by the classes of the
    land and sea use guide (2023), in the manner of CJJ/T 85-2017. Uncertain: the
    assignment is a convention, and GB 50137-2011 cannot tell farmland from woodland.
    """
    layers = {"green_belts": green_belts, "control_zones": control_zones}
    land = _land(area, denominator, layers, zone)
    uses, told = _uses(land_use, green_space, classes)
    here = cut(uses, land.united.geometry.to_numpy())
    green = ground(area, here[here["use"].isin(classes)], _GREEN)
    part, rest = split(land.united, green.united.geometry.to_numpy())
    mixed = here[here["use"] == _MIXED_USE]
    told += (*_mixed(area, mixed, classes), *table(_PRESETS)[preset].caveats)
    return Result.share(
        area,
        part=part,
        rest=rest,
        notes=(*land.notes, *green.notes, *told),
        green_ground=_drawn(green.features, rest),
    )


def _land(
    area: StudyArea,
    denominator: Whole,
    layers: Mapping[str, GeoDataFrame | None],
    zone: Zone,
) -> Ground:
    """Return the ground that the share is of."""
    if denominator == "area":
        whole = GeoDataFrame(geometry=[area.boundary], crs=area.crs)
        return ground(area, whole, _WHOLE["area"])
    layer = layers[denominator]
    if layer is None:
        raise absent(denominator)
    if denominator == "control_zones":
        layer = layer[layer["zone"] == zone]
    return ground(area, layer, _WHOLE[denominator])


def _uses(
    land_use: GeoDataFrame | None,
    green_space: GeoDataFrame | None,
    classes: tuple[Use, ...],
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return polygons with ``use``: those that may be green, and those in doubt."""
    if land_use is not None:
        if "use" not in land_use or (len(land_use) and land_use["use"].isna().all()):
            msg = (
                "green_space_share: no parcel of the layer 'land_use' has a known use; "
                "state in the plan which classification its codes are of: codes = ..."
            )
            zh = "土地利用图层没有可识别的地类；请在规划文件中写明 codes"
            raise LayerError(msg, zh)
        kept = land_use["use"].isin([*classes, _MIXED_USE])
        return land_use.loc[kept, ["use", "geometry"]], ()
    if green_space is None:
        msg = (
            "green_space_share needs the layer 'land_use' or the layer 'green_space', "
            "and has neither; give one of them"
        )
        raise LayerError(msg, "缺少土地利用或绿色空间图层，请提供其一")
    if set(classes) != set(table(_PRESETS)[_GREEN_ONLY].columns["classes"]):
        msg = (
            "green_space_share: the layer 'green_space' does not tell apart "
            f"{', '.join(classes)}; give the layer 'land_use', or take the preset "
            f"{_GREEN_ONLY!r}"
        )
        raise LayerError(msg, "绿色空间图层无法区分所需地类；请提供土地利用图层")
    return green_space[["geometry"]].assign(use="green"), (_FROM_GREEN_SPACE,)


def _mixed(
    area: StudyArea, mixed: GeoDataFrame, classes: tuple[Use, ...]
) -> tuple[Text, ...]:
    """Return a note on ground that is farmland or woodland, nobody knows which."""
    mixed_ha = float(area.measure(mixed).sum()) / 1e4
    if not mixed_ha:
        return ()
    counted = _COUNTED[_MIXED_USE in classes]
    return (_MIXED.format(mixed_ha=mixed_ha, counted=counted),)


def _drawn(green: GeoDataFrame, rest: GeoDataFrame) -> GeoDataFrame:
    """Return green ground by its use, and the remainder without one."""
    use = [*green["use"], *[None] * len(rest)]
    shapes = [*green.geometry, *rest.geometry]
    return GeoDataFrame({"use": use}, geometry=shapes, crs=rest.crs)
