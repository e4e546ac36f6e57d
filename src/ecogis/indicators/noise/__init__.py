"""Noise zones along roads and railways."""

from typing import Any

from ecogis.indicator import Indicator

INDICATORS: tuple[Indicator[Any], ...] = ()
