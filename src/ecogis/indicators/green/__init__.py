"""Parks, green space and forest."""

from typing import Any

from ecogis.indicator import Indicator
from ecogis.indicators.green.angst import angst
from ecogis.indicators.green.forest_cover_rate import forest_cover_rate
from ecogis.indicators.green.green_space_share import green_space_share
from ecogis.indicators.green.green_supply_2sfca import green_supply_2sfca
from ecogis.indicators.green.park_access_on_foot import park_access_on_foot
from ecogis.indicators.green.park_blind_zones import park_blind_zones
from ecogis.indicators.green.park_green_per_capita import park_green_per_capita
from ecogis.indicators.green.park_service_coverage import park_service_coverage
from ecogis.indicators.green.rule_3_30_300 import rule_3_30_300
from ecogis.indicators.green.sdg_11_7_1 import sdg_11_7_1
from ecogis.indicators.green.tree_green_rate import tree_green_rate
from ecogis.indicators.green.who_green_access import who_green_access

INDICATORS: tuple[Indicator[Any], ...] = (
    park_service_coverage,
    park_access_on_foot,
    park_blind_zones,
    park_green_per_capita,
    green_space_share,
    forest_cover_rate,
    tree_green_rate,
    green_supply_2sfca,
    who_green_access,
    angst,
    rule_3_30_300,
    sdg_11_7_1,
)
