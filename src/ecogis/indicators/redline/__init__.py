"""Ecological red lines and the zones around them."""

from typing import Any

from ecogis.indicator import Indicator
from ecogis.indicators.redline.redline_area import redline_area
from ecogis.indicators.redline.redline_no_net_loss import redline_no_net_loss
from ecogis.indicators.redline.redline_share import redline_share
from ecogis.indicators.redline.zone_partition_check import zone_partition_check

INDICATORS: tuple[Indicator[Any], ...] = (
    redline_share,
    redline_area,
    redline_no_net_loss,
    zone_partition_check,
)
