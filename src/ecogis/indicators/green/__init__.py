"""Parks, green space and forest."""

from typing import Any

from ecogis.indicator import Indicator

INDICATORS: tuple[Indicator[Any], ...] = ()
