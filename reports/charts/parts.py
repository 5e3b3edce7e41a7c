"""The house layout, its colours, and how a figure is made safe for a page."""

from plotly.io import to_json

OURS, OURS_LIGHT, NEUTRAL, BRAND, MUTED = "#1f5f8b", "#a9c3d8", "#9aa3ab", "#9d1c20", "#c3c9ce"
OURS_SOFT, OURS_TINT = "#8fb3cd", "#e6eff5"

FONT = {"family": "Be Vietnam Pro, system-ui, sans-serif", "size": 13, "color": "#1d2327"}

EDGE = "edge"  # a note in the right margin, which charts.js draws inside where there is no room

# What would end a script element or be read as markup, written so that JSON still means the same.
SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "", "\u2029": ""})


def said(text):
    """Text that plotly shows as it is: it would take «<b>» in a name for its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def house(**more):
    """The house layout: quiet grid, our typeface, transparent ground, no plotly template."""
    axis = {"gridcolor": "#e2e4e7", "zerolinecolor": "#e2e4e7", "ticklabelstandoff": 6}
    return {
        "template": "none",
        "font": FONT,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, "fixedrange": True},
        "yaxis": {**axis, "fixedrange": True},
        "hoverlabel": {"font": {"family": FONT["family"]}},
        **more,
    }


def across(axis, at, other, dash="dash"):
    """A thin line at a value of one axis, over the whole of the other."""
    return {
        "type": "line",
        f"{axis}0": at,
        f"{axis}1": at,
        f"{other}0": 0,
        f"{other}1": 1,
        f"{other}ref": "paper",
        "line": {"color": NEUTRAL, "width": 1.5, "dash": dash},
        "layer": "below",
    }


def stem(row, start, end):
    """A soft stroke along a row of a chart from one value to another, behind its dots."""
    line = {"color": OURS_LIGHT, "width": 4}
    ends = {"x0": start, "x1": end, "y0": row, "y1": row}
    return {"type": "line", **ends, "line": line, "layer": "below"}


def note(text, **where):
    return {"text": text, "showarrow": False, "font": {"size": 12, "color": "#55606a"}, **where}


def plain(series):
    """Numbers for JSON, None for NaN."""
    return [None if value != value else float(value) for value in series]


def figure(traces, layout):
    """The figure as text. That plotly knows every word of it is proved by the tests, not each time."""
    return to_json({"data": traces, "layout": layout}, validate=False).translate(SAFE)
