// The map: which layers are seen, what lies under a click, where the view flies to.

const PAINTERS = { Polygon: paintAreas, Line: paintLines, Point: paintPoints };
const MARKED = { line: null, width: 3.5, dash: null };

/** A layer of the page: what was told of it, and its features once unpacked. */
function pageLayer(told) {
  const layer = { ...told, packed: null, shown: told.on, near: null };
  const place = () => layer.packed.columns.find((column) => column.name === "place");
  layer.placeOf = (feature) => place().at(feature);
  layer.load = () => {
    layer.loading = layer.loading || (async () => {
      layer.packed = await unpack(told);
    })();
    return layer.loading;
  };
  return layer;
}

/** Build the map around Leaflet's; `state` says which goal is shown, and how. */
function buildMap(leaflet, state, listeners) {
  const layers = data.layers.map(pageLayer);
  const zones = layers.find((layer) => layer.role === "zones");
  const names = data.zones.map((zone) => ({ ...zone, at: unitArray(zone.at) }));
  const view = { leaflet, layers, zones, marked: null, extra: () => [] };

  /** The shades of the goal that is shown by zone, or null. */
  view.shades = () => {
    const row = data.rows.find((one) => one.row === state.active);
    return state.mode === "zones" && row && row.shades && zones ? row.shades : null;
  };

  /** What a shaded zone layer looks like: the zones with other classes and rules. */
  view.shaded = () => {
    const shades = view.shades();
    if (!shades || !zones.packed) return null;
    const classes = new Uint8Array(zones.packed.n);
    for (let f = 0; f < classes.length; f++) classes[f] = shades.classes[zones.placeOf(f)];
    return { layer: { ...zones, rules: shades.rules }, classes };
  };

  /** Tell whether the shades of the zones lie over a layer. */
  view.isCovered = (layer) => view.shades() !== null && layer.order < data.shades_order;

  view.seen = () => layers.filter((layer) => layer.shown && layer.packed);

  const picture = () => {
    const items = view.seen().map((layer) => ({
      order: layer.order,
      paint: (pen, window) =>
        (layer.role === "boundary" ? paintBoundary : PAINTERS[layer.kind])(
          pen, layer, layer.packed.classes, window,
        ),
    }));
    const shaded = view.shaded();
    if (shaded) {
      const paint = (pen, window) => paintAreas(pen, shaded.layer, shaded.classes, window);
      items.push({ order: data.shades_order, paint });
    }
    items.push(...view.extra());
    items.sort((one, other) => one.order - other.order);
    if (zones && zones.shown && zones.packed) {
      const values = view.shades() ? view.shades().values : null;
      items.push({ paint: (pen, window) => paintNames(pen, zones, names, values, window) });
    }
    if (view.marked) {
      const { packed, feature } = view.marked;
      const look = { ...MARKED, line: data.colours.ink };
      items.push({ paint: (pen, window) => outline(pen, packed, [feature], look, window) });
    }
    return items;
  };

  view.stack = canvasStack(picture);
  view.stack.addTo(leaflet);

  /** Bring what is shown onto the canvas, unpacking it first where needed. */
  view.refresh = async () => {
    const wanted = layers.filter((layer) => layer.shown || layer.role === "zones");
    await Promise.all(wanted.map((layer) => layer.load()));
    view.stack.redraw();
  };

  view.mark = (packed, feature) => {
    view.marked = packed ? { packed, feature } : null;
    view.stack.redraw();
  };

  view.flyTo = (bounds, most = 16) => {
    const { left, below } = listeners.covered();
    const settings = {
      paddingTopLeft: [28 + left, 28], paddingBottomRight: [28, 28 + below],
      maxZoom: most, duration: 0.7,
    };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || listeners.first) leaflet.fitBounds(bounds, { ...settings, animate: false });
    else leaflet.flyToBounds(bounds, settings);
  };

  /** Return the zoom at which the whole study area is seen. */
  view.wholeZoom = () => {
    const [west, south, east, north] = data.bounds;
    return leaflet.getBoundsZoom(L.latLngBounds([south, west], [north, east]));
  };

  view.flyToBox = ([west, south, east, north]) =>
    view.flyTo(L.latLngBounds([south, west], [north, east]), 18);

  view.flyToZone = async (place) => {
    await zones.load();
    const { packed } = zones;
    for (let f = 0; f < packed.n; f++) {
      if (zones.placeOf(f) !== place) continue;
      view.mark(packed, f);
      view.flyTo(latLngBounds(packed.boxes.subarray(4 * f, 4 * f + 4)), 15);
    }
  };

  listenToPointer(view, listeners);
  return view;
}

function unitArray([longitude, latitude]) {
  const point = unitPoint([latitude, longitude]);
  return [point.x, point.y];
}

/** Return the topmost thing at a place: its layer and feature, or null. */
function thingAt(view, place) {
  const point = unitPoint(place);
  const pixel = 1 / (256 * 2 ** view.leaflet.getZoom());
  const candidates = view.seen().filter((layer) => !layer.role && !view.isCovered(layer));
  candidates.sort((one, other) => other.order - one.order);
  for (const layer of candidates) {
    const feature = featureAt(layer, layer.packed.classes, point, pixel);
    if (feature >= 0) return { layer, feature };
  }
  const shaded = view.shaded();
  if (!shaded) return null;
  const feature = featureAt(view.zones, view.zones.packed.classes, point, 0);
  return feature < 0 ? null : { layer: shaded.layer, feature, zone: view.zones.placeOf(feature) };
}

function listenToPointer(view, listeners) {
  const { leaflet } = view;
  const container = leaflet.getContainer();
  leaflet.on("mousemove", (event) => {
    cancelAnimationFrame(view.hovering);
    view.hovering = requestAnimationFrame(() => {
      const free = listeners.isPlacing() ? "crosshair" : "";
      container.style.cursor = !free && thingAt(view, event.latlng) ? "pointer" : free;
    });
  });
  leaflet.on("click", (event) => {
    // the second click of a double one has said nothing new
    if (listeners.isPlacing()) return event.originalEvent.detail > 1 ? null : listeners.place(event.latlng);
    const thing = thingAt(view, event.latlng);
    if (!thing) return view.mark(null);
    view.mark(thing.layer.packed, thing.feature);
    const content = thing.zone === undefined
      ? popupOf(thing.layer, thing.feature)
      : listeners.zonePopup(thing.zone);
    const popup = L.popup({ maxWidth: 300, autoPanPadding: [24, 24] });
    popup.setLatLng(event.latlng).setContent(content).openOn(leaflet);
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", word("control", "close"));
    return null;
  });
  leaflet.on("popupclose", () => view.mark(null));
}
