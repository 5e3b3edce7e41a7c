"""Measured frames to plotly figures, as JSON made safe for a script element. One house layout.

Computes nothing and translates nothing: names and texts come in as columns and arguments.
"""

import plotly.graph_objects as go

OURS, OURS_LIGHT, NEUTRAL, BRAND, MUTED = "#1f5f8b", "#a9c3d8", "#9aa3ab", "#9d1c20", "#c3c9ce"
FONT = {"family": "Be Vietnam Pro, system-ui, sans-serif", "size": 13, "color": "#1d2327"}
ROW = 28  # height of one bar with its air, in px
MOST_ROWS = 60

# What would end a script element or be read as markup, written so that JSON still means the same.
SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "", "\u2029": ""})


def ranking(rows, axis, mean=None, mean_name=""):
    """Horizontal dots from highest to lowest.

    `rows` has columns name, text, value, mine, with NaN for who has none (drawn as an empty row),
    best first. `mean` draws a dashed line.
    """
    rows = rows.head(MOST_ROWS).iloc[::-1]
    there = rows[rows["value"].notna()]
    low = there["value"].min() if len(there) else 0
    pad = (there["value"].max() - low) * 0.06 if len(there) > 1 else 1
    stems = {
        "type": "bar",
        "orientation": "h",
        "y": list(there["name"]),
        "x": list(there["value"] - low + pad),
        "base": low - pad,
        "width": 0.16,
        "marker": {"color": [OURS_LIGHT if not mine else OURS for mine in there["mine"]]},
        "hoverinfo": "skip",
    }
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "y": list(there["name"]),
        "x": list(there["value"]),
        "text": list(there["text"]),
        "textposition": "middle right",
        "marker": {"size": 11, "color": [BRAND if mine else OURS for mine in there["mine"]]},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
        "cliponaxis": False,
    }
    layout = _layout(
        height=ROW * max(len(rows), 2) + 70, margin={"l": 8, "r": 56, "t": 26, "b": 40}
    )
    layout["xaxis"] |= {"title": {"text": axis}, "zeroline": False}
    layout["yaxis"] |= {"categoryorder": "array", "categoryarray": list(rows["name"])}
    layout["yaxis"] |= {"showgrid": False, "automargin": True, "range": [-0.6, len(rows) - 0.4]}
    if mean is not None:
        layout["shapes"] = [_line("x", mean, "y")]
        layout["annotations"] = [_note(mean_name, x=mean, y=1, yref="paper", yanchor="bottom")]
    return _json([stems, dots], layout)


def trend(lines, ticks, percent, target=None, target_name="", start=None, start_name=""):
    """Lines over time; a period without a figure is a gap, never a zero.

    `lines` are dicts with name, x, y (None for a gap), text, rank ("main", "mine" or "other"),
    drawn in that order from back to front. `ticks` are (dates, labels). `start` draws where the
    pilot began.
    """
    looks = {
        "other": {"line": {"color": MUTED, "width": 1.2}, "marker": {"size": 3}},
        "mine": {"line": {"color": BRAND, "width": 2.5}, "marker": {"size": 6}},
        "main": {"line": {"color": OURS, "width": 3}, "marker": {"size": 7}},
    }
    order = ["other", "mine", "main"]
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": line["name"],
            "x": line["x"],
            "y": line["y"],
            "text": line["text"],
            "connectgaps": False,
            "hovertemplate": "%{fullData.name} · %{x}: %{text}<extra></extra>",
            "showlegend": line["rank"] != "other",
            **looks[line["rank"]],
        }
        for line in sorted(lines, key=lambda line: order.index(line["rank"]))
    ]
    layout = _layout(height=380, margin={"l": 8, "r": 12, "t": 44, "b": 44})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "automargin": True, "nticks": 13, "tickangle": 0}
    layout["yaxis"] |= {"automargin": True, "tickformat": ",.1%" if percent else ",~f"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["hovermode"] = "closest"
    layout["shapes"], layout["annotations"] = [], []
    if target is not None:
        layout["shapes"].append(_line("y", target, "x"))
        note = _note(target_name, x=1, xref="paper", xanchor="right", y=target, yanchor="bottom")
        layout["annotations"].append(note)
    if start is not None:
        layout["shapes"].append(_line("x", start, "y", dash="solid"))
        note = _note(start_name, x=start, xanchor="left", y=1, yref="paper", yanchor="top")
        layout["annotations"].append(note)
    return _json(traces, layout)


def bars(rows, axis, percent, target=None, target_name="", mean=None, mean_name=""):
    """Horizontal bars of one indicator by ward, best first.

    `rows` has columns name, text, value, mine and small (a denominator too small to rely on, drawn
    hollow); NaN is an empty row with its text.
    """
    rows = rows.head(MOST_ROWS).iloc[::-1]
    colours = [BRAND if mine else OURS for mine in rows["mine"]]
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(rows["name"]),
        "x": _plain(rows["value"].fillna(0)),
        "text": list(rows["text"]),
        "textposition": "outside",
        "cliponaxis": False,
        "width": 0.55,
        "marker": {
            "color": [
                "rgba(0,0,0,0)" if small else colour
                for small, colour in zip(rows["small"], colours, strict=True)
            ],
            "line": {"color": colours, "width": 1.5},
        },
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    layout = _layout(
        height=ROW * max(len(rows), 2) + 80, margin={"l": 8, "r": 90, "t": 26, "b": 40}
    )
    layout["xaxis"] |= {"title": {"text": axis}, "tickformat": ",.0%" if percent else ",~f"}
    layout["xaxis"] |= {"rangemode": "tozero"}
    layout["yaxis"] |= {"showgrid": False, "automargin": True, "type": "category"}
    layout["shapes"], layout["annotations"] = [], []
    for value, name in ((mean, mean_name), (target, target_name)):
        if value is not None:
            layout["shapes"].append(_line("x", value, "y"))
            note = _note(name, x=value, y=1, yref="paper", yanchor="bottom")
            layout["annotations"].append(note)
    return _json([trace], layout)


def themes(rows, ours_name, all_name):
    """A ward's share of each theme's points beside that of all wards.

    `rows` has columns name, ours, ours_text, all, all_text (shares 0 to 1, NaN for none), first on
    top.
    """
    rows = rows.iloc[::-1]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": ours_name,
        "y": list(rows["name"]),
        "x": _plain(rows["ours"]),
        "text": list(rows["ours_text"]),
        "textposition": "outside",
        "cliponaxis": False,
        "width": 0.5,
        "marker": {"color": OURS},
        "hovertemplate": "%{y} · %{fullData.name}: %{text}<extra></extra>",
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": all_name,
        "y": list(rows["name"]),
        "x": _plain(rows["all"]),
        "text": list(rows["all_text"]),
        "marker": {"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": FONT["color"]}},
        "hovertemplate": "%{y} · %{fullData.name}: %{text}<extra></extra>",
    }
    layout = _layout(height=40 * max(len(rows), 2) + 90, margin={"l": 8, "r": 48, "t": 40, "b": 36})
    layout["xaxis"] |= {"range": [0, 1.04], "tickformat": ",.0%"}
    layout["yaxis"] |= {"showgrid": False, "automargin": True}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return _json([bars, marks], layout)


def _layout(**more):
    """The house layout: quiet grid, our typeface, transparent ground, no plotly template."""
    axis = {"gridcolor": "#e2e4e7", "zerolinecolor": "#e2e4e7", "ticklabelstandoff": 6}
    return {
        "template": "none",
        "font": FONT,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": True if "legend" in more else None,
        "xaxis": {**axis, "fixedrange": True},
        "yaxis": {**axis, "fixedrange": True},
        "hoverlabel": {"font": {"family": FONT["family"]}},
        **more,
    }


def _line(axis, at, across, dash="dash"):
    """A thin line at a value of one axis, over the whole of the other."""
    return {
        "type": "line",
        f"{axis}0": at,
        f"{axis}1": at,
        f"{across}0": 0,
        f"{across}1": 1,
        f"{across}ref": "paper",
        "line": {"color": NEUTRAL, "width": 1.5, "dash": dash},
        "layer": "below",
    }


def _note(text, **where):
    return {"text": text, "showarrow": False, "font": {"size": 12, "color": "#55606a"}, **where}


def _plain(series):
    """Numbers for JSON, None for NaN."""
    return [None if value != value else float(value) for value in series]


def _json(traces, layout):
    return go.Figure({"data": traces, "layout": layout}).to_json().translate(SAFE)
