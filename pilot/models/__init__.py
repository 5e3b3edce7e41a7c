"""What is reported and when: the programme, the returns and the milestones."""

from .cells import Value
from .indicators import Indicator, Target
from .milestones import Milestone, Progress, ProgressEvidence, Standing
from .programme import Period, Pilot, Theme
from .reminders import Reminder
from .submissions import Collision, StepRefused, Submission
from .told import Attachment, Comment, Evidence

__all__ = [
    "Attachment",
    "Collision",
    "Comment",
    "Evidence",
    "Indicator",
    "Milestone",
    "Period",
    "Pilot",
    "Progress",
    "ProgressEvidence",
    "Reminder",
    "Standing",
    "StepRefused",
    "Submission",
    "Target",
    "Theme",
    "Value",
]
