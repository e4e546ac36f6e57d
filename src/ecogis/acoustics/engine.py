"""What is an engine of noise maps?"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from geopandas import GeoDataFrame

from ecogis.acoustics.sound import Sound, heard_in_batches
from ecogis.acoustics.traffic import Traffic
from ecogis.acoustics.transfer import must_be_open
from ecogis.document import Text
from ecogis.spatial.receivers import Receivers
from ecogis.spatial.surroundings import Surroundings


@dataclass(frozen=True)
class Reach:
    """
    How sound is followed.

    Parameters
    ----------
    max_distance_m
        How far.
    favourable_share
        How often rays bend down by day, evening and night; CNOSSOS-EU alone.
    reflections
        By one wall too, near receivers; CNOSSOS-EU alone.
    lateral
        Round obstacles too, near receivers; CNOSSOS-EU alone.
    fineness
        Pieces of road are at most so many times as long as they are far away.
    """

    max_distance_m: float
    favourable_share: tuple[float, float, float] = (0.5, 0.75, 1.0)
    reflections: bool = False
    lateral: bool = False
    fineness: float = 0.25


@dataclass(frozen=True, eq=False)
class Engine(ABC):
    """
    Roads, what drives on them, what lies about them, and a way to hear them.

    Parameters
    ----------
    around
        What sound runs through.
    roads
        Lines.
    traffic
        Of each road.
    reach
        How far and how.
    """

    around: Surroundings
    roads: GeoDataFrame
    traffic: Traffic
    reach: Reach

    @property
    @abstractmethod
    def notes(self) -> tuple[Text, ...]:
        """What the method is, and what a reader of its levels has to know."""

    def at(self, receivers: Receivers) -> Sound:
        """
        Return what receivers hear.

        Where only the traffic of roads changes, what lies between is not computed
        again.

        Raises
        ------
        LayerError
            A road that is no line; a receiver under the ground or inside a building.
        """
        must_be_open(self.around, receivers.places)
        return heard_in_batches(receivers, self._at)

    @abstractmethod
    def _at(self, receivers: Receivers) -> Sound:
        """Return what a batch of receivers hears."""
