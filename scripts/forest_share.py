"""How much of each zone is forest? forest_share.py BOUNDARY FOREST ZONES [NAME]."""

import sys
from pathlib import Path

import ecogis
from ecogis.indicators.green import forest_cover_rate

if len(sys.argv) < 4:
    sys.exit(__doc__)
boundary, forest_file, zones_file, *name = sys.argv[1:]
try:
    area = ecogis.study_area(boundary, *name)
    forest = ecogis.read_layer("forest", forest_file, area)
    zones = ecogis.read_layer("subdistricts", zones_file, area)
except ecogis.EcogisError as error:
    sys.exit(str(error))
result = forest_cover_rate(area, forest)
print(f"forest cover {result.value:.2f} % of {area.size_m2 / 1e6:.2f} km²")
rows = ecogis.break_down(result, zones, forest_cover_rate.better)
print(rows[["zone", "value"]].sort_values("value").to_string(index=False))
page = Path(__file__).resolve().parents[1] / "maps" / "forest_share.html"
ecogis.draw(area, result, title=forest_cover_rate.title, zones=zones).save(page)
print(page)
