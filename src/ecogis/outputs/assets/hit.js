// Which feature lies under the pointer? A grid of boxes, then the shape itself.

const CELLS = 64;
// a box over more cells than this is looked at every time instead
const WIDE = 400;

/** Return what finds the features whose boxes come near a point of the unit square. */
function gridOf({ n, boxes }) {
  const edge = [2, 2, -2, -2];
  for (let b = 0; b < 4 * n; b += 4) {
    edge[0] = Math.min(edge[0], boxes[b]);
    edge[1] = Math.min(edge[1], boxes[b + 1]);
    edge[2] = Math.max(edge[2], boxes[b + 2]);
    edge[3] = Math.max(edge[3], boxes[b + 3]);
  }
  const cell = (value, low, high) =>
    Math.max(0, Math.min(CELLS - 1, Math.floor(((value - low) / (high - low || 1)) * CELLS)));
  const column = (x) => cell(x, edge[0], edge[2]);
  const row = (y) => cell(y, edge[1], edge[3]);
  const cells = new Map();
  const wide = [];
  for (let f = 0; f < n; f++) {
    const [west, north, east, south] = boxes.subarray(4 * f, 4 * f + 4);
    const [i0, i1, j0, j1] = [column(west), column(east), row(north), row(south)];
    if ((i1 - i0 + 1) * (j1 - j0 + 1) > WIDE) {
      wide.push(f);
      continue;
    }
    for (let j = j0; j <= j1; j++) {
      for (let i = i0; i <= i1; i++) {
        const key = j * CELLS + i;
        if (cells.has(key)) cells.get(key).push(f);
        else cells.set(key, [f]);
      }
    }
  }
  return (x, y, reach) => {
    const near = new Set(wide);
    for (let j = row(y - reach); j <= row(y + reach); j++) {
      for (let i = column(x - reach); i <= column(x + reach); i++) {
        for (const f of cells.get(j * CELLS + i) || []) near.add(f);
      }
    }
    return [...near].filter(
      (f) =>
        boxes[4 * f] - reach <= x && x <= boxes[4 * f + 2] + reach &&
        boxes[4 * f + 1] - reach <= y && y <= boxes[4 * f + 3] + reach,
    );
  };
}

/** Tell whether a point lies in an area: an odd number of its edges to one side. */
function isInside({ x, y, rings, vertices }, feature, px, py) {
  let inside = false;
  for (let ring = rings[feature]; ring < rings[feature + 1]; ring++) {
    const [start, end] = [vertices[ring], vertices[ring + 1]];
    for (let i = start, j = end - 1; i < end; j = i++) {
      const crosses = y[i] > py !== y[j] > py;
      if (crosses && px < ((x[j] - x[i]) * (py - y[i])) / (y[j] - y[i]) + x[i]) {
        inside = !inside;
      }
    }
  }
  return inside;
}

/** Return the square of the distance from a point to a line or to points. */
function squareDistance({ x, y, rings, vertices, kind }, feature, px, py) {
  let least = Infinity;
  for (let ring = rings[feature]; ring < rings[feature + 1]; ring++) {
    for (let i = vertices[ring]; i < vertices[ring + 1]; i++) {
      const joined = kind === "Line" && i > vertices[ring];
      const [ax, ay] = joined ? [x[i - 1], y[i - 1]] : [x[i], y[i]];
      const [dx, dy] = [x[i] - ax, y[i] - ay];
      const length = dx * dx + dy * dy;
      const along = length ? ((px - ax) * dx + (py - ay) * dy) / length : 0;
      const t = Math.max(0, Math.min(1, along));
      least = Math.min(least, (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2);
    }
  }
  return least;
}

/** Return the feature of a layer at a point of the unit square, or -1. */
function featureAt(layer, classes, point, pixel) {
  const { packed } = layer;
  if (!packed || !packed.n) return -1;
  layer.near = layer.near || gridOf(packed);
  const radius = Math.max(...layer.rules.map((rule) => rule.radius));
  const reach = pixel * { Polygon: 0, Line: 6, Point: radius + 3 }[packed.kind];
  let [best, least] = [-1, reach * reach];
  for (const f of layer.near(point.x, point.y, reach)) {
    if (classes[f] === NO_CLASS) continue;
    if (packed.kind === "Polygon") {
      if (isInside(packed, f, point.x, point.y)) best = Math.max(best, f);
    } else {
      const distance = squareDistance(packed, f, point.x, point.y);
      if (distance <= least) [best, least] = [f, distance];
    }
  }
  return best;
}

/** Return a value of a column as the popup shows it. */
function shownValue(value) {
  if (value === null) return "—";
  if (typeof value === "boolean") return word("control", value ? "yes" : "no");
  if (typeof value !== "number") {
    return Object.hasOwn(data.words.value, value) ? word("value", value) : value;
  }
  const whole = Number.isInteger(value) || Math.abs(value) >= 1000;
  return value.toLocaleString(language === "zh" ? "zh-CN" : "en-GB", {
    maximumFractionDigits: whole ? 0 : 2,
  });
}

/** Build a popup: the feature's name, its layer and class, what the style shows. */
function popupOf(layer, feature) {
  const { columns, classes } = layer.packed;
  const rule = layer.rules[classes[feature]];
  const values = new Map(columns.map((column) => [column.name, column.at(feature)]));
  const name = values.get("name");
  const list = el("dl");
  for (const [column, title] of Object.entries(layer.popup)) {
    if (column === "name" || !values.has(column)) continue;
    list.append(el("dt", { text: say(title) }), el("dd", { text: shownValue(values.get(column)) }));
  }
  return el(
    "div",
    { class: "popup" },
    el("strong", { text: name || say(layer.title) }),
    name ? el("span", { class: "quiet", text: say(layer.title) }) : null,
    el("span", { class: "class" }, swatch(rule, layer.kind), el("span", { text: say(rule.label) })),
    list.childElementCount ? list : null,
  );
}
