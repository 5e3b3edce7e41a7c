"""Posts against people, before and after, ages by sex, posts filled beside results."""

from .parts import (
    BRAND,
    EDGE,
    FONT,
    NEUTRAL,
    OURS,
    across,
    figure,
    house,
    note,
    plain,
    said,
    stem,
)
from .rows import MOST_ROWS, ROW


def posts(rows, filled_name, posts_name):
    """Bars of people with a mark where the posts are, first row on top.

    `rows` has columns name, filled, posts, text, mine and href.
    """
    rows = _upwards(rows)
    colours = [BRAND if mine else OURS for mine in rows["mine"]]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": filled_name,
        "x": plain(rows["filled"]),
        "y": list(rows.index),
        "text": list(rows["name"] + ": " + rows["text"]),
        "textposition": "none",
        "customdata": list(rows["href"]),
        "marker": {"color": colours},
        "width": 0.5,
        "hovertemplate": "%{text}<extra></extra>",
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "name": posts_name,
        "x": plain(rows["posts"]),
        "y": list(rows.index),
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": FONT["color"]}},
        "hoverinfo": "skip",
    }
    layout = _rows(rows)
    layout["xaxis"] |= {"rangemode": "tozero", "tickformat": ",~f"}
    return figure([bars, marks], layout)


def moves(rows, before_name, now_name, lines=()):
    """Each ward's people before and now, an open and a full dot; `lines` are (figure, name).

    `rows` has columns name, before, now, text, mine and href; NaN where there was no roster.
    """
    rows = _upwards(rows)
    layout = _rows(rows, 16 * len(lines))
    layout["shapes"] = [across("x", value, "y", "dot") for value, _name in lines]
    layout["annotations"] += [
        note(said(name), x=value, y=1, yref="paper", yanchor="bottom", yshift=4 + 16 * n)
        for n, (value, name) in enumerate(lines)
    ]
    layout["legend"] = {"orientation": "h", "x": 0, "y": 0, "yref": "container"}
    layout["legend"] |= {"yanchor": "bottom"}
    layout["margin"] |= {"b": 64}
    both = rows.dropna(subset=["before", "now"])
    layout["shapes"] += [stem(row.Index, row.before, row.now) for row in both.itertuples()]
    ends = [*rows["before"].dropna(), *rows["now"].dropna(), *(value for value, _name in lines)]
    layout["xaxis"] |= {"zeroline": False, "tickformat": ",~f"}
    layout["xaxis"] |= {"range": [min(ends, default=0) - 1, max(ends, default=0) + 1]}
    looks = [
        ("before", before_name, {"color": "var(--card)", "line": {"color": NEUTRAL, "width": 2}}),
        ("now", now_name, {"color": [BRAND if mine else OURS for mine in rows["mine"]]}),
    ]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": said(name),
            "x": plain(rows[column]),
            "y": list(rows.index),
            "text": list(rows["name"] + ": " + rows["text"]),
            "customdata": list(rows["href"]),
            "marker": {**look, "size": 12},
            "hovertemplate": "%{text}<extra></extra>",
            "cliponaxis": False,
        }
        for column, name, look in looks
    ]
    return figure(traces, layout)


def _upwards(rows):
    """The rows that find room, from the bottom up, with their texts made plain."""
    rows = rows.head(MOST_ROWS).iloc[::-1].reset_index(drop=True)
    return rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))


def _rows(rows, above=0):
    """One row for each ward or position: its name on the left, its figures on the right."""
    margin = {"l": 8, "r": 84, "t": 36 + above, "b": 36}
    layout = house(height=ROW * max(len(rows), 2) + 96 + above, margin=margin)
    layout["yaxis"] |= {
        "showgrid": False,
        "zeroline": False,
        "range": [-0.6, len(rows) - 0.4],
        "tickvals": list(rows.index),
        "ticktext": list(rows["name"]),
    }
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["annotations"] = [
        note(row.text, x=1.015, xref="paper", xanchor="left", y=row.Index, yanchor="middle")
        for row in rows.itertuples()
    ]
    return layout


def averages(lines, ticks, levels, start=None, start_name=""):
    """Lines over time held against `levels` (figure, name); a day without a figure is a gap.

    `lines` as for `charts.lines.trend`, of rank "posts" or "main"; `start` is where the pilot began.
    """
    looks = {
        "posts": {"line": {"color": NEUTRAL, "width": 2, "dash": "dash"}, "marker": {"size": 4}},
        "main": {"line": {"color": OURS, "width": 3}, "marker": {"size": 7}},
    }
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
            **looks[line["rank"]],
        }
        for line in lines
    ]
    layout = house(height=440, margin={"l": 8, "r": 190, "t": 44, "b": 44})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "nticks": 8, "tickangle": 0}
    layout["yaxis"] |= {"tickformat": ",~f"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["hovermode"] = "closest"
    layout["shapes"] = [across("y", value, "x", "dot") for value, _name in levels]
    beside = {"x": 1.01, "xref": "paper", "xanchor": "left", "yanchor": "middle"}
    layout["annotations"] = [
        {**note(said(name), y=value, **beside), "name": EDGE} for value, name in levels
    ]
    if start is not None:
        layout["shapes"].append(across("x", start, "y", dash="solid"))
        layout["annotations"].append(
            note(start_name, x=start, xanchor="left", xshift=4, y=0, yref="paper", yanchor="bottom")
        )
    return figure(traces, layout)


def pyramid(rows, left_name, right_name):
    """Two bars back to back for each age band, the first row at the bottom.

    `rows` has columns name, left, right, left_text, right_text; NaN has its text and no bar. What
    is said of both sides alike stands once, across the middle.
    """
    rows = rows.reset_index(drop=True)
    neither = rows["left"].isna() & rows["right"].isna()
    sides = [("left", left_name, -1, BRAND), ("right", right_name, 1, OURS)]
    widest = max(rows[["left", "right"]].max().max(), 1)
    widest = 1 if widest != widest else widest
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": list(rows.index),
            "x": plain((rows[side] * sign).fillna(0)),
            "text": list(rows[f"{side}_text"].mask(neither, "")),
            "textposition": "outside",
            "cliponaxis": False,
            "marker": {"color": colour},
            "width": 0.6,
            "customdata": list(rows["name"].map(said) + ": " + rows[f"{side}_text"]),
            "hovertemplate": "%{fullData.name} · %{customdata}<extra></extra>",
        }
        for side, name, sign, colour in sides
    ]
    layout = house(height=44 * max(len(rows), 2) + 100, margin={"l": 8, "r": 24, "t": 40, "b": 24})
    layout["barmode"] = "overlay"
    layout["xaxis"] |= {"range": [-1.6 * widest, 1.6 * widest], "showticklabels": False}
    layout["xaxis"] |= {"showgrid": False}
    layout["yaxis"] |= {"showgrid": False, "zeroline": False, "tickvals": list(rows.index)}
    layout["yaxis"] |= {"ticktext": list(rows["name"].map(said))}
    layout["annotations"] = [
        note(row.left_text, x=0, y=row.Index, bgcolor="var(--card)")
        for row in rows[neither].itertuples()
    ]
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return figure(traces, layout)


def scatter(rows, x_name, y_name):
    """Each ward as a dot with its name: a share to the right, points upwards.

    `rows` has columns name, x, y, text, place (of the name beside the dot), mine and href.
    """
    name = rows["name"].map(said)
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": plain(rows["x"]),
        "y": plain(rows["y"]),
        "text": list(name),
        "textposition": list(rows["place"]),
        "textfont": {"size": 11},
        "customdata": list(rows["href"]),
        "hovertext": list(name + ": " + rows["text"].map(said)),
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"size": 12, "color": [BRAND if mine else OURS for mine in rows["mine"]]},
        "cliponaxis": False,
    }
    layout = house(height=380, margin={"l": 8, "r": 24, "t": 24, "b": 56}, showlegend=False)
    air = max((rows["x"].max() - rows["x"].min()) * 0.15, 0.02)  # for the names
    layout["xaxis"] |= {"tickformat": ",.1~%", "title": {"text": x_name}, "zeroline": False}
    layout["xaxis"] |= {"range": [rows["x"].min() - air, rows["x"].max() + air]}
    layout["yaxis"] |= {"tickformat": ",~f", "title": {"text": y_name}, "zeroline": False}
    return figure([trace], layout)
