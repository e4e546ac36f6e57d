// What if there were new parks here? Places them, moves them, and says what they bring.

// an exported park is a polygon of so many corners, a hair larger than its nominal size
const CORNERS = 96;
const LARGER = 1.0005;
const RINGS_ORDER = 65;

/** Return the corners of a disc, anticlockwise, as places. */
function discCorners({ x, y }, radius, plane) {
  return Array.from({ length: CORNERS }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / CORNERS;
    return plane.place({ x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) });
  });
}

/** Return parks as GeoJSON polygons in WGS 84. */
function parksGeoJson(sites, plane) {
  const shrink = (CORNERS / 2) * Math.sin((2 * Math.PI) / CORNERS);
  const features = sites.map(({ at, areaM2 }, number) => {
    const radius = Math.sqrt((areaM2 * LARGER * plane.stretch) / shrink);
    const ring = discCorners(plane.metres(at), radius, plane)
      .map(({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
    return {
      type: "Feature",
      properties: { name: word("whatif", "park", number + 1), area_m2: areaM2 },
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
    };
  });
  return { type: "FeatureCollection", features };
}

/** Tell whether a disc around a point of the unit square touches an area of a layer. */
function touchesArea(layer, point, radius) {
  const { packed } = layer;
  if (!packed || !packed.n) return false;
  layer.near = layer.near || gridOf(packed);
  return layer.near(point.x, point.y, radius).some((f) =>
    isInside(packed, f, point.x, point.y) || isRimNear(packed, f, point, radius));
}

function isRimNear({ x, y, rings, vertices }, feature, point, radius) {
  for (let ring = rings[feature]; ring < rings[feature + 1]; ring++) {
    const [start, end] = [vertices[ring], vertices[ring + 1]];
    for (let i = start, j = end - 1; i < end; j = i++) {
      const [dx, dy] = [x[i] - x[j], y[i] - y[j]];
      const length = dx * dx + dy * dy;
      const along = length ? ((point.x - x[j]) * dx + (point.y - y[j]) * dy) / length : 0;
      const t = Math.max(0, Math.min(1, along));
      if ((point.x - x[j] - t * dx) ** 2 + (point.y - y[j] - t * dy) ** 2 <= radius * radius) {
        return true;
      }
    }
  }
  return false;
}

/** Return how long a metre is in the unit square of Mercator at a latitude. */
function unitMetre(latitude) {
  return 1 / (2 * Math.PI * 6378137 * Math.cos((latitude * Math.PI) / 180));
}

/** Build what tries new parks; `changed` is called when there is something new to say. */
function buildWhatIf(view, state, changed) {
  const plane = data.plane && planeOf(data.plane);
  const grids = new Map();
  const tried = { plane, sites: [], past: [], areaM2: null, site: null, grid: null };
  const told = () => {
    const row = data.rows.find((one) => one.row === state.active);
    return state.mode === "whatif" && row ? row.what_if : null;
  };
  const layer = (key) => view.layers.find((one) => one.key === key);

  /** Tell whether a click on the map places a park now. */
  tried.isOn = () => tried.grid !== null && told() !== null;

  /** Make ready for the goal that is shown: its grid, and the layers that are asked. */
  tried.open = async () => {
    const wanted = told();
    tried.site = null;
    if (!wanted) {
      tried.grid = null;
      return tried.sync();
    }
    if (tried.grid && tried.grid.block !== wanted.block) tried.grid = null;
    if (!grids.has(wanted.block)) grids.set(wanted.block, loadDemand(wanted));
    const keys = [...wanted.taken, "boundary", ...(wanted.blind ? [wanted.blind.layer] : [])];
    const layers = keys.map(layer).filter(Boolean);
    const [grid] = await Promise.all([grids.get(wanted.block), ...layers.map((one) => one.load())]);
    if (told() !== wanted) return null;
    tried.grid = grid;
    if (!wanted.sizes.includes(tried.areaM2)) tried.areaM2 = firstSize(wanted);
    return tried.sync();
  };

  /** Return a park as a disc in metres: where it is, its size, how far it reaches. */
  tried.disc = ({ at, areaM2 }) => {
    const reach = reachOf(tried.grid, areaM2);
    const radius = radiusOf(areaM2, plane);
    const whole = reach === null ? null : reach + radius;
    return { ...plane.metres(at), radius, around: whole, reach: whole && whole + tried.grid.wider_m };
  };

  /** Work out anew what the parks bring to the goal that is shown. */
  tried.count = () => {
    const { grid } = tried;
    tried.discs = tried.sites.map(tried.disc);
    tried.found = cover(grid, tried.discs);
    const percent = (amount) => (100 * amount) / grid.whole;
    tried.base = 100 - percent(grid.left);
    tried.value = 100 - percent(Math.max(0, grid.left - tried.found.served));
    tried.doubt = percent(tried.found.doubt);
  };

  /** Return whether a new disc would touch a park, water or the border; for a suggestion. */
  const isFree = (radius) => {
    const taken = tried.grid.taken.map(layer).filter(Boolean);
    const border = layer("boundary");
    return (metres) => {
      const place = plane.place(metres);
      const point = unitPoint(place);
      const wide = radius * unitMetre(place.lat);
      if (border && featureAt(border, border.packed.classes, point, 0) < 0) return false;
      const meets = ({ x, y, radius: other }) =>
        Math.hypot(x - metres.x, y - metres.y) <= radius + other;
      return !tried.discs.some(meets) && !taken.some((one) => touchesArea(one, point, wide));
    };
  };

  /** Tell whether a park touches another one, old or new: a run takes both as one. */
  tried.isTouching = (number) => {
    const { x, y, radius } = tried.discs[number];
    const { at } = tried.sites[number];
    const old = layer(`${state.active}/parks_counted`);
    const wide = radius * unitMetre(at.lat);
    return (old && touchesArea(old, unitPoint(at), wide)) || tried.discs.some((other, place) =>
      place !== number && Math.hypot(x - other.x, y - other.y) <= radius + other.radius);
  };

  const change = (sites) => {
    tried.past.push(tried.sites);
    tried.sites = sites;
    tried.site = null;
    tried.sync();
  };

  tried.place = (at) => change([...tried.sites, { at: { lat: at.lat, lng: at.lng }, areaM2: tried.areaM2 }]);
  tried.remove = (number) => change(tried.sites.filter((_, place) => place !== number));
  tried.clear = () => change([]);
  tried.undo = () => {
    if (!tried.past.length) return;
    tried.sites = tried.past.pop();
    tried.site = null;
    tried.sync();
  };

  /** Move a park while it is dragged: what it brings follows at once. */
  tried.drag = (number, at) => {
    tried.sites = tried.sites.map((site, place) =>
      (place === number ? { ...site, at: { lat: at.lat, lng: at.lng } } : site));
    tried.site = null;
    tried.count();
    changed();
  };

  /** Choose the size of the parks that come next. */
  tried.size = (areaM2) => {
    tried.areaM2 = areaM2;
    tried.site = null;
    changed();
  };

  /** Look for the place where the next park of this size brings most. */
  tried.suggest = () => {
    const { grid, found } = tried;
    const radius = radiusOf(tried.areaM2, plane);
    const reach = reachOf(grid, tried.areaM2);
    const best = reach === null
      ? null : bestSite(grid, found.masks, reach + radius + grid.wider_m, isFree(radius));
    tried.site = { at: best && plane.place(best), adds: 0 };
    if (best) {
      const more = [...tried.sites, { at: tried.site.at, areaM2: tried.areaM2 }];
      tried.site.adds = cover(grid, more.map(tried.disc)).adds.at(-1);
      const point = view.leaflet.latLngToContainerPoint(tried.site.at);
      if (!isSeen(point)) view.leaflet.panTo(tried.site.at);
    }
    changed();
  };

  const isSeen = (point) => {
    const { x, y } = view.leaflet.getSize();
    const below = isNarrow() ? y / 2 : 0;
    return point.x > 40 && point.y > 40 && point.x < x - 40 && point.y < y - 40 - below;
  };

  /** Save the parks as a file. */
  tried.save = () => {
    const text = `${JSON.stringify(parksGeoJson(tried.sites, plane), null, 1)}\n`;
    const address = URL.createObjectURL(new Blob([text], { type: "application/geo+json" }));
    el("a", { href: address, download: "sites.geojson" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };

  const markers = siteMarkers(view, tried);
  let closing = false;
  view.leaflet.on("preclick", () => {
    closing = markers.isOpen();
  });

  /** Take a click on the map; one beside an open popup closes it and places nothing. */
  tried.click = (at) => !closing && tried.place(at);

  /** Bring numbers, marks and picture in line with the parks. */
  tried.sync = () => {
    if (tried.isOn()) tried.count();
    markers.set(tried.isOn() ? tried.sites : []);
    view.leaflet.doubleClickZoom[tried.isOn() ? "disable" : "enable"]();
    changed();
  };

  view.extra = () => (tried.isOn() ? tryPicture(view, tried, layer) : []);
  return tried;
}

/** Return the smallest size that counts, else the smallest. */
function firstSize(told) {
  return told.sizes.find((areaM2) => reachOf(told, areaM2) !== null) || told.sizes[0];
}

/** Keep a mark for each park: drag it, or open it to remove the park. */
function siteMarkers(view, tried) {
  const group = L.layerGroup().addTo(view.leaflet);
  const mark = (site, number) => {
    const small = reachOf(tried.grid, site.areaM2) === null;
    const icon = L.divIcon({
      className: small ? "site small" : "site", html: `<b>${number + 1}</b>`, iconSize: [28, 28],
    });
    const title = word("whatif", "park", number + 1);
    const marker = L.marker(site.at, { icon, draggable: true, title, alt: title });
    const before = () => {
      marker.closePopup();
      tried.past.push(tried.sites);
    };
    marker.on("dragstart", before);
    marker.on("drag", () => tried.drag(number, marker.getLatLng()));
    marker.on("dragend", () => tried.sync());
    marker.bindPopup(() => sitePopup(tried, number), { maxWidth: 260 });
    marker.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", word("control", "close"));
    });
    return marker;
  };
  return {
    isOpen: () => group.getLayers().some((marker) => marker.isPopupOpen()),
    set(sites) {
      group.clearLayers();
      sites.forEach((site, number) => mark(site, number).addTo(group));
    },
  };
}

/** Return what the map draws of the parks: what they serve, how far, how large. */
function tryPicture(view, tried, layer) {
  const counting = tried.discs.filter((disc) => disc.around !== null);
  const { blind } = tried.grid;
  const ground = blind && layer(blind.layer);
  const items = [];
  if (ground && ground.packed && counting.length) {
    const paint = (pen, window) => paintServed(pen, ground, blind.class, counting, tried.plane, window);
    items.push({ order: ground.order + 0.5, paint });
  }
  items.push({
    order: RINGS_ORDER,
    paint: (pen, window) => {
      tried.discs.forEach((disc) => paintPark(pen, disc, tried.plane, window));
      if (tried.site && tried.site.at) {
        const next = tried.disc({ at: tried.site.at, areaM2: tried.areaM2 });
        paintPark(pen, next, tried.plane, window, true);
      }
    },
  });
  return items;
}
