"""What a test asks of an open page: its texts, its pixels, where things lie."""

from pathlib import Path

from ecogis.style import Styles
from ecogis.workspace import Workspace

STYLES = Styles.read(Workspace.above(Path(__file__)))
# of the canvas: small houses seen from afar; a few pixels that look alike
VISIBLE, GONE = 2e-4, 5e-5


def pixels(view):
    """Return the picture of the map's canvas."""
    view.wait_for_timeout(120)
    return view.evaluate("document.querySelector('.ecogis-canvas').toDataURL()")


def colour_share(view, name):
    """Return the share of the canvas that is painted in a palette colour."""
    view.wait_for_timeout(120)
    red, green, blue = (int(STYLES.palette[name][i : i + 2], 16) for i in (1, 3, 5))
    return view.evaluate(
        """([r, g, b]) => {
          const canvas = document.querySelector('.ecogis-canvas');
          const pen = canvas.getContext('2d');
          const seen = pen.getImageData(0, 0, canvas.width, canvas.height).data;
          let n = 0;
          for (let i = 0; i < seen.length; i += 4) {
            const off = Math.abs(seen[i] - r) + Math.abs(seen[i + 1] - g);
            if (off + Math.abs(seen[i + 2] - b) < 6 && seen[i + 3] > 250) n++;
          }
          return (4 * n) / seen.length;
        }""",
        [red, green, blue],
    )


def colour_at(view, x, y):
    """Return the hex code of the canvas at a place of the screen."""
    return view.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector('.ecogis-canvas');
          const box = canvas.getBoundingClientRect();
          const pen = canvas.getContext('2d');
          const seen = pen.getImageData(x - box.left, y - box.top, 1, 1).data;
          return '#' + [...seen.slice(0, 3)]
            .map((part) => part.toString(16).padStart(2, '0')).join('');
        }""",
        [x, y],
    )


def centre(view):
    return view.evaluate(
        "(() => { const map = ecogis.view.leaflet, at = map.getCenter();"
        " return [at.lng, at.lat, map.getZoom()]; })()"
    )


def texts(view, selector):
    return view.locator(selector).all_inner_texts()


def open_row(view, row):
    view.locator(f'tr[data-row="{row}"] button').click()


def screen_point(view, key, column, wanted):
    """Return where on the screen a feature of a layer lies, by one of its values."""
    return view.evaluate(
        """([key, name, wanted]) => {
          const { view } = ecogis;
          const { packed } = view.layers.find((layer) => layer.key === key);
          const column = packed.columns.find((one) => one.name === name);
          for (let f = 0; f < packed.n; f++) {
            if (column.at(f) !== wanted) continue;
            const [west, north, east, south] = packed.boxes.subarray(4 * f, 4 * f + 4);
            const middle = L.point((west + east) * 128, (north + south) * 128);
            const at = view.leaflet.latLngToContainerPoint(
              L.CRS.EPSG3857.pointToLatLng(middle, 0));
            const box = view.leaflet.getContainer().getBoundingClientRect();
            return [box.left + at.x, box.top + at.y];
          }
        }""",
        [key, column, wanted],
    )
