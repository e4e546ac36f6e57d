"""How loud is each road by itself? road_emission.py ROADS OUT.csv [hour|period]."""

import sys
from pathlib import Path

import ecogis
from ecogis.acoustics.emission import caveats, emission_table, line_power_db
from ecogis.acoustics.roads import traffic_of

if len(sys.argv) < 3:
    sys.exit(__doc__)
roads_file, out, *counted = sys.argv[1:]
try:
    roads = ecogis.read_layer("roads", roads_file)
    traffic, notes = traffic_of(roads, counted=counted[0] if counted else "hour")
except ecogis.EcogisError as error:
    sys.exit(str(error))
table = emission_table(traffic, line_power_db(traffic))
for note in [*notes, *caveats(traffic)]:
    print(note)
table.to_csv(Path(out), index=False, float_format="%.4f")
print(f"{len(traffic)} roads: {out}")
