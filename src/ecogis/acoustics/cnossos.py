"""CNOSSOS-EU as an engine of noise maps: what roads bring to many receivers."""

from functools import cached_property

import numpy as np

from ecogis.acoustics.bands import A_WEIGHTS, PERIODS, Floats, as_energy
from ecogis.acoustics.emission import caveats, line_power_db
from ecogis.acoustics.engine import Engine
from ecogis.acoustics.octaves import BANDS
from ecogis.acoustics.sound import Sound, workers_for
from ecogis.acoustics.transfer import Transfer, levels_db, transfer
from ecogis.document import Text
from ecogis.spatial.receivers import Receivers

_METHOD = Text(
    en="road noise alone, by CNOSSOS-EU (2021), air of 10 °C and 70 %",
    zh="仅计道路交通噪声：CNOSSOS-EU（2021），气温 10 °C、湿度 70%",
)
_NO_LATERAL = Text(
    en="sound goes over obstacles, not round them",
    zh="仅计越过障碍物的传播，不计侧向绕射",
)
_NO_REFLECTIONS = Text(
    en="no reflections from walls, which may add some dB between them",
    zh="不计墙面反射；两侧建筑之间实际声级可能高数分贝",
)


class Cnossos(Engine):
    """CNOSSOS-EU of 2021."""

    @cached_property
    def power_db(self) -> Floats:
        """Of a metre of each road: (roads, 3, 8); NaN is unknown and left out."""
        return line_power_db(self.traffic)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What the method is, and where it is stretched."""
        around = () if self.reach.lateral else (_NO_LATERAL,)
        by_walls = () if self.reach.reflections else (_NO_REFLECTIONS,)
        return (_METHOD, *around, *by_walls, *caveats(self.traffic))

    def _at(self, receivers: Receivers) -> Sound:
        found = self._transferred(receivers)
        made = np.nan_to_num(as_energy(self.power_db + np.array(A_WEIGHTS)))
        energy = np.zeros((len(found.receiver), len(PERIODS)))
        for period, often in enumerate(self.reach.favourable_share):
            for band in range(BANDS):
                arrived = (1 - often) * found.homogeneous[:, band]
                arrived += often * found.favourable[:, band]
                energy[:, period] += arrived * made[found.road, period, band]
        pairs = found.receiver, found.road, energy
        return Sound.of_pairs(*pairs, found.receivers, found.notes)

    def octaves_db(self, receivers: Receivers) -> Floats:
        """Return levels by period and octave: (receivers, 3, 8), not A-weighted."""
        often = self.reach.favourable_share
        return levels_db(
            self._transferred(receivers), self.power_db, favourable_share=often
        )

    def _transferred(self, receivers: Receivers) -> Transfer:
        return transfer(
            self.around,
            receivers,
            self.roads,
            max_distance_m=self.reach.max_distance_m,
            fineness=self.reach.fineness,
            lateral=self.reach.lateral,
            reflections=int(self.reach.reflections),
            workers=workers_for(len(receivers)),
        )
