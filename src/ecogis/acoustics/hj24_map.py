"""HJ 2.4-2021 as an engine of noise maps: what roads bring to many receivers."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.bands import as_energy
from ecogis.acoustics.engine import Engine
from ecogis.acoustics.fingerprint import fingerprint
from ecogis.acoustics.heard import Heard
from ecogis.acoustics.hj24 import CAVEAT, REFERENCE_M, is_busy, traffic_levels_db
from ecogis.acoustics.hj24_shares import Shares
from ecogis.acoustics.kept import KEPT
from ecogis.acoustics.octaves import NOMINAL_HZ
from ecogis.acoustics.sound import Sound, workers_for
from ecogis.acoustics.tiles import heard_everywhere
from ecogis.acoustics.transfer import covered
from ecogis.document import Text
from ecogis.spatial.pieces import OpenRoads, lines_of
from ecogis.spatial.receivers import Receivers
from ecogis.spatial.sights import Sights
from ecogis.table import table

# Hz: at which the standard takes the air
_AIR_HZ = 500
_METHOD: Final = Text(
    en="road noise alone, by HJ 2.4-2021: sources {source_m:g} m above the road, air "
    "of 10 °C and 70 %, buildings as rows; nothing by hills or between façades",
    zh="仅计道路交通噪声：HJ 2.4-2021，声源高于路面 {source_m:g} m，气温 10 °C、"
    "湿度 70%，建筑物按建筑群衰减计；不计山体遮挡及两侧建筑间的反射",
)


class Hj24(Engine):
    """HJ 2.4-2021; pieces of roads are those of CNOSSOS-EU."""

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the method is, and that its text was not at hand."""
        return (CAVEAT, _METHOD.format(source_m=_source_m()))

    def _at(self, receivers: Receivers) -> Sound:
        lines = lines_of(np.asarray(self.roads.geometry.values))
        found = self._heard(lines, receivers)
        # of no pairs, nothing says the ways of counting distance
        share = found.arrived.reshape(len(found), 2)
        slow = (~is_busy(self.traffic)).astype(np.intp)[found.road]
        source = np.nan_to_num(as_energy(traffic_levels_db(self.traffic, REFERENCE_M)))
        energy = share[np.arange(len(found)), slow, None] * source[found.road]
        told = covered(lines, self.around.footprints)
        return Sound.of_pairs(found.receiver, found.road, energy, len(receivers), told)

    def _heard(self, lines: NDArray[np.object_], receivers: Receivers) -> Heard:
        air = float(absorption_db_km()[NOMINAL_HZ == _AIR_HZ][0])
        reach = self.reach.max_distance_m, self.reach.fineness

        def measured(new: NDArray[np.object_]) -> Heard:
            roads = OpenRoads(new, self.around.footprints, self.around.terrain)
            sights = Sights(self.around)
            shares = Shares(self.around, sights, roads, _source_m(), air, *reach)
            workers = workers_for(len(receivers))
            return heard_everywhere(shares, receivers.places, workers)

        setting = ("HJ 2.4", _source_m(), air, *reach)
        key = fingerprint(self.around, receivers.places, setting)
        return KEPT.heard(key, lines, measured)


def _source_m() -> float:
    return float(table("hj24_terms")["source"].columns["height_m"])
