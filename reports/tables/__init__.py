"""Measured frames to Sheets: one table for the screen, the CSV and the workbook.

Rates stand as percentages, with numerator and denominator beside them. Imports Django's
translation and nothing else of Django; computes nothing.
"""

from . import (
    districts,
    evaluation,
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
    "districts",
    "evaluation",
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
