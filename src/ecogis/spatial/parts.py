"""What is a ratio made of, so that it breaks down by zone?"""

import pandas as pd
from geopandas import GeoDataFrame


def parts(top: GeoDataFrame, bottom: GeoDataFrame) -> GeoDataFrame:
    """
    Return numerators and denominators that lie on different ground in one frame.

    Parameters
    ----------
    top
        Features whose ``amount`` adds to the numerator.
    bottom
        Features whose ``amount`` adds to the denominator.

    Returns
    -------
    GeoDataFrame
        What ``Result.ratio`` takes: ``numerator``, ``denominator``, geometry.
    """
    sides = ((top, 1.0, 0.0), (bottom, 0.0, 1.0))
    known = [
        GeoDataFrame(
            {
                "numerator": frame["amount"].to_numpy(float) * over,
                "denominator": frame["amount"].to_numpy(float) * under,
            },
            geometry=frame.geometry.to_numpy(),
            crs=frame.crs,
        )
        for frame, over, under in sides
        # pandas warns of empty frames in a concat
        if len(frame) or frame is bottom
    ]
    joined = pd.concat(known, ignore_index=True) if len(known) > 1 else known[0]
    return GeoDataFrame(joined, geometry="geometry", crs=bottom.crs)
