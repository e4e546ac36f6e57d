"""A district drawn by a seeded generator: the same on every machine."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.random import Generator
from numpy.typing import NDArray
from shapely import MultiPoint, Polygon

CRS = "EPSG:4548"
SEED = 20260
WEST, SOUTH = 430_000.0, 4_405_000.0
# surveyors' files hold centimetres, and rounding makes the platform's libm invisible
_DIGITS = 2
_BLOCK_M, _EDGE = 226.0, 12
_CLASSES = ("trunk", "primary", "secondary", "tertiary", "residential")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Size:
    """How much a district holds; the default is one of 430 km²."""

    side_m: float = 25_000.0
    parks: int = 800
    plots: int = 10_000
    zones: int = 43
    buildings: int = 100_000
    red_lines: int = 60


SMALL = Size(5_000.0, parks=40, plots=300, zones=5, buildings=2_000, red_lines=6)


class District:
    """Frames by the names of the catalogue, all of them from one seed."""

    def __init__(self, size: Size | None = None, seed: int = SEED) -> None:
        self.size = size or Size()
        self._seed = seed
        self.centre = np.array([WEST, SOUTH]) + self.size.side_m / 2
        self.boundary = self._boundary(self._random("boundary"))
        shapely.prepare(self.boundary)

    def parks(self) -> GeoDataFrame:
        """Return blobs from pockets to landscapes, some of them inside another."""
        random, many = self._random("parks"), self.size.parks
        area = np.clip(random.lognormal(np.log(6000), 1.8, many), 60, 6.8e6)
        at = self._spots(random, many)
        nested = np.flatnonzero(random.random(many) < 0.06)
        largest = np.argsort(-area)[: max(1, many // 13)]
        near = random.choice(largest, len(nested))
        at[nested] = at[near] + random.normal(0, 60, (len(nested), 2))
        area[nested] = np.clip(area[nested], 60, 8000)
        vertices = np.clip((12 + area**0.42).astype(int), 8, 900)
        return _frame(_blobs(random, at, area, vertices), name=_names("park", many))

    def residential_land(self) -> GeoDataFrame:
        """Return plots: each block between streets is two that share a border."""
        random = self._random("plots")
        blocks = -(-self.size.plots // 2)
        at = self._lattice(_BLOCK_M, blocks, random)
        rings = self._block_rings(at, random)
        half = 2 * _EDGE
        first = np.r_[0 : half + 1]
        second = np.r_[half : 4 * _EDGE, 0]
        shapes = [_polygons(rings[:, first]), _polygons(rings[:, second])]
        both = np.stack(shapes, axis=1).ravel()[: self.size.plots]
        return _frame(both, name=_names("plot", len(both)))

    def zones(self) -> GeoDataFrame:
        """Return sub-districts that fill the district, their borders winding."""
        random = self._random("zones")
        spread = 0.21 * self.size.side_m
        spots = self.centre + random.normal(0, spread, (40 * self.size.zones, 2))
        inside = shapely.contains_xy(self.boundary, spots)
        sites = MultiPoint(spots[inside][: self.size.zones])
        cells = shapely.voronoi_polygons(sites, extend_to=self.boundary.buffer(2000))
        fine = shapely.segmentize(shapely.get_parts(cells), 60.0)
        winding = shapely.transform(fine, self._wind)
        shapes = _valid(shapely.intersection(winding, self.boundary))
        return _frame(shapes, name=_names("zone", len(shapes)))

    def buildings(self) -> GeoDataFrame:
        """Return rectangles and L shapes along a turned lattice."""
        random, many = self._random("buildings"), self.size.buildings
        at = self._lattice(37.7, many, random) + random.normal(0, 2, (many, 2))
        wide = np.clip(random.lognormal(3.0, 0.35, many), 6, 32)
        deep = np.clip(random.lognormal(2.6, 0.4, many), 5, 32)
        quarter = random.choice([0, np.pi / 2], many)
        turn = self._turn + quarter + random.normal(0, 0.03, many)
        angled = random.random(many) < 0.35
        shapes = np.empty(many, dtype=object)
        for chosen, outline in ((~angled, _OBLONG), (angled, _ANGLED)):
            xy = outline * np.stack([wide, deep], axis=-1)[chosen][:, None]
            turned = _turned(xy, turn[chosen][:, None]) + at[chosen][:, None]
            shapes[chosen] = _polygons(turned)
        return _frame(shapes, name=_names("building", many))

    def red_lines(self) -> GeoDataFrame:
        """Return few large polygons of very many vertices, none over another."""
        random, many = self._random("red lines"), self.size.red_lines
        area = np.clip(random.lognormal(np.log(6e5), 1.0, many), 5e4, 8e6)
        vertices = random.integers(200, 2800, many)
        middle = np.zeros((many, 2))
        shapes = _blobs(random, middle, area, vertices, rough=0.5)
        spots = self._spots(random, 100 * many)
        placed: list[Polygon] = []
        # the largest first, each where no other lies yet
        for shape in shapes[np.argsort(-area)]:
            for spot in spots:
                there = _moved(shape, spot)
                if not shapely.intersects(there, placed).any():
                    placed.append(there)
                    break
        return _frame(np.array(placed), name=_names("red line", len(placed)))

    def roads(self) -> GeoDataFrame:
        """Return street edges of a lattice, every eighth line a larger road."""
        random = self._random("roads")
        step = _BLOCK_M / 2
        many = int(self.size.side_m / step)
        cells = np.stack(np.meshgrid(np.arange(many), np.arange(many)), axis=-1)
        at = (cells - many / 2) * step + random.normal(0, 14, cells.shape)
        nodes = _turned(at, self._turn) + self.centre
        ends = [(nodes[:, :-1], nodes[:, 1:]), (nodes[:-1], nodes[1:])]
        line = np.r_[cells[:, :-1, 1].ravel(), cells[:-1, :, 0].ravel()]
        start, end = (
            np.concatenate([e[k].reshape(-1, 2) for e in ends]) for k in (0, 1)
        )
        keep = shapely.contains_xy(self.boundary, start)
        keep &= shapely.contains_xy(self.boundary, end)
        keep &= (line % 8 == 0) | (random.random(len(line)) > 0.12)
        start, end, line = start[keep], end[keep], line[keep]
        middle = (start + end) / 2 + random.normal(0, 5, start.shape)
        xy = np.round(np.stack([start, middle, end], axis=1), _DIGITS)
        rank = np.select([line % every == 0 for every in (32, 16, 8, 4)], range(4), 4)
        names = _names("street", len(xy))
        return _frame(
            shapely.linestrings(xy), name=names, **{"class": np.take(_CLASSES, rank)}
        )

    @property
    def _turn(self) -> float:
        return float(self._random("turn").uniform(-0.15, 0.15))

    def _random(self, purpose: str) -> Generator:
        # one stream a layer: drawing one more layer moves no other
        return np.random.default_rng([self._seed, *purpose.encode()])

    def _boundary(self, random: Generator) -> Polygon:
        angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
        waves = np.arange(2, 9)[:, None]
        height, phase = random.normal(0, 0.06, (7, 1)), random.uniform(0, 6.28, (7, 1))
        far = 1 + (height / waves * np.cos(waves * angle + phase)).sum(axis=0)
        xy = np.c_[far * np.cos(angle), far * np.sin(angle)]
        scale = np.sqrt(0.688 * self.size.side_m**2 / Polygon(xy).area)
        return Polygon(np.round(self.centre + scale * xy, _DIGITS))

    def _wind(self, xy: Floats) -> Floats:
        """Bend borders: neighbours bend alike, for it depends on the place alone."""
        x, y = ((xy - self.centre) / 1000).T
        east = 120 * np.sin(2.1 * y) + 40 * np.sin(9.7 * y + x) + 12 * np.sin(41 * y)
        north = 120 * np.sin(1.9 * x) + 40 * np.sin(8.3 * x - y) + 12 * np.sin(37 * x)
        return np.round(xy + np.c_[east, north], _DIGITS)

    def _spots(self, random: Generator, many: int) -> Floats:
        half = self.size.side_m / 2
        spots = self.centre + random.uniform(-half, half, (8 * many, 2))
        return spots[shapely.contains_xy(self.boundary, spots)][:many]

    def _lattice(self, step_m: float, many: int, random: Generator) -> Floats:
        """Return cells of a turned lattice, dense in the centres of the district."""
        across = int(self.size.side_m / step_m)
        cell = (np.arange(across) - across / 2 + 0.5) * step_m
        at = np.stack(np.meshgrid(cell, cell), axis=-1).reshape(-1, 2)
        at = _turned(at, self._turn) + self.centre
        at = at[shapely.contains_xy(self.boundary, at)]
        weight = self._density(at)
        chosen = random.choice(
            len(at), many, replace=False, p=weight / weight.sum(), shuffle=False
        )
        return at[chosen]

    def _density(self, at: Floats) -> Floats:
        random, side = self._random("density"), self.size.side_m
        centres = self.centre + random.normal(0, side / 5, (7, 2))
        wide, high = random.uniform(0.06, 0.18, 7) * side, random.uniform(0.4, 1, 7)
        far = np.hypot(*(at[:, None] - centres).transpose(2, 0, 1))
        return 0.08 + (high * np.exp(-((far / wide) ** 2) / 2)).sum(axis=1)

    def _block_rings(self, at: Floats, random: Generator) -> Floats:
        """Return each block's outline: ``_EDGE`` vertices a side, a little uneven."""
        way = np.linspace(0, 1, _EDGE, endpoint=False)
        zero, one = np.zeros(_EDGE), np.ones(_EDGE)
        sides = [(way, zero), (one, way), (1 - way, one), (zero, 1 - way)]
        square = np.concatenate([np.c_[side] for side in sides]) - 0.5
        size = _BLOCK_M - random.uniform(12, 60, (len(at), 1, 1))
        uneven = random.normal(0, 1.5, (len(at), 4 * _EDGE, 2))
        return _turned(square * size + uneven, self._turn) + at[:, None]


_OBLONG = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
_ANGLED = np.array(
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.0), (0.0, 0.0), (0.0, 0.5), (-0.5, 0.5)]
)


def _blobs(
    random: Generator,
    at: Floats,
    area: Floats,
    vertices: NDArray[np.int64],
    rough: float = 0.35,
) -> NDArray[Any]:
    """Return noisy star-shaped polygons of a given area and number of vertices."""
    shapes = []
    for spot, size, many in zip(at, area, vertices, strict=True):
        angle = np.sort(random.uniform(0, 2 * np.pi, many))
        waves = np.arange(1, 6)[:, None]
        height, phase = random.normal(size=(5, 1)), random.uniform(0, 6.28, (5, 1))
        far = 1 + (rough * height / waves * np.cos(waves * angle + phase)).sum(axis=0)
        far = np.clip(
            far + min(0.02, 1.5 / many) * random.normal(size=many), 0.25, None
        )
        long = np.exp(random.normal(0, 0.3))
        xy = np.c_[far * np.cos(angle) * long, far * np.sin(angle) / long]
        xy *= np.sqrt(size / Polygon(xy).area)
        shapes.append(Polygon(_turned(xy, random.uniform(0, np.pi)) + spot))
    return _valid(np.array(shapes, dtype=object))


def _moved(shape: Polygon, by: Floats) -> Polygon:
    return shapely.transform(shape, lambda xy: np.round(xy + by, _DIGITS))


def _turned(xy: Floats, angle: Any) -> Floats:
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = xy[..., 0], xy[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def _polygons(rings: Floats) -> NDArray[Any]:
    return np.asarray(shapely.polygons(np.round(rings, _DIGITS)))


def _valid(shapes: NDArray[Any]) -> NDArray[Any]:
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, _DIGITS))
    return np.asarray(
        shapely.make_valid(rounded, method="structure", keep_collapsed=False)
    )


def _names(kind: str, many: int) -> list[str]:
    return [f"{kind} {number}" for number in range(1, many + 1)]


def _frame(shapes: NDArray[Any], **columns: Any) -> GeoDataFrame:
    return GeoDataFrame(columns, geometry=shapes, crs=CRS)
