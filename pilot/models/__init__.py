"""What is reported and when: the programme, the returns and the milestones."""

from .milestones import Milestone, Progress
from .programme import Indicator, Period, Pilot, Target, Theme
from .submissions import Evidence, Submission, Value

__all__ = [
    "Evidence",
    "Indicator",
    "Milestone",
    "Period",
    "Pilot",
    "Progress",
    "Submission",
    "Target",
    "Theme",
    "Value",
]
