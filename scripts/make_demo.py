"""
Make the data of the demo: a district that does not exist.

The same seed gives the same files, byte for byte with one version of GDAL and GEOS.
"""

import argparse
from pathlib import Path

from demo_district.delivered import deliver
from demo_district.files import write

ROOT = Path(__file__).resolve().parents[1]
# the district that maps/demo holds
SEED = 3


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "maps" / "demo" / "layers",
        help="folder for the files (default: maps/demo/layers)",
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument(
        "--awaited",
        action="store_true",
        help="also write the layer that the plan still waits for (green_belts)",
    )
    asked = parser.parse_args()
    for path in write(deliver(asked.seed), asked.out, awaited=asked.awaited):
        print(f"{path.stat().st_size:>9,}  {path.name}")


if __name__ == "__main__":
    main()
