// Starts the page: what is open, shown and said; every click ends here.

// a map narrower than this, in pixels, opens with its legend folded
const LEGEND_FITS = 680;

const state = { active: null, open: null, mode: "features", only: null };
const tiles = { name: "none", layer: null, key: "" };
const panel = document.getElementById("ecogis-panel");
const listeners = {
  first: true,
  covered,
  zonePopup: (place) => zonePopup(rowOf(state.active), place),
  isPlacing: () => tried !== null && tried.isOn(),
  place: (at) => tried.click(at),
};
const cards = {};
let view = null;
let tried = null;

/** Return how much of the map lies under the sheet or the legend, in pixels. */
function covered() {
  const map = view.leaflet.getContainer().getBoundingClientRect();
  if (isNarrow()) return { left: 0, below: Math.max(0, map.bottom - sheetTop()) };
  const legend = cards.legend.box.getBoundingClientRect();
  const open = !cards.legend.body.hidden && map.width > 3 * legend.width;
  return { left: open ? legend.width : 0, below: 0 };
}

/** Return where the sheet will end, whatever it is moving through now. */
function sheetTop() {
  const share = { peek: 0, half: 0.46, whole: 0.46 }[panel.dataset.sheet];
  return window.innerHeight * (1 - share) - (share ? 0 : 104);
}

function rowOf(name) {
  return data.rows.find((row) => row.row === name) || null;
}

/** Return how a goal is shown: as the last one was, where it can be. */
function modeOf(row) {
  const can = row ? { zones: row.shades, whatif: row.what_if } : {};
  if (can[state.mode]) return state.mode;
  return can.zones && !row.layers ? "zones" : "features";
}

/** Show a goal's layers and hide those of the others. */
function activate(name) {
  state.active = name;
  const row = rowOf(name);
  state.mode = modeOf(row);
  if (!view) return;
  for (const layer of view.layers) {
    if (layer.row === null) continue;
    layer.shown = layer.row === name && state.mode !== "zones";
  }
  view.leaflet.closePopup();
  view.mark(null);
  tried.open();
}

/** Bring map, legend, control and panel in line with what is open and shown. */
function update(isOtherGoal = false) {
  fillPanel(panel, state, actions, tried);
  if (!view) return Promise.resolve();
  syncControl(cards.control.body, view, isOtherGoal);
  fillLegend(cards.legend.body, view, state, tried);
  return view.refresh();
}

/** Bring the open what-if, and the map, in line with the parks that are tried. */
function updateTried() {
  const box = panel.querySelector(".whatif");
  if (box && tried.isOn() && !box.childElementCount) update();
  else fillWhatIf(box, tried);
  fillLegend(cards.legend.body, view, state, tried);
  view.stack.redraw();
}

/** Say everything in the other language. */
function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = say(data.head.title);
  panel.setAttribute("aria-label", word("page", "panel"));
  if (view) {
    view.leaflet.getContainer().setAttribute("role", "region");
    view.leaflet.getContainer().setAttribute("aria-label", word("page", "map"));
    view.leaflet.closePopup();
    cards.control.button.textContent = word("control", "title");
    cards.legend.button.textContent = word("control", "legend");
    fillControl(cards.control.body, view, tiles, (layer, shown) => {
      layer.shown = shown;
      update();
    });
    for (const [part, key] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
      const button = document.querySelector(`.leaflet-control-zoom-${part}`);
      button.title = word("control", key);
      button.setAttribute("aria-label", word("control", key));
    }
    tried.sync();
    for (const text of data.attribution) {
      for (const other of ["en", "zh"]) view.credit.removeAttribution(text[other] || text);
      view.credit.addAttribution(say(text));
    }
  }
  return update();
}

/** On a narrow screen the panel is a sheet: peeking, half, or whole. */
function setSheet(height) {
  panel.dataset.sheet = height;
  document.body.dataset.sheet = height;
}

const actions = {
  toggle(name) {
    const opens = state.open !== name;
    state.open = opens ? name : null;
    activate(opens ? name : null);
    if (opens && isNarrow()) setSheet("half");
    update(true);
    if (opens) actions.extent();
    const row = panel.querySelector(`[data-row="${CSS.escape(name)}"]`);
    if (opens && row) row.scrollIntoView({ block: isNarrow() ? "start" : "nearest" });
  },
  extent() {
    const row = rowOf(state.active);
    const box = (row && row.extent) || data.bounds;
    if (view && box) view.flyToBox(box);
  },
  mode(name) {
    state.mode = name;
    for (const layer of view.layers) {
      if (layer.row === state.active) layer.shown = name !== "zones";
    }
    view.leaflet.closePopup();
    view.mark(null);
    tried.open();
    update();
    if (name === "whatif") showBox();
    if (name === "zones" && view.leaflet.getZoom() > view.wholeZoom()) view.flyToBox(data.bounds);
  },
  zone(place) {
    if (isNarrow()) setSheet("half");
    view.flyToZone(place);
  },
  filter(key) {
    state.only = state.only === key ? null : key;
    update();
  },
  language() {
    language = language === "zh" ? "en" : "zh";
    speak();
    panel.querySelector(".language").focus();
  },
  sheet() {
    setSheet({ peek: "half", half: "whole", whole: "peek" }[panel.dataset.sheet]);
  },
};

/** Scroll to what is tried: on a phone it shares the screen with the map. */
function showBox() {
  if (isNarrow() && panel.dataset.sheet === "whole") setSheet("half");
  const box = panel.querySelector(".modes");
  if (box) box.scrollIntoView({ block: isNarrow() ? "start" : "nearest" });
}

/** Dress Leaflet's map: zoom, scale, attribution, control and legend. */
function openMap(leaflet) {
  leaflet.attributionControl.setPrefix("Leaflet");
  const zoom = L.control.zoom({ position: "bottomright" }).addTo(leaflet);
  L.control.scale({ position: "bottomright", imperial: false }).addTo(leaflet);
  view = buildMap(leaflet, state, listeners);
  view.credit = leaflet.attributionControl;
  view.zoom = zoom;
  cards.control = card("control", "", false);
  cards.legend = card("legend", "", leaflet.getSize().x > LEGEND_FITS);
  pin(leaflet, cards.control.box, "topright");
  pin(leaflet, cards.legend.box, "bottomleft");
  tried = buildWhatIf(view, state, updateTried);
}

/** Open the row that the address names, else show the first that has a layer. */
function firstRow() {
  const { hash } = window.location;
  const named = data.rows.find(({ row }) => [`#${row}`, `#${encodeURIComponent(row)}`].includes(hash));
  if (named) state.open = named.row;
  const first = named || data.rows.find((row) => row.layers);
  activate(first ? first.row : null);
}

async function start() {
  setSheet("half");
  if (data.mapped && typeof DecompressionStream === "undefined") {
    panel.textContent = word("page", "old_browser");
    return;
  }
  if (data.mapped) openMap(window.ecogis_map);
  firstRow();
  const said = speak();
  // only now is it known how much of the map the legend covers
  if (view) view.flyToBox(data.bounds);
  listeners.first = false;
  await said;
  if (view) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  performance.mark("ecogis-drawn");
  document.documentElement.dataset.ready = "true";
}

window.ecogis = { state, actions, data, get view() { return view; }, get tried() { return tried; } };
start();
