"""Stops and the ways to them."""

from typing import Any

from ecogis.indicator import Indicator
from ecogis.indicators.mobility.stop_access_on_foot import stop_access_on_foot
from ecogis.indicators.mobility.stop_coverage import stop_coverage

INDICATORS: tuple[Indicator[Any], ...] = (stop_coverage, stop_access_on_foot)
