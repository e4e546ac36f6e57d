// The box of what is tried: the number it would give, the parks, and what to do with them.

/** Return a number with so many decimals, and the reader's separators. */
function digits(value, decimals) {
  return value.toLocaleString("en-GB", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
}

/** Tell whether a value reaches the goal's bound. */
function isReached({ bound, strict }, value) {
  return bound !== null && (strict ? value > bound : value >= bound);
}

/** Return a share as it is shown: rounding never contradicts the verdict. */
function shownShare(told, value) {
  for (let decimals = told.decimals; decimals < 9; decimals++) {
    const text = value.toFixed(decimals);
    if (isReached(told, Number(text)) === isReached(told, value)) return `${text}%`;
  }
  return `${value}%`;
}

/** Return an amount of what the goal counts: hectares, people, buildings. */
function shownAmount({ counted }, amount) {
  if (counted === "land") return `${digits(amount / 1e4, 1)} ha`;
  return `${digits(amount, 0)} ${word("unit", counted === "population" ? "people" : "buildings")}`;
}

function shownPoints({ whole, decimals }, amount) {
  return `${digits((100 * amount) / whole, Math.max(2, decimals))} ${word("unit", "pp")}`;
}

/** Return how far a value is from the goal's bound, in words. */
function shownDistance(told, value) {
  if (told.bound === null) return "";
  const gap = Math.abs(value - told.bound);
  const decimals = gap && gap < 0.1 ? told.decimals + 2 : told.decimals;
  const size = `${digits(gap, decimals)} ${word("unit", "pp")}`;
  return word("whatif", isReached(told, value) ? "beyond" : "short", size);
}

function sizeChoice(tried) {
  const { grid } = tried;
  const options = grid.sizes.map((areaM2) => {
    const reach = reachOf(grid, areaM2);
    const far = reach === null ? word("whatif", "too_small") : `${digits(reach, 0)} m`;
    return el("option", {
      value: areaM2, text: `${digits(areaM2, 0)} m² · ${far}`, selected: areaM2 === tried.areaM2,
    });
  });
  const choice = el("select", { "data-size": "", onchange: () => tried.size(Number(choice.value)) },
    ...options);
  return el("label", {}, el("span", { text: word("whatif", "size") }), choice);
}

/** Return the number with the parks, beside the one without them. */
function figures(tried) {
  const { grid, value, base, found, doubt } = tried;
  const change = tried.sites.length
    ? el("span", { class: "gain", text: `+${shownPoints(grid, found.served)}` }) : null;
  const least = tried.sites.length && found.served
    ? word("whatif", "doubt", digits(Math.max(doubt, 0.01), 2)) : null;
  return [
    el("p", { class: "now" }, el("b", { "data-value": value, text: shownShare(grid, value) }), change),
    el("dl", {},
      el("dt", { text: word("whatif", "today") }), el("dd", { text: shownShare(grid, base) }),
      el("dt", { text: word("whatif", "served") }),
      el("dd", { text: `+${shownAmount(grid, found.served)}` }),
      grid.bound === null ? null : el("dt", { text: word("whatif", "target") }),
      grid.bound === null ? null : el("dd", {
        class: isReached(grid, value) ? "reached" : null, text: shownDistance(grid, value),
      })),
    least ? el("p", { class: "quiet", text: least }) : null,
  ];
}

/** Return what was found when the next best site was asked for. */
function proposal(tried) {
  const { grid, site } = tried;
  if (!site) return [];
  if (!site.at) {
    const why = reachOf(grid, tried.areaM2) === null ? "no_reach" : "no_site";
    return [el("span", { text: word("whatif", why) })];
  }
  const gain = `+${shownPoints(grid, site.adds)} · ${shownAmount(grid, site.adds)}`;
  const button = el("button", {
    type: "button", "data-do": "accept", text: word("whatif", "accept"),
    onclick: () => tried.place(site.at),
  });
  return [el("span", { text: word("whatif", "best", gain) }), button];
}

/** Return one park of the list: what it adds to those before it. */
function siteRow(tried, site, number) {
  const small = reachOf(tried.grid, site.areaM2) === null;
  const adds = small ? word("whatif", "too_small") : `+${shownPoints(tried.grid, tried.found.adds[number])}`;
  const button = el("button", {
    type: "button", text: "×", title: word("whatif", "remove"),
    "aria-label": `${word("whatif", "remove")}: ${word("whatif", "park", number + 1)}`,
    onclick: () => tried.remove(number),
  });
  const touching = tried.isTouching(number)
    ? el("small", { text: word("whatif", "touching") }) : null;
  return el("li", {}, el("span", { text: word("whatif", "park", number + 1) }),
    el("span", { class: "quiet", text: `${digits(site.areaM2, 0)} m²` }),
    el("span", { class: "number", text: adds }), button, touching);
}

/** Return what a click on a park's mark shows. */
function sitePopup(tried, number) {
  const site = tried.sites[number];
  const reach = reachOf(tried.grid, site.areaM2);
  const lines = reach === null
    ? [word("whatif", "too_small")]
    : [word("whatif", "reach", digits(reach, 0)), `+${shownPoints(tried.grid, tried.found.adds[number])}`];
  return el("div", { class: "popup" },
    el("strong", { text: word("whatif", "park", number + 1) }),
    el("span", { class: "quiet", text: `${digits(site.areaM2, 0)} m²` }),
    ...lines.map((line) => el("span", { text: line })),
    el("button", {
      type: "button", class: "plainbutton", text: word("whatif", "remove"),
      onclick: () => tried.remove(number),
    }));
}

/** Say in an open box what is known now; its buttons stay, and keep the focus. */
function fillWhatIf(box, tried) {
  if (!box || !tried.isOn()) return;
  const { sites, past } = tried;
  box.querySelector("[data-size]").value = tried.areaM2;
  box.querySelector(".figures").replaceChildren(...figures(tried).filter(Boolean));
  const found = box.querySelector(".proposal");
  found.replaceChildren(...proposal(tried));
  if (tried.site) found.scrollIntoView({ block: "nearest" });
  box.querySelector("ol").replaceChildren(...sites.map((site, n) => siteRow(tried, site, n)));
  const more = box.parentElement && box.parentElement.querySelector(".bar .more");
  if (more) more.style.cssText = `left:${tried.base}%;width:${tried.value - tried.base}%`;
  const off = { undo: !past.length, clear: !sites.length, save: !sites.length };
  for (const [name, isOff] of Object.entries(off)) {
    // a button that goes off under the focus must not lose it
    box.querySelector(`[data-do=${name}]`).setAttribute("aria-disabled", String(isOff));
  }
}

/** Return the box of an open row while parks are tried on it. */
function whatIfBox(tried) {
  if (!tried.isOn()) return el("div", { class: "whatif" });
  const button = (name, action) =>
    el("button", {
      type: "button", "data-do": name, text: word("whatif", name),
      title: name === "save" ? word("whatif", "save_hint") : null,
      onclick: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && action(),
    });
  const box = el("div", { class: "whatif" },
    el("p", { class: "quiet", text: word("whatif", "hint") }),
    el("div", { class: "figures", role: "status" }),
    sizeChoice(tried),
    el("div", { class: "modes" }, button("suggest", tried.suggest), button("undo", tried.undo),
      button("clear", tried.clear), button("save", tried.save)),
    el("div", { class: "proposal", role: "status" }),
    el("ol", {}));
  fillWhatIf(box, tried);
  return box;
}
