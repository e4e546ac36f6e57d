"""Noise zones along roads and railways."""

from typing import Any

from ecogis.indicator import Indicator
from ecogis.indicators.noise.noise_zones_4a import noise_zones_4a

INDICATORS: tuple[Indicator[Any], ...] = (noise_zones_4a,)
