// One canvas for every layer: drawn from the ground up whenever the map stands still.

const MAX_RATIO = 2;

/** Return a Leaflet layer that draws what `picture()` lists, lowest first. */
function canvasStack(picture) {
  const Stack = L.Renderer.extend({
    options: { padding: 0.1 },

    _initContainer() {
      this._container = L.DomUtil.create("canvas", "ecogis-canvas");
      this._pen = this._container.getContext("2d");
      this._aside = document.createElement("canvas").getContext("2d", {
        willReadFrequently: true,
      });
    },

    _destroyContainer() {
      this._container.remove();
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, MAX_RATIO);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this.draw();
    },

    /** Draw again soon; several calls in a row draw once. */
    redraw() {
      cancelAnimationFrame(this._soon);
      this._soon = requestAnimationFrame(() => this._map && this.draw());
    },

    draw() {
      const start = performance.now();
      const view = this._view();
      this._pen.clearRect(0, 0, view.width, view.height);
      for (const item of picture()) item.paint(this._pen, view);
      this.took = performance.now() - start;
    },

    /** Return how the unit square of Mercator lies on the canvas now. */
    _view() {
      const ratio = Math.min(window.devicePixelRatio || 1, MAX_RATIO);
      const corner = this._map.getPixelOrigin().add(this._bounds.min);
      const { width, height } = this._container;
      const view = { ratio, width, height, zoom: this._map.getZoom() };
      view.scale = 256 * 2 ** view.zoom * ratio;
      view.left = corner.x * ratio;
      view.top = corner.y * ratio;
      view.aside = () => {
        const { canvas } = this._aside;
        if (canvas.width !== width || canvas.height !== height) {
          canvas.width = width;
          canvas.height = height;
        }
        return this._aside;
      };
      return view;
    },
  });
  return new Stack();
}

/** Return the point of the unit square of Mercator at a latitude and longitude. */
function unitPoint(place) {
  return L.CRS.EPSG3857.latLngToPoint(L.latLng(place), 0).divideBy(256);
}

/** Return the latitudes and longitudes around a box in the unit square. */
function latLngBounds([west, north, east, south]) {
  const at = (x, y) => L.CRS.EPSG3857.pointToLatLng(L.point(x * 256, y * 256), 0);
  return L.latLngBounds(at(west, south), at(east, north));
}
