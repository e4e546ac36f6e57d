"""
Sound: what roads emit, how it comes to a receiver, and what is left of it there.

``roads.traffic_of`` says what drives on each road, ``emission.line_power_db`` how loud
that is a metre of road by CNOSSOS-EU, ``path_levels`` what a source brings to a
receiver, ``hj24`` how loud a road is there by HJ 2.4-2021; ``bands`` adds levels up.
"""

from ecogis.acoustics.paths import Levels, PathLevel, path_levels

__all__ = ["Levels", "PathLevel", "path_levels"]
