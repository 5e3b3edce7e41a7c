"""Measured frames to the sentence that says what they show, in the language of the page.

A chart without a sentence leaves the hall to guess. Imports Django's translation and nothing else
of Django; computes nothing but which is the highest and the lowest.
"""

from . import (
    attention,
    districts,
    evaluation,
    flags,
    forecast,
    indicator,
    origin,
    overview,
    parts,
    quality,
    schedule,
    staff,
    theme,
    ward,
)

__all__ = [
    "attention",
    "districts",
    "evaluation",
    "flags",
    "forecast",
    "indicator",
    "origin",
    "overview",
    "parts",
    "quality",
    "schedule",
    "staff",
    "theme",
    "ward",
]
