"""Measured frames to what the fragments draw: tiles, tables and the map, as words and places.

Computes no figure: only positions in a small box and which words stand where. Links come in.
"""

from . import (
    attention,
    districts,
    evaluation,
    history,
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
    "history",
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
