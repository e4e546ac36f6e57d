"""How loud are roads at points, by day, evening and night?"""

import sys
from argparse import ArgumentParser
from pathlib import Path

import ecogis
from ecogis.acoustics.at_points import levels_at_points
from ecogis.acoustics.engine import Reach
from ecogis.acoustics.noise_map import engine_of
from ecogis.acoustics.roads import must_be_known, traffic_of
from ecogis.area import choose_crs
from ecogis.spatial.noise_scene import noise_scene
from ecogis.spatial.receivers import point_receivers

asked = ArgumentParser(description=__doc__)
for file in ("roads", "buildings", "points", "out"):
    asked.add_argument(file)
asked.add_argument("--octaves", action="store_true", help="levels by octave too")
asked.add_argument("--engine", choices=("cnossos", "hj24"), default="cnossos")
asked.add_argument("--height", type=float, default=4.0, help="above the ground, in m")
asked.add_argument("--reach", type=float, default=500.0, help="how far roads are heard")
say = asked.parse_args()
if not Path(say.out).parent.is_dir():
    sys.exit(f"{say.out}: its folder does not exist")
try:
    points = ecogis.read_layer("noise_stations", say.points)
    crs = choose_crs(points.union_all().convex_hull)
    points = points.to_crs(crs)
    around = points.union_all().convex_hull.buffer(1)
    area = ecogis.StudyArea("points", around, crs)
    roads = ecogis.read_layer("roads", say.roads, area, say.reach)
    buildings = ecogis.read_layer("buildings", say.buildings, area, say.reach)
    scene = noise_scene(buildings, None, None, default_g=0)
    traffic, assumed = traffic_of(roads)
    must_be_known(traffic, roads)
    engine = engine_of(say.engine, scene.around, roads, traffic, Reach(say.reach))
    ears = point_receivers(points, height_m=say.height, buildings=buildings)
    table, left_out = levels_at_points(engine, ears, len(points), octaves=say.octaves)
except ecogis.EcogisError as error:
    sys.exit(str(error))
for note in [*engine.notes, *scene.notes, *assumed, *ears.notes, *left_out]:
    print(note)
if "name" in points:
    table.insert(1, "name", points["name"])
table.to_csv(say.out, index=False, float_format="%.2f")
known = int(table["lden_db"].notna().sum())
print(f"{known} of {len(table)} points hear a road: {say.out} ({crs.to_string()})")
