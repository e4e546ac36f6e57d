"""Noise: zones, measured levels, and what stands in the first row."""

from typing import Any

from ecogis.indicator import Indicator
from ecogis.indicators.noise.area_noise_mean import area_noise_mean
from ecogis.indicators.noise.construction_noise_monitor import (
    construction_noise_monitor,
)
from ecogis.indicators.noise.first_row_sensitive import first_row_sensitive
from ecogis.indicators.noise.noise_exposure import noise_exposure
from ecogis.indicators.noise.noise_zone_compliance import noise_zone_compliance
from ecogis.indicators.noise.noise_zones_4a import noise_zones_4a
from ecogis.indicators.noise.road_crosses_sensitive import road_crosses_sensitive
from ecogis.indicators.noise.road_noise_mean import road_noise_mean

INDICATORS: tuple[Indicator[Any], ...] = (
    noise_zones_4a,
    noise_exposure,
    noise_zone_compliance,
    area_noise_mean,
    road_noise_mean,
    first_row_sensitive,
    road_crosses_sensitive,
    construction_noise_monitor,
)
