"""Figures with the room that chance leaves them: intervals, ranges of ranks, a break in a series."""

from .parts import BRAND, NEUTRAL, OURS, across, figure, house, note, plain, said
from .rows import MOST_ROWS, ROW

# A verdict has a colour and a shape; unsure and plain are hollow.
LOOKS = {
    "better": {"color": "#2c6e49", "symbol": "triangle-right"},
    "worse": {"color": "#9b2242", "symbol": "triangle-left"},
    "unsure": {"color": "#7d8791", "symbol": "circle-open"},
    "plain": {"color": "#7d8791", "symbol": "diamond-open"},
}
# Themes side by side in one bar: tones of our two colours and greys, told apart in print too.
TONES = ["#1f5f8b", "#8fb3cd", "#9d1c20", "#e0ac44", "#2c6e49", "#7d8791", "#1d2327", "#c3c9ce"]


def forest(rows, zero_name):
    """Changes as marks with their intervals, around the line of no change.

    `rows` has columns name, text, value, low, high (shares; NaN for no interval), verdict (a key of
    LOOKS) and href, first on top.
    """
    rows = rows.head(MOST_ROWS).iloc[::-1].reset_index(drop=True)
    rows = rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))
    layout = _rows(rows)
    layout["xaxis"] |= {"tickformat": "+,.0%", "zeroline": False}
    layout["shapes"] = [across("x", 0, "y", dash="solid")]
    layout["annotations"].append(note(zero_name, x=0, y=1, yref="paper", yanchor="bottom"))
    looks = [LOOKS[each] for each in rows["verdict"]]
    trace = _whiskers(rows, [each["color"] for each in looks])
    trace["marker"] |= {"symbol": [each["symbol"] for each in looks], "size": 11}
    return figure([trace], layout)


def ranks(rows):
    """Wards by rank with the range of the rank, first on top; groups parted by lines.

    `rows` has columns name, text, value, low, high, group, mine, href; NaN is a row with its text
    alone.
    """
    rows = rows.head(MOST_ROWS).iloc[::-1].reset_index(drop=True)
    rows = rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))
    layout = _rows(rows)
    last = rows["value"].count()
    layout["xaxis"] |= {"range": [0.5, last + 0.5], "dtick": max(1, last // 10), "zeroline": False}
    groups = rows["group"].tolist()
    borders = [n for n in range(1, len(rows)) if groups[n] != groups[n - 1] == groups[n - 1]]
    layout["shapes"] = [across("y", n - 0.5, "x", dash="dot") for n in borders]
    there = rows[rows["value"].notna()]
    trace = _whiskers(there, [BRAND if mine else OURS for mine in there["mine"]])
    trace["marker"] |= {"size": 11}
    return figure([trace], layout)


def _rows(rows):
    height = ROW * max(len(rows), 2) + 72
    layout = house(height=height, margin={"l": 8, "r": 96, "t": 24, "b": 36}, showlegend=False)
    layout["yaxis"] |= {
        "showgrid": False,
        "zeroline": False,
        "range": [-0.6, len(rows) - 0.4],
        "tickvals": list(rows.index),
        "ticktext": list(rows["name"]),
    }
    layout["annotations"] = [
        note(row.text, x=1.015, xref="paper", xanchor="left", y=row.Index, yanchor="middle")
        for row in rows.itertuples()
    ]
    return layout


def _whiskers(rows, colours):
    """Marks with asymmetric bars; a row without an interval has none."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": plain(rows["value"]),
        "y": list(rows.index),
        "text": list(rows["name"] + ": " + rows["text"]),
        "customdata": list(rows["href"]),
        "marker": {"color": colours, "line": {"color": colours, "width": 2}},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": plain((rows["high"] - rows["value"]).fillna(0)),
            "arrayminus": plain((rows["value"] - rows["low"]).fillna(0)),
            "color": "#8fb3cd",
            "thickness": 3,
            "width": 0,
        },
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def stacked(rows, themes):
    """The points of each theme in one bar for each ward, best on top.

    `rows` is a dict with names, href, totals (texts) and by theme points and text; `themes` are the
    names of the themes.
    """
    places = list(range(len(rows["names"])))[::-1][:MOST_ROWS]
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": said(themes[theme]),
            "x": rows["points"][theme],
            "y": places,
            "text": rows["text"][theme],
            "textposition": "none",
            "customdata": rows["href"],
            "marker": {
                "color": TONES[n % len(TONES)],
                "line": {"color": "var(--card)", "width": 1},
            },
            "width": 0.62,
            "hovertemplate": "%{fullData.name}: %{text}<extra></extra>",
        }
        for n, theme in enumerate(rows["points"])
    ]
    height = ROW * max(len(places), 2) + 110
    layout = house(height=height, margin={"l": 8, "r": 60, "t": 64, "b": 36}, barmode="stack")
    layout["xaxis"] |= {"rangemode": "tozero", "zeroline": False}
    layout["yaxis"] |= {
        "showgrid": False,
        "tickvals": places,
        "ticktext": [said(each) for each in rows["names"]],
    }
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"}
    layout["annotations"] = [
        note(text, x=1.015, xref="paper", xanchor="left", y=place, yanchor="middle")
        for place, text in zip(places, rows["totals"], strict=False)
    ]
    return figure(traces, layout)


def broken(drawn, percent, start, start_name):
    """A series with a line before and a line since a day, and where the first would have led.

    `drawn` has ticks, values, text, fitted, expected (None for a gap) and names of the three.
    """
    ticks, names = drawn["ticks"], {key: said(each) for key, each in drawn["names"].items()}
    dots = {"mode": "markers", "marker": {"color": OURS, "size": 7}, "text": drawn["text"]}
    looks = {
        "values": dots | {"hovertemplate": "%{x}: %{text}<extra></extra>"},
        "fitted": {"mode": "lines", "line": {"color": OURS, "width": 2.5}, "hoverinfo": "skip"},
        "expected": {
            "mode": "lines",
            "line": {"color": NEUTRAL, "width": 2, "dash": "dash"},
            "hoverinfo": "skip",
        },
    }
    traces = [
        {"type": "scatter", "name": names[key], "x": ticks, "y": drawn[key], "connectgaps": False}
        | look
        for key, look in looks.items()
        if any(each is not None for each in drawn[key])
    ]
    layout = house(height=340, margin={"l": 8, "r": 16, "t": 44, "b": 44})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "automargin": True, "nticks": 13, "tickangle": 0}
    layout["yaxis"] |= {"automargin": True, "tickformat": ",.1~%" if percent else ",~f"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    if start is not None:
        layout["shapes"] = [across("x", start, "y", dash="solid")]
        named = note(
            said(start_name), x=start, xanchor="left", xshift=4, y=1, yref="paper", yanchor="top"
        )
        layout["annotations"] = [named]
    return figure(traces, layout)
