"""How the wards lie apart: a strip of points with its quartiles, and its width through time."""

from .parts import OURS, OURS_TINT, across, figure, house, note, plain, said
from .rows import marks

LEAST_FOR_BOX = 5


def strip(rows, lines=(), percent=False, least=0.0):
    """How wards spread on one scale: a dot each, and from five on a box of their quartiles.

    `rows` as for `rows.dots`, without NaN, ordered by value; `lines` are (value, name, dash). The
    scale shows where they lie, and is at least `least` wide. Dots that would lie on one another are
    moved apart upwards; their height says nothing.
    """
    low, high = _around([*rows["value"], *(value for value, _name, _dash in lines)], least)
    rows = rows.assign(name=rows["name"].map(said), text=rows["text"].map(said))
    layout = house(height=188 + 16 * len(lines), showlegend=False)
    layout["margin"] = {"l": 12, "r": 12, "t": 14 + 16 * len(lines), "b": 36}
    layout["xaxis"] |= {"tickformat": ",.1~%" if percent else ",~f", "zeroline": False}
    layout["xaxis"] |= {"range": [low, high]}
    layout["yaxis"] |= {"visible": False, "range": [-1.1, 1.6]}
    layout["shapes"] = [across("x", value, "y", dash) for value, _name, dash in lines]
    layout["annotations"] = [
        note(name, x=value, y=1, yref="paper", yanchor="bottom", yshift=16 * n)
        for n, (value, name, _dash) in enumerate(lines)
    ]
    # The ends are named; the others say their names when pointed at, and in the table.
    apart = rows["value"].nunique() > 1
    ends = rows.loc[[rows["value"].idxmin(), rows["value"].idxmax()]]
    for row, anchor in zip(ends.itertuples(), ("left", "right"), strict=True):
        named = note(row.name, x=row.value, y=0, yshift=16, xanchor=anchor, yanchor="bottom")
        layout["annotations"] += [named] if apart else []
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": plain(rows["value"]),
        "y": _apart(rows["value"], (high - low) / 50),
        "text": list(rows["name"] + ": " + rows["text"]),
        "customdata": list(rows["href"]),
        "marker": {**marks(rows), "size": 11, "opacity": 0.85},
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    return figure([_box(rows), dots] if apart and len(rows) >= LEAST_FOR_BOX else [dots], layout)


def _box(rows):
    """The quartiles under the dots, the same that the sentences and tables say: plotly's differ."""
    low, median, high = rows["value"].quantile([0.25, 0.5, 0.75])
    return {
        "type": "box",
        "orientation": "h",
        "q1": [low],
        "median": [median],
        "q3": [high],
        "lowerfence": [rows["value"].min()],
        "upperfence": [rows["value"].max()],
        "y": [-0.6],
        "width": 0.5,
        "line": {"color": OURS, "width": 1.5},
        "fillcolor": OURS_TINT,
        "hoverinfo": "skip",
    }


def _around(values, least):
    """The ends of a scale that shows all `values` with some air, `least` wide at the least."""
    low, high = min(values), max(values)
    half = max((high - low) * 0.58, least / 2) or 1.0
    return (low + high) / 2 - half, (low + high) / 2 + half


def _apart(values, near, step=0.22, room=1.5):
    """Heights from 0 up to `room`, so that no two dots nearer than `near` share one."""
    placed = []
    for value in values:
        taken = {height for other, height in placed if abs(other - value) < near}
        free = next(n for n in range(len(placed) + 1) if n not in taken)
        placed.append((value, free))
    step = min(step, room / max(1, *(height for _value, height in placed)))
    return [height * step for _value, height in placed]


def widths(values, texts, ticks, name, start=None, start_name=""):
    """The spread of each period as a bar from zero; a gap where there is none.

    `values` in the units of the screen, NaN for gaps; `start` draws where the pilot began.
    """
    layout = house(height=280, margin={"l": 8, "r": 16, "t": 28, "b": 36}, showlegend=False)
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "nticks": 7, "tickangle": 0}
    layout["xaxis"] |= {"range": [-0.5, max(len(ticks), 2) - 0.5]}
    layout["yaxis"] |= {"automargin": True, "rangemode": "tozero", "nticks": 4}
    if start is not None:
        layout["shapes"] = [across("x", start, "y", dash="solid")]
        layout["annotations"] = [
            note(start_name, x=start, xanchor="left", xshift=4, y=1, yref="paper", yanchor="bottom")
        ]
    trace = {
        "type": "bar",
        "name": said(name),
        "x": ticks,
        "y": plain(values),
        "text": texts,
        "textposition": "none",
        "marker": {"color": OURS},
        "width": 0.6,
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }
    return figure([trace], layout)
