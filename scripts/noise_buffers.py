"""Who stands in road noise? noise_buffers.py BOUNDARY ROADS BUILDINGS [NAME]."""

import sys
from pathlib import Path

import ecogis
from ecogis.indicators.noise import noise_zones_4a

if len(sys.argv) < 4:
    sys.exit(__doc__)
boundary, roads_file, buildings_file, *name = sys.argv[1:]
try:
    area = ecogis.study_area(boundary, *name)
    roads = ecogis.read_layer("roads", roads_file, area, margin_m=200)
    buildings = ecogis.read_layer("buildings", buildings_file, area, margin_m=200)
except ecogis.EcogisError as error:
    sys.exit(str(error))
result = noise_zones_4a(area, roads, buildings=buildings)
print(f"{result.value:.2f} {noise_zones_4a.unit}")
print(*(note.en for note in result.notes), sep="\n")
page = Path(__file__).resolve().parents[1] / "maps" / "noise_buffers.html"
ecogis.draw(area, result, title=noise_zones_4a.title).save(page)
print(page)
