// The panel: title, verdict counts that filter, the table of rows, data and sources.

const SIGNS = {
  met: "✓", on_track: "↗\uFE0E", behind: "✗", unknown: "?", not_evaluable: "–",
  // a row before and after
  better: "✓", worse: "✗", same: "=", changed: "≠",
};

/** Return a verdict as a sign and a word. */
function verdictBadge(key, label) {
  return el(
    "span",
    { class: `verdict ${key}` },
    el("i", { "aria-hidden": "true", text: SIGNS[key] }),
    el("span", { text: label }),
  );
}

function verdictLabel(key) {
  return say(data.head.verdicts.find((verdict) => verdict.key === key).label);
}

/** Return how many rows have each verdict: a strip, and buttons that filter. */
function verdictCounts(state, actions) {
  const present = data.head.verdicts.filter((verdict) => verdict.n);
  const strip = el("div", { class: "strip", "aria-hidden": "true" });
  const buttons = el("div", { class: "counts" });
  for (const { key, label, n } of present) {
    strip.append(el("i", { class: key, style: `flex-grow:${n}` }));
    buttons.append(
      el(
        "button",
        {
          type: "button", class: `count ${key}`, "aria-pressed": String(state.only === key),
          title: word("page", "filter", label), onclick: () => actions.filter(key),
        },
        verdictBadge(key, say(label)),
        el("b", { text: n }),
      ),
    );
  }
  return [strip, buttons];
}

function panelHead(state, actions) {
  const { head } = data;
  const place = [head.place, head.year ? word("page", "as_of", head.year) : ""];
  const switcher = el("button", {
    type: "button", class: "language", text: word("page", "language"),
    title: word("page", "language_hint"), onclick: actions.language,
  });
  const counts = data.single ? [] : verdictCounts(state, actions);
  return el(
    "header",
    {},
    el("div", { class: "top" },
      el("p", { class: "quiet", text: place.map((part) => say(part)).filter(Boolean).join(" · ") }),
      switcher),
    el("h1", { text: say(head.title) }),
    head.fictional ? el("p", { class: "fictional", text: word("page", "fictional") }) : null,
    ...counts,
  );
}

/** Return the button that folds the panel on a narrow screen. */
function sheetHandle(actions) {
  return el("button", {
    type: "button", class: "handle", "aria-label": word("page", "unfold"), onclick: actions.sheet,
  });
}

function valueCell(row) {
  const year = row.year ? String(row.year) : "";
  const origin = row.reported ? `${say(row.origin)} ${year}` : year;
  return el("td", { class: "number" }, el("b", { text: say(row.value) }),
    el("small", { text: row.under ? say(row.under) : row.value === "—" ? "" : origin }));
}

function targetCell(row) {
  const year = row.by ? word("table", "by_year", row.by) : "";
  return el("td", { class: "number" }, el("span", { text: say(row.target) }),
    el("small", { text: year }));
}

/** Return a row of the table; its title is the button that opens it. */
function tableRow(row, state, actions) {
  const open = state.open === row.row;
  const button = el(
    "button",
    {
      type: "button", "aria-expanded": String(open), "aria-controls": `detail-${row.number}`,
    },
    el("small", { text: row.row }),
    el("span", { text: say(row.title) }),
  );
  const gap = row.gap ? el("small", { class: "gap", text: say(row.gap) }) : null;
  const verdict = verdictBadge(row.verdict, verdictLabel(row.verdict));
  return el(
    "tr",
    {
      class: `row${state.active === row.row ? " active" : ""}${open ? " open" : ""}`,
      "data-row": row.row, onclick: () => actions.toggle(row.row),
    },
    el("td", {}, button, el("div", { class: "judged" }, verdict, gap)),
    valueCell(row),
    targetCell(row),
  );
}

function rowsTable(state, actions, tried) {
  const names = ["indicator", "value", "target"];
  const heads = names.map((name) => el("th", { scope: "col", text: word("table", name) }));
  const body = el("tbody");
  for (const row of data.rows) {
    if (state.only && row.verdict !== state.only) continue;
    body.append(tableRow(row, state, actions));
    if (state.open !== row.row) continue;
    body.append(el("tr", { class: "detail", id: `detail-${row.number}` },
      el("td", { colspan: 3 }, rowDetail(row, state, actions, tried))));
  }
  return el("table", { class: "rows" }, el("thead", {}, el("tr", {}, ...heads)), body);
}

function list(title, lines) {
  if (!lines.length) return null;
  const items = lines.map((line) => el("li", { text: say(line) }));
  return el("section", {}, el("h2", { text: title }), el("ul", {}, ...items));
}

function panelFoot() {
  const sources = data.sources.length ? data.sources : [data.words.page.none_stated];
  return el(
    "footer",
    {},
    list(word("page", "notes"), [data.head.note, ...data.head.notes].filter(Boolean)),
    list(word("page", "sources"), sources),
    el("p", { class: "quiet", text: [
      ...data.attribution.map((text) => say(text)),
      data.head.version ? word("page", "made_with", data.head.version) : "",
    ].filter(Boolean).join(" · ") }),
  );
}

/** Fill the panel; where the reader had scrolled to stays. */
function fillPanel(panel, state, actions, tried) {
  const scroller = panel.querySelector(".scroll");
  const [top, sheetTop] = [scroller ? scroller.scrollTop : 0, panel.scrollTop];
  const focused = document.activeElement && document.activeElement.closest("[data-row]");
  const notMapped = data.mapped ? null : el("p", { class: "reason", text: word("page", "no_map") });
  const content = data.single
    ? [rowDetail(data.rows[0], state, actions, tried)]
    : [data.mapped ? el("p", { class: "hint quiet", text: word("page", "hint") }) : notMapped,
      rowsTable(state, actions, tried)];
  panel.replaceChildren(
    sheetHandle(actions),
    panelHead(state, actions),
    el("div", { class: "scroll", tabindex: "-1" }, ...content, panelFoot()),
  );
  panel.querySelector(".scroll").scrollTop = top;
  panel.scrollTop = sheetTop;
  if (!focused) return;
  const again = panel.querySelector(`[data-row="${CSS.escape(focused.dataset.row)}"] button`);
  if (again) again.focus({ preventScroll: true });
}
