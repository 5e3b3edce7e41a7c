"""Measured frames to plotly figures, as JSON made safe for a script element. One house layout.

Computes nothing and translates nothing: names and texts come in as columns and arguments.
"""

from plotly.io import to_json

OURS, OURS_LIGHT, NEUTRAL, BRAND, MUTED = "#1f5f8b", "#a9c3d8", "#9aa3ab", "#9d1c20", "#c3c9ce"
FONT = {"family": "Be Vietnam Pro, system-ui, sans-serif", "size": 13, "color": "#1d2327"}
ROW = 28  # height of one bar with its air, in px
MOST_ROWS = 60
EDGE = "edge"  # a note in the right margin, which charts.js draws inside where there is no room

# What would end a script element or be read as markup, written so that JSON still means the same.
SAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "", "\u2029": ""})


def said(text):
    """Text that plotly shows as it is: it would take «<b>» in a name for its own markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def dots(rows, percent=False, lines=()):
    """Wards as dots on one scale, best on top, with a stem to the mean.

    For rates and scores, whose scale need not begin at zero. `rows` has columns name, text, value,
    mine, small (hollow: a denominator too small to rely on) and href; NaN is a row with its text
    alone. `lines` are (value, name, dash), the first of them the mean.
    """
    rows = _drawn(rows)
    there = rows[rows["value"].notna()]
    layout = _rows_layout(rows, percent, lines)
    layout["shapes"] += [
        {
            "type": "line",
            "x0": lines[0][0],
            "x1": row.value,
            "y0": row.Index,
            "y1": row.Index,
            "line": {"color": OURS_LIGHT, "width": 4},
            "layer": "below",
        }
        for row in (there.itertuples() if lines else ())
    ]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": _plain(there["value"]),
        "y": list(there.index),
        "text": list(there["name"] + ": " + there["text"]),
        "customdata": list(there["href"]),
        "marker": {**_marks(there), "size": 12},
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    return _json([trace], layout)


def bars(rows, lines=()):
    """Wards as bars from zero, best on top: for counts. `rows` and `lines` as for `dots`."""
    rows = _drawn(rows)
    there = rows[rows["value"].notna()]
    layout = _rows_layout(rows, False, lines)
    layout["xaxis"] |= {"rangemode": "tozero"}
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": _plain(there["value"]),
        "y": list(there.index),
        "text": list(there["name"] + ": " + there["text"]),
        "textposition": "none",
        "customdata": list(there["href"]),
        "marker": _marks(there),
        "width": 0.55,
        "hovertemplate": "%{text}<extra></extra>",
    }
    return _json([trace], layout)


def _drawn(rows):
    """The rows that find room, from the bottom up, with their texts made plain."""
    rows = rows.head(MOST_ROWS).iloc[::-1].reset_index(drop=True)
    return rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))


def _marks(rows):
    """Own ward in the brand's colour, small denominators hollow."""
    colours = [BRAND if mine else OURS for mine in rows["mine"]]
    fills = ["var(--card)" if small else c for small, c in zip(rows["small"], colours, strict=True)]
    return {"color": fills, "line": {"color": colours, "width": 2}}


def _rows_layout(rows, percent, lines):
    """One row for each ward: its name on the left, its figure in a column on the right."""
    top = 14 + 16 * len(lines)
    height = ROW * max(len(rows), 2) + 40 + top
    layout = _layout(height=height, margin={"l": 8, "r": 96, "t": top, "b": 36}, showlegend=False)
    layout["xaxis"] |= {"tickformat": ",.1~%" if percent else ",~f", "zeroline": False}
    layout["yaxis"] |= {
        "showgrid": False,
        "zeroline": False,
        "range": [-0.6, len(rows) - 0.4],
        "tickvals": list(rows.index),
        "ticktext": list(rows["name"]),
    }
    layout["shapes"] = [_line("x", value, "y", dash) for value, _name, dash in lines]
    # One name above the other, as two values may lie close together.
    layout["annotations"] = [
        _note(name, x=value, y=1, yref="paper", yanchor="bottom", yshift=16 * n)
        for n, (value, name, _dash) in enumerate(lines)
    ] + [
        _note(row.text, x=1.015, xref="paper", xanchor="left", y=row.Index, yanchor="middle")
        for row in rows.itertuples()
    ]
    return layout


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
            "name": said(line["name"]),
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
    layout = _layout(height=380, margin={"l": 8, "r": 96, "t": 44, "b": 44})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "automargin": True, "nticks": 13, "tickangle": 0}
    layout["yaxis"] |= {"automargin": True, "tickformat": ",.1~%" if percent else ",~f"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["hovermode"] = "closest"
    layout["shapes"], layout["annotations"] = [], []
    if target is not None:
        layout["shapes"].append(_line("y", target, "x"))
        note = _note(target_name, x=1.01, xref="paper", xanchor="left", y=target, yanchor="middle")
        layout["annotations"].append({**note, "name": EDGE})
    if start is not None:
        layout["shapes"].append(_line("x", start, "y", dash="solid"))
        note = _note(
            start_name, x=start, xanchor="left", xshift=4, y=1, yref="paper", yanchor="top"
        )
        layout["annotations"].append(note)
    return _json(traces, layout)


def themes(rows, ours_name, all_name):
    """A ward's share of each theme's points beside that of all wards.

    `rows` has columns name, ours, ours_text, all, all_text (shares 0 to 1, NaN for none), first on
    top.
    """
    rows = rows.iloc[::-1].assign(name=rows["name"].map(said))
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": said(ours_name),
        "y": list(rows["name"]),
        "x": _plain(rows["ours"]),
        "text": list(rows["ours_text"]),
        "textposition": "none",
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
    layout = _layout(height=40 * max(len(rows), 2) + 90, margin={"l": 8, "r": 72, "t": 40, "b": 36})
    layout["xaxis"] |= {"range": [0, 1.01], "tickformat": ",.0%"}
    layout["yaxis"] |= {"showgrid": False, "automargin": True}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["annotations"] = [
        _note(row.ours_text, x=1.015, xref="paper", xanchor="left", y=row.name, yanchor="middle")
        for row in rows.itertuples()
    ]
    return _json([bars, marks], layout)


def _layout(**more):
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
    """The figure as text. That plotly knows every word of it is proved by the tests, not each time."""
    return to_json({"data": traces, "layout": layout}, validate=False).translate(SAFE)
