"""
Hold ecogis against its peers: ``python benchmarks/run.py [coverage] [redline] ...``.

Prints Markdown: the machine, the versions, a table for each job, and whether ours
reaches its goals. Ends with 1 where a goal is missed, and at once where an answer
differs.
"""

import argparse
import importlib
import os
import platform
import sys
import warnings
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path

import shapely
from postgis import BINARIES, Server
from synthetic import District
from timing import compare, table, told, verdict

JOBS = {
    "coverage": "park_coverage",
    "redline": "red_line_area",
    "noise": "road_strips",
    "page": "building_page",
    "siting": "siting",
    "snap": "street_snap",
    "walk": "walk",
    "sound": "noise_map",
}


def main() -> int:
    """Run the jobs asked for."""
    asked = _arguments()
    # overlay tells of lines that it dropped, which is what it is asked to do
    warnings.simplefilter("ignore")
    has_server = not asked.without_postgis and (BINARIES / "postgres").exists()
    missed = False
    with Server() if has_server else nullcontext() as server:
        print(_machine(server), flush=True)
        for name in asked.jobs or JOBS:
            job = importlib.import_module(JOBS[name])
            work = job.Work(District())
            costs = compare(work.methods(server), asked.repeats, job.AGREED)
            lines = [*told(costs), *(verdict(goal, costs) for goal in job.GOALS)]
            print(f"\n## {job.TITLE}\n\n{table(costs)}\n", flush=True)
            print(*(f"- {line}" for line in lines), sep="\n", flush=True)
            if hasattr(work, "more"):
                print("", *work.more(), sep="\n", flush=True)
            missed |= any(line.endswith("MISSED") for line in lines)
    return int(missed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", choices=[*JOBS, []], help="default: all")
    parser.add_argument("--repeats", type=int, default=3, help="runs a method")
    parser.add_argument("--without-postgis", action="store_true")
    return parser.parse_args()


def _machine(server: Server | None) -> str:
    names = ("geopandas", "shapely", "numpy", "pandas")
    found = [f"{name} {version(name)}" for name in names]
    geos = ".".join(map(str, shapely.geos_version))
    lines = [
        f"{os.cpu_count()} cores ({_processor()}), load {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, {', '.join(found)}, GEOS {geos}",
        server.version() if server else "no PostGIS",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _processor() -> str:
    facts = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    lines = [fact for fact in facts if fact.startswith("model name")]
    return lines[0].split(":")[1].strip() if lines else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
