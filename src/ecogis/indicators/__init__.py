"""Every indicator that ecogis knows, by name. Listed, not scanned."""

from typing import Any

from ecogis.errors import PlanError, nearest
from ecogis.indicator import Indicator
from ecogis.indicators import green, mobility, noise, redline

THEMES = (green, redline, mobility, noise)
INDICATORS: dict[str, Indicator[Any]] = {
    found.name: found for theme in THEMES for found in theme.INDICATORS
}


def find(name: str) -> Indicator[Any]:
    """Return an indicator; an unknown one is a PlanError that names the nearest."""
    if name not in INDICATORS:
        msg = f"unknown indicator {name!r}{nearest(name, INDICATORS)}"
        raise PlanError(msg)
    return INDICATORS[name]
