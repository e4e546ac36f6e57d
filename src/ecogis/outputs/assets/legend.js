// The legend: one block for each layer that is seen, one sign for each class that occurs.

/** Return the block of one layer; where it has but one class, its label says it all. */
function legendBlock(title, rules, kind) {
  const list = el("ul");
  for (const rule of rules.filter((one) => one.n)) {
    list.append(el("li", {}, swatch(rule, kind), el("span", { text: say(rule.label) })));
  }
  const heading = rules.length > 1 ? el("h3", { text: title }) : null;
  return el("section", {}, heading, list);
}

/** Return the block of the parks that are tried. */
function triedBlock(tried) {
  const { gain, park, park_small: small, ink } = data.colours;
  const sign = (key, look) => ({ label: data.words.whatif[key], n: 1, width: 1, opacity: 1, ...look });
  const counts = tried.discs.some((disc) => disc.around !== null);
  const fails = tried.discs.some((disc) => disc.around === null);
  return legendBlock(word("whatif", "title"), [
    ...(counts ? [sign("newly", { fill: gain, opacity: SERVED_OPACITY })] : []),
    ...(counts ? [sign("new_park", { fill: park, line: ink })] : []),
    ...(fails ? [sign("new_small", { fill: small, line: ink })] : []),
  ], "Polygon");
}

/** Fill the legend with what the map shows now, results above the ground. */
function fillLegend(box, view, state, tried) {
  const blocks = tried.isOn() && tried.sites.length ? [triedBlock(tried)] : [];
  const shades = view.shades();
  if (shades) {
    const row = data.rows.find((one) => one.row === state.active);
    blocks.push(legendBlock(say(row.title), shades.rules, "Polygon"));
  }
  const seen = view.layers.filter((layer) => layer.shown && layer.n && !view.isCovered(layer));
  seen.sort((one, other) => other.order - one.order);
  const results = seen.filter((layer) => layer.row !== null);
  const ground = seen.filter((layer) => layer.row === null);
  for (const layer of [...results, ...ground]) {
    blocks.push(legendBlock(say(layer.title), layer.rules, layer.kind));
  }
  const nothing = el("p", { class: "quiet", text: word("control", "nothing") });
  box.replaceChildren(...(blocks.length ? blocks : [nothing]));
}
