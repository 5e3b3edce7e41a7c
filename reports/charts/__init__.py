"""Measured frames to plotly figures, as JSON made safe for a script element. One house layout.

Computes nothing and translates nothing: names and texts come in as columns and arguments.
"""

from . import (
    lines,
    parts,
    ranges,
    rows,
    spread,
    stacks,
    staff,
)

__all__ = [
    "lines",
    "parts",
    "ranges",
    "rows",
    "spread",
    "stacks",
    "staff",
]
