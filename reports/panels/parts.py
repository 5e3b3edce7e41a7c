"""What several pages draw: spark lines, rows of wards, tables."""

import pandas as pd

from reports import words

SPARK_WIDTH, SPARK_HEIGHT, SPARK_PERIODS = 100, 28, 12

STEPS = 7


def spark(values):
    """Polylines in a 100 x 28 box from the figures of consecutive periods; NaN splits the line."""
    values = list(values)[-SPARK_PERIODS:]
    there = [value for value in values if value == value]
    if len(there) < 2:
        return {"spark": [], "last": None}
    low, high = min(there), max(there)
    step, room = (SPARK_WIDTH - 8) / max(len(values) - 1, 1), SPARK_HEIGHT - 8
    places, lines = [], [[]]
    for n, value in enumerate(values):
        if value != value:
            lines.append([])
            continue
        height = (value - low) / (high - low) if high > low else 0.5
        places.append((round(4 + n * step, 1), round(SPARK_HEIGHT - 4 - height * room, 1)))
        lines[-1].append("{},{}".format(*places[-1]))
    x, y = places[-1]
    return {"spark": [" ".join(line) for line in lines if len(line) > 1], "last": {"x": x, "y": y}}


def rows(frame, values, names, links, mine, small, text):
    return pd.DataFrame(
        {
            "name": names.reindex(frame.index),
            "text": text,
            "value": values,
            "mine": frame.index.isin(list(mine)),
            "small": small,
            "href": [links.get(ward, "") for ward in frame.index],
        }
    )


def table(sheet, links=None, mine=(), origins=None, groups=None):
    """The context of `_table.html` from a Sheet; `links`, `mine` and `origins` go by its frame's index.

    `links` are addresses of what a row is about, `origins` those that tell where its figures come
    from, `groups` those of the groups, by their names.

    In a grouped Sheet the first column becomes a line of its own above each group.
    """
    links, origins, groups = links or {}, origins or {}, groups or {}
    numeric = {name: pd.api.types.is_numeric_dtype(sheet.frame[name]) for name in sheet.frame}
    columns = list(sheet.frame)[1 if sheet.grouped else 0 :]
    rows, group = [], None
    for n, (key, *values) in enumerate(sheet.frame.itertuples(index=True, name=None)):
        if sheet.grouped and values[0] != group:
            group = values[0]
            rows.append({"group": group, "span": len(columns), "href": groups.get(group, "")})
        named = list(zip(columns, values[-len(columns) :], strict=True))
        bare = not any(name in sheet.figures and value == value for name, value in named)
        cells = [
            _cell(
                sheet, name, value, numeric[name], n, links.get(key, ""), origins.get(key, ""), bare
            )
            for name, value in named
        ]
        rows.append({"cells": cells, "mine": key in mine})
    return {
        "id": f"{sheet.name}-table",
        "caption": sheet.title,
        "columns": [{"name": name, "numeric": numeric[name]} for name in columns],
        "rows": rows,
    }


def _cell(sheet, name, value, numeric, n, href, origin, bare):
    """One cell; in a row `bare` of figures its state leads to where they would come from."""
    if name == sheet.state:
        state = "" if sheet.states[n] == "reported" else sheet.states[n]
        return {"text": value, "state": state, "origin": origin if bare else ""}
    if not numeric:
        is_head = name == sheet.head
        return {"text": value, "head": is_head, "href": href if is_head else ""}
    origin = origin if name in sheet.figures else ""
    return {"text": _number(sheet, name, value, n), "numeric": True, "origin": origin}


def _number(sheet, name, value, n):
    if pd.isna(value):
        return sheet.nothing
    decimals = sheet.decimals.get(name)
    decimals = decimals[n] if isinstance(decimals, list) else decimals
    text = words.number(value, words.decimals_of(value) if decimals is None else decimals)
    return f"+{text}" if name in sheet.signed and value > 0 else text
