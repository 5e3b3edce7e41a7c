"""Lines over time."""

from .parts import BRAND, MUTED, NEUTRAL, OURS, OURS_TINT, across, figure, house, note, plain, said

LOOKS = {
    "other": {"line": {"color": MUTED, "width": 1.2}, "marker": {"size": 3}},
    "peers": {
        "line": {"color": NEUTRAL, "width": 2, "dash": "dash"},
        "marker": {"size": 6, "symbol": "square-open"},
    },
    "mine": {"line": {"color": BRAND, "width": 2.5}, "marker": {"size": 6, "symbol": "diamond"}},
    "main": {"line": {"color": OURS, "width": 3}, "marker": {"size": 7}},
}


def trend(lines, ticks, percent, *, band=None, target=None, ahead=None, start=None, start_name=""):
    """Lines over time; a period without a figure is a gap, never a zero.

    `lines` are dicts with name, x, y (None for a gap), text, rank ("main", "mine", "peers" or
    "other"), drawn in that order from front to back, and optionally href, an address a point.
    `ticks` are the labels of the whole time axis. `band` is (name, low, high, x): an interval around
    a line, NaN for gaps. `target` is (name, x, y), a step line. `ahead` is a dict with name, x, y
    (two points), low, high (of the second) and text: how a line may go on. `start` draws where the
    pilot began.
    """
    order = list(LOOKS)
    traces = [
        *_band(band),
        *_steps(target),
        *(_line(each) for each in sorted(lines, key=lambda each: order.index(each["rank"]))),
        *_ahead(ahead),
    ]
    layout = house(height=420, margin={"l": 8, "r": 24, "t": 44, "b": 44})
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "automargin": True, "nticks": 13, "tickangle": 0}
    layout["xaxis"] |= {"range": [-0.5, max(len(ticks), 2) - 0.5]}
    layout["yaxis"] |= {"automargin": True, "tickformat": ",.1~%" if percent else ",~f"}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["hovermode"] = "closest"
    layout["shapes"], layout["annotations"] = [], []
    if start is not None:
        layout["shapes"].append(across("x", start, "y", dash="solid"))
        layout["annotations"].append(
            note(start_name, x=start, xanchor="left", xshift=4, y=1, yref="paper", yanchor="top")
        )
    return figure(traces, layout)


def _line(line):
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": said(line["name"]),
        "x": line["x"],
        "y": line["y"],
        "text": line["text"],
        "customdata": line.get("href", []),
        "connectgaps": False,
        "hovertemplate": "%{fullData.name} · %{x}: %{text}<extra></extra>",
        "showlegend": line["rank"] != "other",
        **LOOKS[line["rank"]],
    }


def _band(band):
    """One closed shape for each run of periods that have an interval."""
    if band is None:
        return []
    name, lows, highs, ticks = band
    runs = [[]]
    for low, high, tick in zip(plain(lows), plain(highs), ticks, strict=True):
        if low is None:
            runs.append([])
        else:
            runs[-1].append((tick, low, high))
    x, y = [], []
    for run in runs:
        if run:
            x += [tick for tick, _low, _high in [*run, *run[::-1]]] + [None]
            y += [high for _tick, _low, high in run] + [low for _t, low, _h in run[::-1]] + [None]
    return x and [
        {
            "type": "scatter",
            "mode": "lines",
            "name": said(name),
            "x": x,
            "y": y,
            "fill": "toself",
            "fillcolor": OURS_TINT,
            "line": {"width": 0, "color": OURS_TINT},
            "hoverinfo": "skip",
        }
    ]


def _steps(target):
    if target is None:
        return []
    name, x, y = target
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": said(name),
            "x": x,
            "y": plain(y),
            "line": {"color": NEUTRAL, "width": 1.5, "dash": "dot", "shape": "hv"},
            "connectgaps": False,
            "hovertemplate": "%{fullData.name}<extra></extra>",
        }
    ]


def _ahead(ahead):
    """A dotted line from the last figure to the one expected, with the interval of the latter."""
    if ahead is None:
        return []
    expected = ahead["y"][-1]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": said(ahead["name"]),
            "x": ahead["x"],
            "y": ahead["y"],
            "text": ["", said(ahead["text"])],
            "line": {"color": OURS, "width": 2, "dash": "dot"},
            "marker": {
                "size": [0, 9],
                "symbol": "circle-open",
                "color": OURS,
                "line": {"width": 2},
            },
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [0, ahead["high"] - expected],
                "arrayminus": [0, expected - ahead["low"]],
                "color": OURS,
                "thickness": 1.5,
                "width": 6,
            },
            "hovertemplate": "%{fullData.name} · %{x}: %{text}<extra></extra>",
        }
    ]


def small(y, ticks, texts, target, percent=False):
    """One line among several: a figure by period, with what it is held against as steps.

    `y` and `target` have None for a gap; `texts` are what a point says. Drawn small: three labels,
    no legend.
    """
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": ticks,
            "y": target,
            "connectgaps": False,
            "line": {"color": NEUTRAL, "width": 1.5, "dash": "dot", "shape": "hvh"},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": ticks,
            "y": y,
            "text": [said(text) for text in texts],
            "connectgaps": False,
            "line": {"color": OURS, "width": 2.5},
            "marker": {"size": 5},
            "hovertemplate": "%{x}: %{text}<extra></extra>",
            "cliponaxis": False,
        },
    ]
    layout = house(height=150, margin={"l": 8, "r": 12, "t": 8, "b": 28}, showlegend=False)
    layout["xaxis"] |= {"type": "category", "categoryorder": "array", "categoryarray": ticks}
    layout["xaxis"] |= {"showgrid": False, "nticks": 3, "tickangle": 0}
    layout["yaxis"] |= {"automargin": True, "nticks": 4, "tickformat": ",.0%" if percent else ",~f"}
    layout["hovermode"] = "closest"
    return figure(traces, layout)
