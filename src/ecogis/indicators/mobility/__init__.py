"""Stops and the ways to them."""

from typing import Any

from ecogis.indicator import Indicator

INDICATORS: tuple[Indicator[Any], ...] = ()
