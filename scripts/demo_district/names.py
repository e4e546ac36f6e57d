"""Names for what is too many to be named by hand; none of them means a real place."""

from collections.abc import Iterator

import numpy as np

FIRST = "杏槐竹桃荷榆柏枫桐梨菊兰桂芦松梅柳枣榴棠"
SECOND = "荫溪园塘坞庭圃台泉径苑坡津湾陌浦渡井桥岸"


def pairs(rng: np.random.Generator) -> Iterator[str]:
    """Yield two-character names in a random order, each once, then with numbers."""
    names = [a + b for a in FIRST for b in SECOND]
    order = rng.permutation(len(names))
    yield from (names[k] for k in order)
    ordinals = "二三四五六七八九"
    yield from (names[k] + n for n in ordinals for k in order)
