"""
A fictional district: its sub-districts, parks, houses, roads, rivers, red lines.

Coordinates are metres from the lower left corner (X, Y); a seeded generator places what
need not be known. 榆河区 and its sub-districts do not exist.
"""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely import LineString, Point, Polygon, affinity, box

from ecogis.area import StudyArea

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
SCRIPT = "<script>window.attacked = true</script>"
NAMES = (
    "柳岸街道",
    "榆河街道",
    "东风里街道",
    "新桥地区",
    "石门镇",
    "南苗街道",
    "槐树乡",
)
_SOUTH = [(200, 900), (1500, 100), (4300, 0), (6400, 900), (6900, 2900)]
_NORTH = [(6100, 4700), (4200, 5300), (2300, 5000), (700, 4300), (0, 2500)]
BOUNDARY = Polygon([*_SOUTH, *_NORTH])


def moved(shape):
    return affinity.translate(shape, X, Y)


def frame(shapes, **columns):
    placed = [moved(shape) if shape else None for shape in shapes]
    return GeoDataFrame(columns, geometry=placed, crs=CRS)


AREA = StudyArea("榆河区", moved(BOUNDARY), CRS, area_method="plane")


def zones():
    """Return seven sub-districts: what is nearest to seven seats, cut to the area."""
    seats = [(1100, 1300), (3300, 1300), (5500, 1500), (1000, 3300), (3200, 3300)]
    seats += [(5200, 3400), (3200, 4700)]
    cells = shapely.voronoi_polygons(
        shapely.multipoints(seats), extend_to=BOUNDARY, ordered=True
    )
    return frame([cell & BOUNDARY for cell in cells.geoms], name=list(NAMES))


def parks():
    """Return round parks, some too small; one is called like a script, one nothing."""
    rng = np.random.default_rng(7)
    spots = [(x, y) for x in range(500, 6500, 900) for y in range(500, 5000, 900)]
    angle = np.linspace(0, 2 * np.pi, 14)[:-1]
    shapes = []
    for x, y in (spot for spot in spots if rng.random() < 0.62):
        reach = rng.uniform(35, 190) * rng.uniform(0.75, 1.15, 13)
        at = (x + rng.uniform(-250, 250), y + rng.uniform(-250, 250))
        rim = np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]
        shapes.append(Polygon(rim + at))
    shapes = [shape for shape in shapes if BOUNDARY.contains(shape.centroid)]
    names = [f"第{n}公园" for n in range(1, len(shapes) + 1)]
    names[0], names[1] = SCRIPT, None
    area_ha = [round(shape.area / 1e4, 2) for shape in shapes]
    counted = [size >= 1 for size in area_ha]
    return frame(shapes, name=names, area_ha=area_ha, counted=counted)


def homes(step):
    """Return houses in rows, ``step`` metres apart, and whether a park is near."""
    rng = np.random.default_rng(11)
    inner = BOUNDARY.buffer(-60)
    spots = [(x, y) for x in range(100, 6900, step) for y in range(80, 5300, step)]
    shapes = []
    for x, y in spots:
        wide, deep = rng.uniform(14, 52), rng.uniform(11, 22)
        house = affinity.rotate(box(x, y, x + wide, y + deep), rng.uniform(-4, 4))
        if rng.random() > 0.22 and inner.contains(house):
            shapes.append(house)
    green = parks()
    built = frame(shapes, floors=rng.integers(2, 28, len(shapes)))
    built = built[~built.intersects(green.union_all().buffer(20))]
    reach = green[green["counted"]].union_all().buffer(420)
    served = built.intersects(reach)
    return built.assign(served=served, name=None, use="residential")


def roads():
    lines = [
        ("motorway", [(-800, 2650), (2000, 2450), (4200, 2500), (7800, 2100)]),
        ("trunk", [(2150, -600), (2200, 2500), (2050, 5900)]),
        ("primary", [(4300, -600), (4250, 2400), (4500, 5900)]),
        ("primary", [(-500, 1000), (7400, 900)]),
    ]
    lines += [("tertiary", [(x, 200), (x + 60, 5200)]) for x in range(600, 6600, 550)]
    lines += [("tertiary", [(100, y), (6800, y + 50)]) for y in range(700, 5000, 640)]
    kinds = [kind for kind, _ in lines]
    shapes = [LineString(line) for _, line in lines]
    return frame(shapes, **{"class": kinds}, name=[f"{kind} 路" for kind in kinds])


def rivers():
    x = np.linspace(-600, 7500, 60)
    course = LineString(np.column_stack([x, 1900 + 420 * np.sin(x / 900)]))
    brook = LineString([(3000, 1700), (2900, 900), (3100, 0), (3000, -500)])
    return frame([course, brook], name=["榆河", "柳溪"], has_water=[True, False])


def stops():
    spots = [Point(x, y) for x in range(400, 6600, 700) for y in range(650, 5000, 640)]
    inside = [spot for spot in spots if BOUNDARY.contains(spot)]
    kinds = ["subway" if n % 9 == 0 else "bus" for n in range(len(inside))]
    return frame(inside, kind=kinds, name=[f"路口 {n}" for n in range(len(inside))])


def red_lines():
    strip = LineString([(0, 2400), (1900, 2250), (3600, 1650)]).buffer(210)
    hill = Polygon([(4800, 3700), (5900, 3500), (6000, 4300), (5000, 4600)])
    return frame([strip & BOUNDARY, hill], name=["榆河", "东山"])
