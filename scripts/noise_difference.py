"""How do two noise grids differ? noise_difference.py BEFORE.tif AFTER.tif OUT.tif."""

import sys

import numpy as np
import rasterio

if len(sys.argv) != 4:
    sys.exit(__doc__)
try:
    with rasterio.open(sys.argv[1]) as before, rasterio.open(sys.argv[2]) as after:
        places = [(grid.transform, grid.crs, grid.shape) for grid in (before, after)]
        one, two = (grid.read(1, masked=True) for grid in (before, after))
        profile = before.profile
except rasterio.RasterioIOError as error:
    sys.exit(str(error))
if places[0] != places[1]:
    sys.exit("the grids lie elsewhere or have other cells; take one grid_m for both")
change = two.filled(np.nan) - one.filled(np.nan)
with rasterio.open(sys.argv[3], "w", **profile) as out:
    out.write(change, 1)
known = change[~np.isnan(change)]
print(f"{len(known)} of {change.size} cells are known in both")
if len(known):
    print(f"mean {known.mean():+.1f} dB, {known.min():+.1f} to {known.max():+.1f}")
