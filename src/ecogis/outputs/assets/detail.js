// What an open row shows: the number on its bar, the zones, how it was measured.

/** Return a bar from 0 to 100 with the ticks of target and baseline. */
function percentBar(row) {
  const { bar } = row;
  if (!bar) return null;
  const tick = (kind, at, label) =>
    at === null || at < 0 || at > 100
      ? null
      : el("span", {
        class: `tick ${kind}${at > 60 ? " late" : ""}`, style: `left:${at}%`,
      }, el("small", { text: label }));
  const marks = [tick("target", bar.target, word("detail", "reached", row.target))];
  if (bar.baseline !== null && Math.abs(bar.baseline - (bar.target ?? -99)) > 1e-9) {
    marks.push(tick("baseline", bar.baseline, word("detail", "baseline", row.baseline)));
  }
  return el(
    "div",
    { class: "bar", role: "img", "aria-label": `${say(row.value)} ${say(row.target)}` },
    el("i", { class: data.single ? "met" : row.verdict, style: `width:${bar.value}%` }),
    el("i", { class: "more" }),
    ...marks,
  );
}

/** Return the choice of how the goal is drawn: its features, or shades by zone. */
function modeButtons(row, state, actions) {
  const extent = row.extent
    ? el("button", { type: "button", text: word("detail", "all"), onclick: actions.extent })
    : null;
  const can = [row.layers && "features", row.shades && "zones", row.what_if && "whatif"];
  const modes = data.mapped ? can.filter(Boolean) : [];
  if (!modes.length || modes.join() === "features") {
    return extent ? el("div", { class: "modes" }, extent) : null;
  }
  const mode = (name) =>
    el("button", {
      type: "button", "data-mode": name, "aria-pressed": String(state.mode === name),
      text: word("detail", name), onclick: () => actions.mode(name),
    });
  const group = el("div", { class: "segments", role: "group", "aria-label": word("detail", "show_as") },
    ...modes.map(mode));
  return el("div", { class: "modes" }, group, extent);
}

/** Return a plain table of texts; the first column is a heading of its row. */
function plainTable(table, settings = {}) {
  const heads = table.columns.map((name) => el("th", { scope: "col", text: say(name) }));
  const rows = table.rows.map((cells) =>
    el("tr", {}, ...cells.map((cell, at) => el("td", { class: at ? "number" : null, text: say(cell) }))));
  return el(
    "div",
    { class: "tablebox", tabindex: "0", ...settings },
    el("table", { class: "plain" }, el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...rows)),
    table.more ? el("p", { class: "quiet", text: say(table.more) }) : null,
  );
}

/** Return one zone: a click flies there. */
function zoneRow(zone, actions, summed) {
  const [rank, value, top, bottom] = zone.cells.map((cell) => say(cell));
  const fly = zone.place === null || !data.mapped ? null : () => actions.zone(zone.place);
  const name = fly
    ? el("button", { type: "button", text: say(zone.name) })
    : el("span", { text: say(zone.name) });
  return el(
    "tr",
    { class: fly ? "zone" : null, onclick: fly, "data-zone": say(zone.name) },
    el("td", { class: "number quiet", text: rank }),
    el("td", {}, name),
    el("td", { class: "number value" },
      el("i", { class: zone.kind || null, style: `width:${(100 * zone.bar).toFixed(1)}%` }), el("span", { text: value })),
    el("td", { class: "number quiet", text: top }),
    summed ? el("td", { class: "number quiet", text: bottom }) : null,
  );
}

function zoneTable(table, actions) {
  const heads = table.columns.map((name, at) =>
    el("th", { scope: "col", class: at === 1 ? null : "number", text: say(name) }));
  const rows = table.rows.map((zone) => zoneRow(zone, actions, table.columns.length > 4));
  return el(
    "div",
    { class: "tablebox", tabindex: "0" },
    el("table", { class: "zones" }, el("thead", {}, el("tr", {}, ...heads)),
      el("tbody", {}, ...rows)),
  );
}

/** Draw the Lorenz curve below the line of equal zones, in a square of 0 to 100. */
function lorenzCurve(table) {
  const path = table.points.map(([p, q]) => `${100 * p},${100 - 100 * q}`).join(" ");
  const across = svg("text", { x: 50, y: 112, "text-anchor": "middle" }, say(table.across));
  const along = svg("text", { x: -50, y: -6, "text-anchor": "middle", transform: "rotate(-90)" },
    say(table.along));
  return svg(
    "svg",
    {
      class: "lorenz", viewBox: "-16 -3 122 121", role: "img",
      "aria-label": `${word("equality", "curve")}: ${say(table.across)}, ${say(table.along)}`,
    },
    svg("rect", { width: 100, height: 100 }),
    svg("polygon", { points: path }),
    svg("line", { x1: 0, y1: 100, x2: 100, y2: 0 }),
    svg("polyline", { points: path }),
    across,
    along,
  );
}

function equalityBox(table) {
  return el("div", { class: "equality" },
    table.points.length ? lorenzCurve(table) : null, factList(table));
}

function section(title, aside, content) {
  const quiet = aside ? el("small", { text: aside }) : null;
  return el("section", {}, el("h3", {}, el("span", { text: title }), quiet), content);
}

function factList(row) {
  const items = el("dl", { class: "facts" });
  for (const [title, lines] of row.facts) {
    items.append(el("dt", { text: say(title) }));
    items.append(el("dd", {}, ...lines.map((line) => el("div", { text: say(line) }))));
  }
  return items;
}

/** Return everything that an open row shows. */
function rowDetail(row, state, actions, tried) {
  const notes = row.notes.map((note) => el("li", { text: say(note) }));
  return el(
    "div",
    { class: data.single ? "inside single" : "inside" },
    data.single ? el("p", { class: "big", text: say(row.value) }) : null,
    percentBar(row),
    row.reason && !data.single ? el("p", { class: "reason", text: say(row.reason) }) : null,
    modeButtons(row, state, actions),
    state.mode === "whatif" ? whatIfBox(tried) : null,
    notes.length ? el("ul", { class: "notes" }, ...notes) : null,
    row.zones
      ? section(word("breakdown", "title"), say(row.zones.order), zoneTable(row.zones, actions))
      : null,
    row.balance ? section(word("breakdown", "balance"), "", plainTable(row.balance)) : null,
    row.equality
      ? section(word("equality", "title"), "", equalityBox(row.equality))
      : null,
    ...row.tables.map((table) => section(say(table.title), "", plainTable(table))),
    row.facts.length ? section(word("detail", "facts"), "", factList(row)) : null,
  );
}

/** Build the popup of a zone that is shaded by the goal's value. */
function zonePopup(row, place) {
  const zone = row.zones.rows.find((one) => one.place === place);
  const titles = row.zones.columns;
  const list = el("dl");
  zone.cells.forEach((cell, at) => {
    const column = at === 0 ? 0 : at + 1;
    if (column >= titles.length) return;
    list.append(el("dt", { text: say(titles[column]) }), el("dd", { text: say(cell) }));
  });
  return el("div", { class: "popup" }, el("strong", { text: say(zone.name) }),
    el("span", { class: "quiet", text: say(row.title) }), list);
}
