// Paints what is tried: the ground that new parks serve, their reach, the parks.

const SERVED_OPACITY = 0.85;

function traceDisc(pen, disc, radius, plane, view) {
  discCorners(disc, radius, plane).forEach((place, corner) => {
    const point = unitPoint(place);
    const [x, y] = [point.x * view.scale - view.left, point.y * view.scale - view.top];
    if (corner) pen.lineTo(x, y);
    else pen.moveTo(x, y);
  });
  pen.closePath();
}

/** Paint what was out of reach and lies in the discs, in the colour of a gain. */
function paintServed(pen, ground, blindClass, discs, plane, view) {
  ground.blind = ground.blind || ground.packed.classes.map((of) => (of === blindClass ? of : NO_CLASS));
  const rules = ground.rules.map((rule) => ({
    ...rule, fill: data.colours.gain, line: rule.line && data.colours.gain, opacity: SERVED_OPACITY,
  }));
  pen.save();
  pen.beginPath();
  for (const disc of discs) traceDisc(pen, disc, disc.around, plane, view);
  pen.clip();
  paintAreas(pen, { ...ground, rules }, ground.blind, view);
  pen.restore();
}

/** Paint a park as large as it is, and the ring that it serves. */
function paintPark(pen, disc, plane, view, isProposed = false) {
  const { gain, park, park_small: small, ink } = data.colours;
  const stroke = (radius, line, width, dash) => {
    setLine(pen, { line, dash }, view, width);
    pen.beginPath();
    traceDisc(pen, disc, radius, plane, view);
    pen.stroke();
  };
  pen.fillStyle = disc.around === null ? small : park;
  pen.beginPath();
  traceDisc(pen, disc, disc.radius, plane, view);
  if (!isProposed) pen.fill();
  stroke(disc.radius, ink, isProposed ? 2 : 1.2, null);
  if (disc.around !== null) stroke(disc.around, isProposed ? ink : gain, 2, isProposed ? [3, 5] : [7, 4]);
}
