// The layer control: layers by theme, and base maps that wait for a click to load.

// the only addresses in the page; none is asked before its button is pressed
const TILES = {
  osm: {
    url: "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    settings: { maxZoom: 19, attribution: "© OpenStreetMap contributors" },
  },
  gaode: {
    url: "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
    settings: { maxZoom: 18, subdomains: "1234", attribution: "高德地图 Gaode" },
  },
  tianditu: {
    url: "https://t{s}.tianditu.gov.cn/vec_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}",
    settings: { maxZoom: 18, subdomains: "01234567", attribution: "天地图 Tianditu" },
  },
};

/** Return a checkbox for a layer, with its sign and how many features it has. */
function layerBox(layer, change) {
  const box = el("input", { type: "checkbox", "data-key": layer.key });
  box.checked = layer.shown;
  box.addEventListener("change", () => change(layer, box.checked));
  const rule = layer.rules.find((one) => one.n) || layer.rules[0];
  const count = layer.n ? layer.n.toLocaleString("en-GB") : word("control", "empty");
  return el(
    "label",
    { class: layer.n ? null : "empty" },
    box,
    swatch(rule, layer.kind),
    el("span", { text: say(layer.title) }),
    el("small", { text: count }),
  );
}

/** Return the layers of one theme, folded unless it has a result that is seen. */
function themeBox(theme, layers, change) {
  const seen = layers.filter((layer) => layer.shown).length;
  const results = layers.some((layer) => layer.shown && layer.row !== null);
  const title = el("summary", {}, el("span", { text: word("theme", theme) }),
    el("small", { text: `${seen}/${layers.length}` }));
  const boxes = layers.map((layer) => layerBox(layer, change));
  return el("details", { open: results, "data-theme": theme }, title, ...boxes);
}

/** Return the choice of base maps; the first, none, is chosen. */
function tileBox(leaflet, tiles) {
  const state = el("p", { class: "quiet", role: "status" });
  const key = el("input", {
    type: "text", "aria-label": word("control", "key"), placeholder: word("control", "key"),
    autocomplete: "off", spellcheck: "false",
  });
  const choose = (name) => {
    if (tiles.layer) tiles.layer.remove();
    tiles.layer = null;
    tiles.name = name;
    tiles.key = key.value.trim();
    key.hidden = name !== "tianditu";
    state.textContent = "";
    if (name === "none" || (name === "tianditu" && !tiles.key)) return;
    const { url, settings } = TILES[name];
    tiles.layer = L.tileLayer(url, { ...settings, key: tiles.key });
    tiles.layer.on("tileerror", () => {
      state.textContent = word("control", "failed");
    });
    tiles.layer.addTo(leaflet);
  };
  key.value = tiles.key || "";
  key.hidden = tiles.name !== "tianditu";
  key.addEventListener("change", () => choose("tianditu"));
  const boxes = ["none", ...Object.keys(TILES)].map((name) => {
    const radio = el("input", { type: "radio", name: "tiles", value: name });
    radio.checked = name === tiles.name;
    radio.addEventListener("change", () => choose(name));
    return el("label", {}, radio, el("span", { text: word("tiles", name) }),
      name === "none" ? null : el("small", { text: word("control", "network") }));
  });
  const title = el("summary", {}, el("span", { text: word("control", "base") }));
  return el("details", { open: tiles.name !== "none" }, title, ...boxes, key, state);
}

/** Fill the control: themes in the order of the legend's words, base maps last. */
function fillControl(box, view, tiles, change) {
  const themes = Object.keys(data.words.theme);
  const parts = themes.map((theme) => {
    const layers = view.layers.filter((layer) => layer.theme === theme);
    return layers.length ? themeBox(theme, layers, change) : null;
  });
  box.replaceChildren(...parts.filter(Boolean), tileBox(view.leaflet, tiles));
}

/** Bring the boxes in line with what is seen; unfold the themes of another goal. */
function syncControl(box, view, isOtherGoal) {
  for (const layer of view.layers) {
    box.querySelector(`[data-key="${CSS.escape(layer.key)}"]`).checked = layer.shown;
  }
  for (const theme of box.querySelectorAll("[data-theme]")) {
    const layers = view.layers.filter((layer) => layer.theme === theme.dataset.theme);
    const seen = layers.filter((layer) => layer.shown);
    theme.querySelector("summary small").textContent = `${seen.length}/${layers.length}`;
    if (isOtherGoal) theme.open = seen.some((layer) => layer.row !== null);
  }
}

/** Return a card over the map with a title that folds it. */
function card(name, title, open) {
  const body = el("div", { class: "body", id: `ecogis-${name}-body` });
  const button = el("button", {
    class: "title", type: "button", "aria-expanded": String(open),
    "aria-controls": `ecogis-${name}-body`, text: title,
  });
  body.hidden = !open;
  button.addEventListener("click", () => {
    body.hidden = !body.hidden;
    button.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.hidden && isNarrow()) foldOthers(button);
  });
  return { box: el("section", { class: `card ${name}` }, button, body), body, button };
}

/** Fold the other cards: a narrow map has room for one. */
function foldOthers(button) {
  for (const other of document.querySelectorAll(".card > .title[aria-expanded=true]")) {
    if (other !== button) other.click();
  }
}

/** Put a card into a corner of the map, shielded from the map's own gestures. */
function pin(leaflet, element, position) {
  const Corner = L.Control.extend({
    onAdd() {
      L.DomEvent.disableClickPropagation(element);
      L.DomEvent.disableScrollPropagation(element);
      return element;
    },
  });
  new Corner({ position }).addTo(leaflet);
}
