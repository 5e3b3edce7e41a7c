"""What the evaluation draws: changes with intervals, ranges of ranks, what a score is made of."""

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from reports import words
from reports.tables import evaluation as tables


def forest(frames, pooled, links):
    """What `charts.ranges.forest` draws: the changes of all rates, the largest gain on top."""
    of = frames.indicators.loc[pooled.index]
    rows = pooled[(of["kind"] == "ratio") & pooled["change"].notna()]
    of = of.loc[rows.index]
    rows = pd.DataFrame(
        {
            "name": words.named(of, "short"),
            "text": [words.change(each, "ratio") for each in rows["change"]],
            "value": rows["change"],
            "low": rows["low"],
            "high": rows["high"],
            "verdict": tables.verdict_codes(rows),
            "href": [links[each] for each in rows.index],
        }
    )
    return rows.sort_values("value", ascending=False, kind="stable")


SIGNS = {1: "▲", -1: "▼", 0: "="}


def by_ward(frames, changes, links, caption):
    """The context of `_signs.html`: indicators x wards, a sign for better or worse, filled if sure."""
    wards = changes[changes.index.get_level_values("ward") != 0]
    shown = [each for each in frames.indicators.index if each in set(wards.index.levels[0])]
    names = words.named(frames.indicators, "short")
    rows = []
    for indicator in shown:
        if indicator not in wards.index.get_level_values("indicator"):
            continue
        own = wards.loc[indicator].reindex(frames.wards.index)
        if own["better"].notna().any():
            cells = [
                _sign(row, frames.indicators.at[indicator, "kind"]) for row in own.itertuples()
            ]
            rows.append({"name": names[indicator], "href": links[indicator], "cells": cells})
    return {
        "id": "by-ward",
        "caption": caption,
        "columns": list(words.named(frames.wards, "bare")),
        "rows": rows,
    }


def _sign(row, kind):
    if row.better != row.better:
        return {"text": "", "look": "none", "said": _("not comparable")}
    sure = {1: "better", -1: "worse"}.get(row.better) if row.certain else None
    said = {1: _("better"), -1: _("worse"), 0: _("the same")}[row.better]
    if not sure and row.better:
        said = _("%(step)s, cannot be told from chance") % {"step": said}
    if row.low != row.low and row.better:
        said = {1: _("better"), -1: _("worse")}[row.better]
    look = sure or ("plain" if row.low != row.low else "unsure")
    text = SIGNS[row.better]
    return {"text": text, "look": look, "said": f"{said}: {words.change(row.change, kind)}"}


def broken(frames, found, kind, unit):
    """What `charts.ranges.broken` draws, from `evaluation.effect.interrupted`."""
    return {
        "ticks": [words.short_period(frames.periods.loc[each]) for each in found.periods],
        "values": [words.finite(each) for each in found.values],
        "text": [words.with_unit(each, kind, unit) for each in found.values],
        "fitted": [words.finite(each) for each in found.fitted],
        "expected": [words.finite(each) for each in found.expected],
        "names": {
            "values": _("reported"),
            "fitted": _("lines before and since"),
            "expected": _("expected without a change"),
        },
    }


def ranges(found, groups, names, links, mine):
    """What `charts.ranges.ranks` draws: wards by rank, those without one last."""
    found = found.assign(group=groups).sort_values("rank", kind="stable", na_position="last")
    return pd.DataFrame(
        {
            "name": names.reindex(found.index),
            "text": [_range(row) for row in found.itertuples()],
            "value": found["rank"],
            "low": found["low"],
            "high": found["high"],
            "group": found["group"],
            "mine": found.index.isin(list(mine)),
            "href": [links.get(ward, "") for ward in found.index],
        }
    )


def _range(row):
    if row.rank != row.rank:
        return _("no score")
    said = {"rank": int(row.rank), "low": int(row.low), "high": int(row.high)}
    if row.low == row.high:
        return str(said["rank"])
    return _("%(rank)s (%(low)s to %(high)s)") % said


def parts(frames, found, links):
    """What `charts.ranges.stacked` draws: points of each theme, the best ward on top."""
    there = found[found.notna().any(axis=1)]
    order = there.sum(axis=1).sort_values(ascending=False, kind="stable").index
    there = there.loc[order]
    names = words.named(frames.wards, "bare").reindex(order)
    texts = there.map(lambda each: words.number(each, 1))
    return {
        "names": list(names),
        "href": [links.get(ward, "") for ward in order],
        "points": {theme: list(there[theme].fillna(0.0)) for theme in there},
        "text": {theme: list(texts[theme]) for theme in there},
        "totals": [words.number(each, 1) for each in there.sum(axis=1)],
    }


def weighted(frames, themes):
    """The names of the themes with the points that they count for: «Phục vụ người dân (29)»."""
    most = themes.groupby("theme")["max"].max()
    names = words.named(frames.themes, "short")
    return {
        theme: f"{names[theme]} ({words.number(points, words.decimals_of(points))})"
        for theme, points in most.items()
    }


def without(frames, removed, ranks, links):
    """The context of `_signs.html`: parts left out x wards, the new rank where it is another."""
    ordered = ranks.dropna().sort_values(kind="stable").index
    names = words.named(frames.wards, "bare")
    rows = [
        {
            "name": name,
            "href": "",
            "cells": [_moved(row[ward], ranks[ward]) for ward in ordered],
        }
        for name, (_key, row) in zip(
            tables.part_names(frames, removed), removed.iterrows(), strict=True
        )
        if not np.array_equal(row[ordered].to_numpy(), ranks[ordered].to_numpy(), equal_nan=True)
    ]
    columns = [f"{names[ward]} ({int(ranks[ward])})" for ward in ordered]
    return {"id": "without-table", "caption": "", "columns": columns, "rows": rows}


def _moved(rank, before):
    if rank != rank:
        return {"text": "–", "look": "none", "said": _("no score")}
    text = str(int(rank))
    if rank == before:
        return {"text": text, "look": "same", "said": text}
    step = _("up") if rank < before else _("down")
    sign = SIGNS[1] if rank < before else SIGNS[-1]
    return {"text": f"{sign} {text}", "look": "moved", "said": f"{step}: {text}"}
