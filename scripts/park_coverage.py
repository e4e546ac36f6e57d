"""Where is the next park missing? park_coverage.py BOUNDARY PARKS HOMES [NAME]."""

import sys
from pathlib import Path

import ecogis
from ecogis.indicators.green import park_service_coverage

if len(sys.argv) < 4:
    sys.exit(__doc__)
boundary, parks_file, homes_file, *name = sys.argv[1:]
try:
    area = ecogis.study_area(boundary, *name)
    parks = ecogis.read_layer("parks", parks_file, area, margin_m=500)
    homes = ecogis.read_layer("residential_land", homes_file, area)
except ecogis.EcogisError as error:
    sys.exit(str(error))
result = park_service_coverage(area, parks, homes, distance_m=500, min_area_m2=1000)
score = ecogis.hold(park_service_coverage, result, year=2023, at_least=90)
print(f"{score.title}: {result.value:.2f} %, {score.verdict}, gap {score.gap:+.2f}")
print(result.drawn["blind_zones"].drop(columns="geometry").head())
page = Path(__file__).resolve().parents[1] / "maps" / "park_coverage.html"
ecogis.draw(area, result, title=score.title).save(page)
print(page)
