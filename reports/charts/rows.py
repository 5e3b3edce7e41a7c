"""One row for each ward or theme: dots, bars."""

from .parts import (
    BRAND,
    FONT,
    NEUTRAL,
    OURS,
    OURS_SOFT,
    across,
    figure,
    house,
    note,
    plain,
    said,
    stem,
)

ROW = 28  # height of one bar with its air, in px

MOST_ROWS = 60


def dots(rows, percent=False, lines=(), column=""):
    """Wards as dots on one scale, best on top, with a stem to the mean.

    For rates and scores, whose scale need not begin at zero. `rows` has columns name, text, value,
    mine, small (hollow: a denominator too small to rely on) and href; NaN is a row with its text
    alone. With columns above and below (how far an interval reaches beyond the value; NaN for none)
    whiskers take the place of the stems; with then and then_text a stroke says where a ward stood
    before. `lines` are (value, name, dash), the first of them the mean.
    `column` stands above the texts.
    """
    rows = _drawn(rows)
    there = rows[rows["value"].notna()]
    whiskers = "above" in rows
    layout = _rows_layout(rows, percent, lines)
    if column:
        head = note(column, x=1.015, xref="paper", xanchor="left", y=1, yref="paper")
        layout["annotations"].append({**head, "yanchor": "bottom"})
    layout["shapes"] += [
        stem(row.Index, lines[0][0], row.value)
        for row in (there.itertuples() if lines and not whiskers else ())
    ]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": plain(there["value"]),
        "y": list(there.index),
        "text": list(there["name"] + ": " + there["text"]),
        "customdata": list(there["href"]),
        "marker": {**marks(there), "size": 12},
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    if whiskers:
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": plain(there["above"]),
            "arrayminus": plain(there["below"]),
            "color": OURS_SOFT,
            "thickness": 3,
            "width": 0,
        }
    return figure([*_then(rows), trace], layout)


def _then(rows):
    """Strokes where the column then (NaN for none) says that the wards stood before."""
    if "then" not in rows:
        return []
    there = rows[rows["then"].notna()]
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": plain(there["then"]),
            "y": list(there.index),
            "marker": {
                "symbol": "line-ns-open",
                "size": 16,
                "color": NEUTRAL,
                "line": {"width": 3},
            },
            "text": list(there["name"] + ": " + there["then_text"]),
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def bars(rows, lines=()):
    """Wards as bars from zero, best on top: for counts. `rows` and `lines` as for `dots`."""
    rows = _drawn(rows)
    there = rows[rows["value"].notna()]
    layout = _rows_layout(rows, False, lines)
    layout["xaxis"] |= {"rangemode": "tozero"}
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": plain(there["value"]),
        "y": list(there.index),
        "text": list(there["name"] + ": " + there["text"]),
        "textposition": "none",
        "customdata": list(there["href"]),
        "marker": marks(there),
        "width": 0.55,
        "hovertemplate": "%{text}<extra></extra>",
    }
    return figure([trace, *_then(rows)], layout)


def _drawn(rows):
    """The rows that find room, from the bottom up, with their texts made plain."""
    rows = rows.head(MOST_ROWS).iloc[::-1].reset_index(drop=True)
    return rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))


def marks(rows):
    """Own ward in the brand's colour, small denominators hollow."""
    colours = [BRAND if mine else OURS for mine in rows["mine"]]
    fills = ["var(--card)" if small else c for small, c in zip(rows["small"], colours, strict=True)]
    return {"color": fills, "line": {"color": colours, "width": 2}}


def _rows_layout(rows, percent, lines):
    """One row for each ward: its name on the left, its figure in a column on the right."""
    top = 14 + 16 * len(lines)
    height = ROW * max(len(rows), 2) + 40 + top
    layout = house(height=height, margin={"l": 8, "r": 108, "t": top, "b": 36}, showlegend=False)
    layout["xaxis"] |= {"tickformat": ",.1~%" if percent else ",~f", "zeroline": False}
    layout["yaxis"] |= {
        "showgrid": False,
        "zeroline": False,
        "range": [-0.6, len(rows) - 0.4],
        "tickvals": list(rows.index),
        "ticktext": list(rows["name"]),
    }
    layout["shapes"] = [across("x", value, "y", dash) for value, _name, dash in lines]
    # One name above the other, as two values may lie close together.
    layout["annotations"] = [
        note(name, x=value, y=1, yref="paper", yanchor="bottom", yshift=16 * n)
        for n, (value, name, _dash) in enumerate(lines)
    ] + [
        note(row.text, x=1.015, xref="paper", xanchor="left", y=row.Index, yanchor="middle")
        for row in rows.itertuples()
    ]
    return layout


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
        "x": plain(rows["ours"]),
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
        "x": plain(rows["all"]),
        "text": list(rows["all_text"]),
        "marker": {"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": FONT["color"]}},
        "hovertemplate": "%{y} · %{fullData.name}: %{text}<extra></extra>",
    }
    layout = house(height=40 * max(len(rows), 2) + 90, margin={"l": 8, "r": 72, "t": 40, "b": 36})
    layout["xaxis"] |= {"range": [0, 1.01], "tickformat": ",.0%"}
    layout["yaxis"] |= {"showgrid": False, "automargin": True}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["annotations"] = [
        note(row.ours_text, x=1.015, xref="paper", xanchor="left", y=row.name, yanchor="middle")
        for row in rows.itertuples()
    ]
    return figure([bars, marks], layout)
