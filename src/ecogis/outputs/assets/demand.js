// The grid of who is out of reach: what discs laid over it would serve, and the best place.

// a cell is looked at in SPLIT x SPLIT parts where a disc's rim crosses it
const SPLIT = 4;
const PARTS = SPLIT * SPLIT;
const ALL = 0xffff;
// the best site is looked for among the cells within this share of the best gain first
const BAND = 0.9;

/** Return the value of a polynomial of two numbers; `degree` follows from its length. */
function polynomial(numbers, u, v) {
  const degree = Math.round((Math.sqrt(8 * numbers.length + 1) - 3) / 2);
  let sum = 0;
  let place = 0;
  for (let first = 0, a = 1; first <= degree; first++, a *= u) {
    for (let second = 0, b = a; second <= degree - first; second++, b *= v) {
      sum += numbers[place++] * b;
    }
  }
  return sum;
}

function mapped({ origin, scale, x, y }, first, second) {
  const u = (first - origin[0]) / scale[0];
  const v = (second - origin[1]) / scale[1];
  return [polynomial(x, u, v), polynomial(y, u, v)];
}

/** Return what turns places into metres of the plan's projection, and back. */
function planeOf({ zero, metres, degrees, stretch }) {
  return {
    stretch,
    metres({ lat, lng }) {
      const [x, y] = mapped(metres, lng, lat);
      return { x: x + zero[0], y: y + zero[1] };
    },
    place({ x, y }) {
      const [lng, lat] = mapped(degrees, x - zero[0], y - zero[1]);
      return { lat, lng };
    },
  };
}

/** Return the radius of a disc that measures an area. */
function radiusOf(areaM2, plane) {
  return Math.sqrt((areaM2 * plane.stretch) / Math.PI);
}

/** Return how far a park of a size reaches, or null where it is too small to count. */
function reachOf(told, areaM2) {
  const reached = told.tiers.filter((tier) => areaM2 >= tier.min_area_m2);
  return reached.length ? Math.max(...reached.map((tier) => tier.distance_m)) : null;
}

/** Unpack a goal's grid. */
async function loadDemand(told) {
  const { section } = await openBlock(told.block);
  const next = varints(section("unserved"));
  // whole numbers of the grid's unit: their sums are exact in any order
  const unserved = Float64Array.from({ length: told.columns * told.rows }, next);
  return { ...told, unserved, left: told.unit * unserved.reduce((sum, one) => sum + one, 0) };
}

function bitCount(mask) {
  let bits = mask - ((mask >>> 1) & 0x5555);
  bits = (bits & 0x3333) + ((bits >>> 2) & 0x3333);
  bits = (bits + (bits >>> 4)) & 0x0f0f;
  return (bits + (bits >>> 8)) & 0x1f;
}

/** Return which parts of a cell lie in a disc; `dx`, `dy` lead to the cell's corner. */
function partsWithin(dx, dy, cell, reach) {
  let mask = 0;
  for (let part = 0; part < PARTS; part++) {
    const px = dx + (((part % SPLIT) + 0.5) * cell) / SPLIT;
    const py = dy + ((Math.floor(part / SPLIT) + 0.5) * cell) / SPLIT;
    if (px * px + py * py <= reach * reach) mask |= 1 << part;
  }
  return mask;
}

/** Call `see` with each cell that a disc may touch, and which of its parts it holds. */
function eachCell(grid, { x, y, reach }, see) {
  const { columns, rows, cell_m: cell, corner } = grid;
  const [east, north] = [x - corner[0], y - corner[1]];
  const half = cell * Math.SQRT1_2;
  const bound = (at, most) => Math.max(0, Math.min(most, Math.floor(at / cell)));
  for (let j = bound(north - reach - half, rows); j < bound(north + reach + half, rows) + 1; j++) {
    if (j >= rows) break;
    for (let i = bound(east - reach - half, columns); i < columns; i++) {
      const [dx, dy] = [i * cell - east, j * cell - north];
      if (dx > reach + half) break;
      const away = Math.hypot(dx + cell / 2, dy + cell / 2);
      if (away > reach + half) continue;
      see(j * columns + i, away <= reach - half ? ALL : partsWithin(dx, dy, cell, reach));
    }
  }
}

/**
 * Lay discs over a grid: what each adds, what all serve, and how sure that is.
 *
 * `doubt` is two standard deviations if all that a cell holds stood in one unknown
 * point of it; what lies evenly is far surer.
 */
function cover(grid, discs) {
  const masks = new Uint16Array(grid.unserved.length);
  const adds = discs.map((disc) => {
    let added = 0;
    if (!disc.reach) return added;
    eachCell(grid, disc, (cell, mask) => {
      added += grid.unserved[cell] * bitCount(mask & ~masks[cell] & ALL);
      masks[cell] |= mask;
    });
    return (added / PARTS) * grid.unit;
  });
  let variance = 0;
  masks.forEach((mask, cell) => {
    const share = bitCount(mask) / PARTS;
    variance += grid.unserved[cell] ** 2 * share * (1 - share);
  });
  const doubt = 2 * Math.sqrt(variance) * grid.unit;
  return { masks, adds, doubt, served: adds.reduce((sum, added) => sum + added, 0) };
}

/** Return for every cell what a disc around its centre would serve besides. */
function gains(grid, masks, reach) {
  const { columns, rows, cell_m: cell, unserved } = grid;
  const width = columns + 1;
  const sums = new Float64Array(width * rows);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i;
      const left = unserved[at] * (PARTS - bitCount(masks[at]));
      sums[j * width + i + 1] = sums[j * width + i] + left;
    }
  }
  const high = Math.floor(reach / cell);
  const found = new Float64Array(columns * rows);
  for (let step = -high; step <= high; step++) {
    const wide = Math.floor(Math.sqrt(reach * reach - (step * cell) ** 2) / cell);
    for (let j = Math.max(0, -step); j < Math.min(rows, rows - step); j++) {
      const row = (j + step) * width;
      for (let i = 0; i < columns; i++) {
        const west = i > wide ? i - wide : 0;
        const east = i + wide < columns ? i + wide + 1 : columns;
        found[j * columns + i] += sums[row + east] - sums[row + west];
      }
    }
  }
  return found;
}

/** Return the best cell centre that `isFree` allows, in metres, or null; ties go south-west. */
function bestSite(grid, masks, reach, isFree) {
  const found = gains(grid, masks, reach);
  const least = (PARTS * grid.whole * 1e-9) / grid.unit;
  // a band at a time, from the top: sorting every cell takes longer than all the rest
  let high = Infinity;
  for (let low = BAND * found.reduce((most, one) => Math.max(most, one), 0); high > least; low *= BAND) {
    const floor = Math.max(low, least);
    const band = [];
    found.forEach((gain, cell) => gain > floor && gain <= high && band.push(cell));
    band.sort((one, other) => found[other] - found[one] || one - other);
    const best = band.map((cell) => middleOf(grid, cell)).find(isFree);
    if (best) return best;
    high = floor;
  }
  return null;
}

/** Return the middle of a cell in metres. */
function middleOf({ columns, cell_m: cell, corner }, number) {
  return {
    x: corner[0] + ((number % columns) + 0.5) * cell,
    y: corner[1] + (Math.floor(number / columns) + 0.5) * cell,
  };
}
