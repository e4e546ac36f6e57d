// Unpacks a layer: gzip, varints, columns; the format is told in packed.py.

const NO_CLASS = 255;

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

async function inflate(base64) {
  const packed = new Blob([bytesOf(base64)]).stream();
  const stream = packed.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Return a reader of varints. */
function varints(bytes) {
  let place = 0;
  return () => {
    let number = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[place++];
      number |= (byte & 127) << shift;
      shift += 7;
    } while (byte & 128);
    return number >>> 0;
  };
}

/** Return the running sums of counts, from 0. */
function offsets(bytes, n) {
  const next = varints(bytes);
  const sums = new Uint32Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + next();
  return sums;
}

/** Return coordinates in millionths of a degree from their differences. */
function coordinates(bytes, n, origin) {
  const next = varints(bytes);
  const numbers = new Float64Array(n);
  let at = origin;
  for (let i = 0; i < n; i++) {
    const step = next();
    at += (step >>> 1) ^ -(step & 1);
    numbers[i] = at;
  }
  return numbers;
}

/** Project in place to the unit square of web Mercator. */
function project(x, y) {
  const radians = Math.PI / 180e6;
  for (let i = 0; i < x.length; i++) {
    x[i] = x[i] / 360e6 + 0.5;
    const sine = Math.sin(y[i] * radians);
    y[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
}

/** Return each feature's box: west, north, east, south in the unit square. */
function boxesOf({ n, rings, vertices, x, y }) {
  const boxes = new Float64Array(4 * n);
  for (let feature = 0, b = 0; feature < n; feature++, b += 4) {
    let west = 2;
    let north = 2;
    let east = -2;
    let south = -2;
    const end = vertices[rings[feature + 1]];
    for (let i = vertices[rings[feature]]; i < end; i++) {
      if (x[i] < west) west = x[i];
      if (x[i] > east) east = x[i];
      if (y[i] < north) north = y[i];
      if (y[i] > south) south = y[i];
    }
    boxes[b] = west;
    boxes[b + 1] = north;
    boxes[b + 2] = east;
    boxes[b + 3] = south;
  }
  return boxes;
}

/** Return what gives a column's value for a feature, null for missing. */
function columnOf(facts, bytes, n) {
  if (facts.type === "text") {
    let codes = null;
    // unpacked only when the first popup asks
    return (feature) => {
      codes = codes || Uint32Array.from({ length: n }, varints(bytes));
      return codes[feature] ? facts.texts[codes[feature] - 1] : null;
    };
  }
  if (facts.type === "flag") {
    return (feature) => (bytes[feature] === NO_CLASS ? null : bytes[feature] === 1);
  }
  const wide = facts.type === "f8";
  const numbers = new (wide ? Float64Array : Float32Array)(bytes.slice().buffer);
  const digits = wide ? 15 : 7;
  return (feature) =>
    Number.isNaN(numbers[feature]) ? null : Number(numbers[feature].toPrecision(digits));
}

/** Return the header of a block, and what gives its sections. */
async function openBlock(name) {
  const bytes = await inflate(document.getElementById(name).textContent);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const section = (part) => {
    const [start, size] = header.sections[part];
    return bytes.subarray(4 + length + start, 4 + length + start + size);
  };
  return { header, section };
}

/** Return the shapes of a block: offsets, coordinates, boxes. */
async function unpackShapes(name) {
  const { header, section } = await openBlock(name);
  const { n, kind, origin } = header;
  const rings = offsets(section("rings"), n);
  const vertices = offsets(section("vertices"), rings[n]);
  const total = vertices[rings[n]];
  const x = coordinates(section("x"), total, origin[0]);
  const y = coordinates(section("y"), total, origin[1]);
  project(x, y);
  const shapes = { n, kind, rings, vertices, x, y };
  return { ...shapes, boxes: boxesOf(shapes) };
}

const shapesByBlock = new Map();

/** Return a layer's features; shapes that several layers share are unpacked once. */
async function unpack({ shapes, attributes, n }) {
  if (!shapesByBlock.has(shapes)) shapesByBlock.set(shapes, unpackShapes(shapes));
  const { header, section } = await openBlock(attributes);
  const columns = header.columns.map((facts, number) => ({
    name: facts.name,
    at: columnOf(facts, section(String(number)), n),
  }));
  return { ...(await shapesByBlock.get(shapes)), columns, classes: section("class") };
}
