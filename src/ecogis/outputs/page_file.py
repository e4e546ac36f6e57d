"""Bind a page: folium's frame, our sheet and scripts, and the data, in one file."""

import json
import re
from html import escape

from ecogis.outputs.page_data import PageData
from ecogis.outputs.words import ASSETS

# in the order in which they use each other
SCRIPTS = (
    "dom.js",
    "unpack.js",
    "paint.js",
    "canvas.js",
    "hit.js",
    "demand.js",
    "whatif_paint.js",
    "whatif_box.js",
    "whatif.js",
    "map.js",
    "legend.js",
    "control.js",
    "detail.js",
    "panel.js",
    "page.js",
)
# a page without a map has no frame of folium's
BARE = (
    '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8" />\n</head>\n'
    '<body class="bare">\n</body>\n</html>\n'
)
_VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />'
# folium's forbids to enlarge the page
_FIXED = re.compile(r'<meta name="viewport"[^>]*>')
_LOCALE = {"en": "en", "zh": "zh-CN"}


def bound(frame: str, page: PageData) -> str:
    """
    Return the whole page.

    Parameters
    ----------
    frame
        HTML that asks for nothing: folium's map, or :data:`BARE`.
    page
        What the page holds.
    """
    head = f"{_VIEWPORT}\n<title>{escape(_title(page))}</title>\n{_sheet(page)}"
    opened = _FIXED.sub("", frame).replace("</head>", f"{head}</head>", 1)
    opened = opened.replace("<html>", f'<html lang="{_LOCALE[page.language]}">', 1)
    opened = re.sub(r"(<body[^>]*>)", rf"\1\n{_text('panel.html')}", opened, count=1)
    before, _, after = opened.rpartition("</html>")
    licences = _text("licences.html") if page.mapped else ""
    return f"{before}{_blocks(page)}{_scripts()}{licences}</html>{after}"


def _title(page: PageData) -> str:
    title = page.facts["head"]["title"]
    return str(title if isinstance(title, str) else title[page.language])


def _sheet(page: PageData) -> str:
    """Return the style sheet; its colours are the palette's."""
    names = (f"--{name}: {code};" for name, code in page.palette.items())
    return f"<style>\n:root {{ {' '.join(names)} }}\n{_text('page.css')}</style>\n"


def _blocks(page: PageData) -> str:
    facts = json.dumps(page.facts, ensure_ascii=False, separators=(",", ":"))
    # no text of the data can end the element that holds it
    quoted = facts.replace("<", "\\u003c")
    held = [f'<script type="application/json" id="ecogis-data">{quoted}</script>']
    held += [
        f'<script type="application/octet-stream" id="{name}">{block}</script>'
        for name, block in page.blocks.items()
    ]
    return "\n".join(held) + "\n"


def _scripts() -> str:
    texts = "\n".join(_text(name) for name in SCRIPTS)
    return f'<script>\n(() => {{\n"use strict";\n{texts}}})();\n</script>\n'


def _text(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
