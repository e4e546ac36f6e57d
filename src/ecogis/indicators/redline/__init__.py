"""Ecological red lines and the zones around them."""

from typing import Any

from ecogis.indicator import Indicator

INDICATORS: tuple[Indicator[Any], ...] = ()
