"""Spatial indicators of ecological plans, held against targets and drawn on maps."""

from ecogis.area import StudyArea as StudyArea
from ecogis.breakdown import break_down as break_down
from ecogis.errors import EcogisError as EcogisError
from ecogis.indicator import Indicator as Indicator
from ecogis.indicator import Result as Result
from ecogis.indicator import indicator as indicator
from ecogis.layer import Catalogue as Catalogue
from ecogis.outputs.folium_map import draw as draw
from ecogis.plan import read_plan as read_plan
from ecogis.run import run as run
from ecogis.scorecard import Scorecard as Scorecard
from ecogis.style import Styles as Styles
from ecogis.workbench import hold as hold
from ecogis.workbench import read_layer as read_layer
from ecogis.workbench import study_area as study_area
from ecogis.workspace import Workspace as Workspace

__all__ = [
    "Catalogue",
    "EcogisError",
    "Indicator",
    "Result",
    "Scorecard",
    "StudyArea",
    "Styles",
    "Workspace",
    "break_down",
    "draw",
    "hold",
    "indicator",
    "read_layer",
    "read_plan",
    "run",
    "study_area",
]
