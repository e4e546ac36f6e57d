"""
Put everything that a folium page asks the network for into the page itself.

The texts come from ``folium-offline``, used as a store: address -> text. What folium
puts into every page and ours do not use (Bootstrap, jQuery, Font Awesome) is dropped.
"""

import re

from offlinefolium.elements import _res as STORE  # noqa: N812

from ecogis.errors import EcogisError

_SCRIPT = re.compile(r'<script src="(https?:)?//([^"]+)"></script>')
_LINK = re.compile(r'<link rel="stylesheet" href="(https?:)?//([^"]+)"\s*/?>')
_ASKS = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|object|embed)\b[^>]*?"
    r"(?:src|href|data)\s*=\s*[\"']?((?:https?:)?//[^\"'\s>]+)",
    re.IGNORECASE,
)
_SOURCE_MAP = re.compile(r"/[/*][#@] ?sourceMappingURL=[^\n*]+(?:\*/)?")
_RELATIVE = re.compile(r"url\(\s*(['\"]?)(?!data:|#|%23)[^)'\"]+\1\s*\)")
_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
# what folium adds to every map, and what shows that a page needs it
_OPTIONAL = {
    "jquery": r"\$\(|jQuery",
    "bootstrap@": r"data-bs-|bootstrap\.",
    "bootstrap-glyphicons": r"glyphicon",
    "fontawesome": r"[\"' ]fa[bsr]? |AwesomeMarkers",
    "awesome": r"AwesomeMarkers",
}


def inlined(page: str) -> str:
    """
    Return a page of folium's that asks for nothing when it is opened.

    Raises
    ------
    EcogisError
        An address without a stored text.
    """
    bare = _LINK.sub("", _SCRIPT.sub("", page))

    def script(found: re.Match[str]) -> str:
        text = _stored(found[2], bare)
        return f"<script>{_closed(text, 'script')}</script>" if text else ""

    def sheet(found: re.Match[str]) -> str:
        text = _stored(found[2], bare)
        text = _closed(_RELATIVE.sub("url(data:,)", text), "style")
        return f"<style>{text}</style>" if text else ""

    whole = _LINK.sub(sheet, _SCRIPT.sub(script, page))
    asked = requests(whole)
    if asked:
        raise EcogisError(_unknown(asked[0]))
    return whole


def requests(page: str) -> list[str]:
    """Return the addresses that a browser would fetch when it opens a page."""
    markup = re.sub(r"(?s)(<script\b[^>]*>).*?</script>", r"\1", page)
    return _ASKS.findall(markup)


def numbered(page: str) -> str:
    """Replace folium's random names by numbers, in the order in which they appear."""
    order = {name: n for n, name in enumerate(dict.fromkeys(_ID.findall(page)), 1)}
    return _ID.sub(lambda found: str(order[found[0]]), page)


def _stored(address: str, page: str) -> str:
    """Return the text at an address, or nothing where the page does not use it."""
    for part, sign in _OPTIONAL.items():
        if part in address.lower() and not re.search(sign, page):
            return ""
    text = STORE.get(f"https://{address}")
    if text is None:
        raise EcogisError(_unknown(f"https://{address}"))
    return _SOURCE_MAP.sub("", text)


def _closed(text: str, tag: str) -> str:
    """Keep a text from ending the element that holds it."""
    return re.sub(f"</({tag})", r"<\\/\1", text, flags=re.IGNORECASE)


def _unknown(address: str) -> str:
    return (
        f"map: {address} has no copy to put into the page, which must open without a "
        "network; leave out the part of the map that asks for it"
    )
