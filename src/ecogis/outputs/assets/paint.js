// Paints features on a canvas: areas, lines, points, the shade outside the area, names.

// neighbours in one path: few enough to stay compact, many enough to save calls
const BATCH = 96;
// an area smaller than this on screen is a speck: a few pixels without a path
const SPECK = 3;
const LEAST_STEP = 0.6;
const OUTLINES_FROM_ZOOM = 15.5;
const OUTLINED = 3000;

/** Return the features in view, by class; areas too small for a path as specks. */
function inView(layer, classes, view) {
  const { n, boxes, kind } = layer.packed;
  const edge = 12 * view.ratio;
  const west = (view.left - edge) / view.scale;
  const north = (view.top - edge) / view.scale;
  const east = (view.left + view.width + edge) / view.scale;
  const south = (view.top + view.height + edge) / view.scale;
  const speck = kind === "Polygon" ? (SPECK * view.ratio) / view.scale : -1;
  const found = { specks: [], classes: layer.rules.map(() => []) };
  for (let f = 0, b = 0; f < n; f++, b += 4) {
    if (boxes[b] > east || boxes[b + 2] < west) continue;
    if (boxes[b + 1] > south || boxes[b + 3] < north) continue;
    if (classes[f] === NO_CLASS) continue;
    const small = boxes[b + 2] - boxes[b] < speck && boxes[b + 3] - boxes[b + 1] < speck;
    (small ? found.specks : found.classes[classes[f]]).push(f);
  }
  return found;
}

function traceRing(context, packed, ring, view) {
  const { x, y, vertices } = packed;
  const end = vertices[ring + 1];
  const least = LEAST_STEP * view.ratio;
  let i = vertices[ring];
  let px = x[i] * view.scale - view.left;
  let py = y[i] * view.scale - view.top;
  context.moveTo(px, py);
  for (i++; i < end; i++) {
    const qx = x[i] * view.scale - view.left;
    const qy = y[i] * view.scale - view.top;
    if (i < end - 1 && Math.abs(qx - px) < least && Math.abs(qy - py) < least) continue;
    context.lineTo(qx, qy);
    px = qx;
    py = qy;
  }
  if (packed.kind === "Polygon") context.closePath();
}

/** Trace features in batches and finish each batch's path. */
function trace(context, packed, features, view, finish) {
  for (let start = 0; start < features.length; start += BATCH) {
    context.beginPath();
    const end = Math.min(features.length, start + BATCH);
    for (let i = start; i < end; i++) {
      const last = packed.rings[features[i] + 1];
      for (let ring = packed.rings[features[i]]; ring < last; ring++) {
        traceRing(context, packed, ring, view);
      }
    }
    finish();
  }
}

/** Run a painter opaquely beside the canvas and lay the outcome over it. */
function overlaid(context, view, opacity, painter) {
  if (opacity >= 1) return painter(context);
  const aside = view.aside();
  aside.clearRect(0, 0, view.width, view.height);
  painter(aside);
  context.globalAlpha = opacity;
  context.drawImage(aside.canvas, 0, 0);
  context.globalAlpha = 1;
  return null;
}

/** Return a colour's red, green and blue. */
function channels(colour) {
  const hex = colour.length === 4 ? colour.replace(/[0-9a-f]/gi, "$&$&") : colour;
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Paint areas of a pixel or two straight into the picture's memory. */
function paintSpecks(context, layer, classes, specks, view) {
  const { boxes } = layer.packed;
  const image = new ImageData(view.width, view.height);
  const pixels = new Uint32Array(image.data.buffer);
  const colours = layer.rules.map((rule) => {
    const [red, green, blue] = channels(rule.fill || rule.line);
    return ((Math.round(rule.opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
  for (const f of specks) {
    const west = Math.max(0, Math.floor(boxes[4 * f] * view.scale - view.left));
    const north = Math.max(0, Math.floor(boxes[4 * f + 1] * view.scale - view.top));
    const wide = Math.max(1, Math.round((boxes[4 * f + 2] - boxes[4 * f]) * view.scale));
    const high = Math.max(1, Math.round((boxes[4 * f + 3] - boxes[4 * f + 1]) * view.scale));
    const east = Math.min(view.width, west + wide);
    const south = Math.min(view.height, north + high);
    for (let row = north; row < south; row++) {
      pixels.fill(colours[classes[f]], row * view.width + west, row * view.width + east);
    }
  }
  const aside = view.aside();
  aside.putImageData(image, 0, 0);
  context.drawImage(aside.canvas, 0, 0);
}

/** Return what an area of this class is filled with: a colour, or a hatching. */
function paintOf(context, rule, view) {
  if (!rule.hatch) return rule.fill;
  const size = 7 * view.ratio;
  const tile = new OffscreenCanvas(size, size);
  const pen = tile.getContext("2d");
  pen.fillStyle = data.colours.paper;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = rule.fill;
  pen.lineWidth = 1.2 * view.ratio;
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

function setLine(context, rule, view, width) {
  context.strokeStyle = rule.line || rule.fill;
  context.lineWidth = width * view.ratio;
  context.lineJoin = "round";
  context.lineCap = rule.dash ? "butt" : "round";
  context.setLineDash(rule.dash ? rule.dash.map((part) => part * view.ratio) : []);
}

function paintAreas(context, layer, classes, view) {
  const { packed, rules } = layer;
  const found = inView(layer, classes, view);
  if (found.specks.length) paintSpecks(context, layer, classes, found.specks, view);
  const outlined = packed.n <= OUTLINED || view.zoom >= OUTLINES_FROM_ZOOM;
  rules.forEach((rule, number) => {
    const features = found.classes[number];
    if (!features.length) return;
    if (rule.fill) {
      overlaid(context, view, rule.opacity, (pen) => {
        pen.fillStyle = paintOf(pen, rule, view);
        trace(pen, packed, features, view, () => pen.fill());
      });
    }
    if (rule.line && rule.width && (outlined || !rule.fill)) {
      // opacity is the fill's; an outline alone takes it itself
      overlaid(context, view, rule.fill ? 1 : rule.opacity, (pen) => {
        setLine(pen, rule, view, rule.width);
        trace(pen, packed, features, view, () => pen.stroke());
      });
    }
  });
}

function paintLines(context, layer, classes, view) {
  const found = inView(layer, classes, view);
  // lines grow with the map, within reason
  const growth = Math.min(1.8, Math.max(0.6, 1 + 0.18 * (view.zoom - 13)));
  layer.rules.forEach((rule, number) => {
    const features = found.classes[number];
    if (!features.length) return;
    overlaid(context, view, rule.opacity, (pen) => {
      setLine(pen, rule, view, Math.max(0.6, rule.width * growth));
      trace(pen, layer.packed, features, view, () => pen.stroke());
    });
  });
  context.setLineDash([]);
}

function paintPoints(context, layer, classes, view) {
  const { x, y, rings, vertices } = layer.packed;
  const found = inView(layer, classes, view);
  const growth = Math.min(1.25, Math.max(0.55, 1 + 0.15 * (view.zoom - 14)));
  layer.rules.forEach((rule, number) => {
    const radius = rule.radius * growth * view.ratio;
    setLine(context, rule, view, rule.width);
    context.fillStyle = rule.fill || "transparent";
    for (const f of found.classes[number]) {
      for (let i = vertices[rings[f]]; i < vertices[rings[f + 1]]; i++) {
        context.beginPath();
        context.arc(x[i] * view.scale - view.left, y[i] * view.scale - view.top, radius, 0, 7);
        context.globalAlpha = rule.opacity;
        context.fill();
        context.globalAlpha = rule.fill ? 1 : rule.opacity;
        if (rule.line && rule.width) context.stroke();
      }
    }
    context.globalAlpha = 1;
  });
  context.setLineDash([]);
}

/** Shade what lies outside the study area, and draw its border. */
function paintBoundary(context, layer, classes, view) {
  const { packed, rules } = layer;
  context.beginPath();
  context.rect(0, 0, view.width, view.height);
  for (let ring = 0; ring < packed.rings[packed.n]; ring++) {
    traceRing(context, packed, ring, view);
  }
  context.globalAlpha = 0.72;
  context.fillStyle = data.colours.paper;
  context.fill("evenodd");
  context.globalAlpha = 1;
  outline(context, packed, packed.n ? [...Array(packed.n).keys()] : [], rules[0], view);
}

/** Draw the border of some features. */
function outline(context, packed, features, rule, view) {
  setLine(context, rule, view, rule.width);
  trace(context, packed, features, view, () => context.stroke());
  context.setLineDash([]);
}

/** Write each zone's name where it fits, and a value below it. */
function paintNames(context, layer, names, values, view) {
  const { packed } = layer;
  const size = 12 * view.ratio;
  context.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (let f = 0; f < packed.n; f++) {
    const place = layer.placeOf(f);
    const lines = [names[place].name, values ? say(values[place]) : ""].filter(Boolean);
    const room = (packed.boxes[4 * f + 2] - packed.boxes[4 * f]) * view.scale;
    const height = (packed.boxes[4 * f + 3] - packed.boxes[4 * f + 1]) * view.scale;
    const wide = Math.max(...lines.map((line) => context.measureText(line).width));
    if (wide > 0.92 * room || lines.length * size * 1.6 > height) continue;
    const x = names[place].at[0] * view.scale - view.left;
    const y = names[place].at[1] * view.scale - view.top;
    lines.forEach((line, number) => {
      const lower = y + (number - (lines.length - 1) / 2) * size * 1.25;
      context.lineWidth = 4 * view.ratio;
      context.strokeStyle = data.colours.paper;
      context.strokeText(line, x, lower);
      context.fillStyle = data.colours.ink;
      context.fillText(line, x, lower);
    });
  }
}
