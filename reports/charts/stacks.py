"""Bars that are made of parts: how many of what stand how."""

from .parts import figure, house, note, said
from .rows import MOST_ROWS, ROW

NARROW = 0.08  # share of the longest bar under which a part has room for its letter alone

FEW = 6  # so few are drawn no wider, and counted one by one

# Colour of a part, the ink that reads on it, and the pattern that tells it without colour.
LOOKS = {
    "good": ("var(--good)", "var(--card)", ""),
    "fair": ("var(--good)", "var(--card)", "\\"),
    "calm": ("var(--ours-soft)", "var(--ink)", ""),
    "warn": ("var(--warn-mark)", "var(--step-dark)", ""),
    "bad": ("var(--bad)", "var(--card)", ""),
    "idle": ("var(--idle)", "var(--ink)", ""),
    "void": ("var(--card)", "var(--ink)", "/"),
    "unknown": ("var(--idle)", "var(--ink)", "."),
}


def stacks(rows, parts, upright=False):
    """Rows as bars of counts, first on top; upright they are columns, first on the left.

    `rows` has a column name, a count for each part, and href. `parts` are dicts with column, word,
    sign (a letter that stands in the bar beside its number) and look, one of LOOKS.
    """
    rows = rows.head(MOST_ROWS)
    rows = rows if upright else rows.iloc[::-1]
    names = [said(name) for name in rows["name"]]
    places = list(range(len(rows)))
    most = rows[[part["column"] for part in parts]].sum(axis=1).max()
    traces = [_part(rows, part, names, places, upright, most * NARROW) for part in parts]
    legend = 22 * ((len(parts) + 1) // 2)  # two names in a row of it where there is little room
    height = 340 if upright else ROW * max(len(rows), 2) + 60 + legend
    margin = {"l": 8, "r": 44, "t": 16 + legend, "b": 36}
    layout = house(height=height, margin=margin, barmode="stack")
    line, count = ("xaxis", "yaxis") if upright else ("yaxis", "xaxis")
    layout[line] |= {
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "tickvals": places,
        "ticktext": names,
        "range": [-0.6, (max(len(rows), FEW) if upright else len(rows)) - 0.4],
    }
    layout[count] |= {"rangemode": "tozero", "automargin": True, "tickformat": ",d"}
    if most <= FEW:
        layout[count]["dtick"] = 1
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    layout["legend"] |= {"traceorder": "normal"}
    # What does not fit into its part is left to the table and to whoever points at it.
    layout["uniformtext"] = {"minsize": 9, "mode": "hide"}
    if not upright:
        layout["annotations"] = [
            note(str(total), x=total, xanchor="left", xshift=6, y=place, yanchor="middle")
            for place, total in zip(
                places, rows[[each["column"] for each in parts]].sum(axis=1), strict=True
            )
        ]
    return figure(traces, layout)


def _part(rows, part, names, places, upright, narrow):
    colour, ink, shape = LOOKS[part["look"]]
    counts = [int(count) for count in rows[part["column"]]]
    texts = [_text(part, count, upright, count < narrow) for count in counts]
    along, across = ("y", "x") if upright else ("x", "y")
    marker = {"color": colour, "line": {"color": "var(--edge)", "width": 0.5}}
    if shape:
        marker["pattern"] = {
            "shape": shape,
            "fgcolor": "var(--third)",
            "bgcolor": colour,
            "size": 7,
        }
        marker["pattern"]["solidity"] = 0.2
    return {
        "type": "bar",
        "orientation": "v" if upright else "h",
        "name": said(f"{part['sign']} {part['word']}".strip()),
        along: counts,
        across: places,
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": ink, "size": 11 if upright else 12},
        "constraintext": "both",
        "customdata": list(rows["href"]),
        "hovertext": [
            f"{name}: {said(part['word'])} {n}" for name, n in zip(names, counts, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": marker,
        "width": 0.84 if upright else 0.78,
    }


def _text(part, count, upright, narrow):
    """What stands in a part: its letter and its count, and where there is no room one of them."""
    if not count:
        return ""
    if upright:
        # A column is narrow: there the letter stays away where all is well.
        return f"{'' if part['look'] == 'good' else part['sign']}{count}"
    return part["sign"] if narrow else f"{part['sign']} {count}".strip()
