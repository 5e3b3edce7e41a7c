"""What the page of a theme draws: the heat map, the strip of its wards, a small chart an indicator."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import STEPS, rows


def heat(frames, history, caption, links, mine, origins):
    """The context of `_heat.html`: wards by periods, from `themes.history` of one theme.

    Sevenths of the theme's points; a period without enough figures is hatched with its word.
    `origins(period)` are the addresses that tell of its scores, by ward.
    """
    names = words.named(frames.wards, "bare")
    periods = list(dict.fromkeys(history["period"]))
    told = {period: origins(period) for period in periods}
    lines = [
        {
            "name": names[ward],
            "href": links.get(ward, ""),
            "mine": ward in mine,
            "cells": [_cell(row) | {"href": told[row.period][ward]} for row in own.itertuples()],
        }
        for ward, own in history.groupby("ward", sort=False)
    ]
    columns = [words.short_period(frames.periods.loc[period]) for period in periods]
    return {"id": "heat", "caption": caption, "columns": columns, "rows": lines}


def _cell(row):
    if row.state != "reported":
        return {"text": words.score_state(row.state), "step": None}
    step = min(STEPS - 1, int(row.points / row.max * STEPS)) if row.max else STEPS - 1
    return {"text": words.number(row.points, 1), "step": step}


def strip(ranked, names, links, mine):
    """What `charts.spread.strip` draws, from `scoring.ranked` of one theme."""
    text = [words.points(value) for value in ranked["points"]]
    found = rows(ranked, ranked["points"], names, links, mine, small=False, text=text)
    return found[found["value"].notna()]


def multiples(frames, series, links):
    """One small chart for each indicator of `themes.series`: what `charts.lines.small` draws of it.

    Dicts with name, href, text (the last figure with its target), empty and figure's arguments:
    ticks, y, texts, target, percent.
    """
    of = frames.indicators
    names, units = words.named(of, "short"), words.named(of, "unit")
    found = []
    for indicator, own in series.groupby("indicator", sort=False):
        kind = of.at[indicator, "kind"]
        there = own[own["value"].notna()]
        found.append(
            {
                "id": f"line-{indicator}",
                "name": names[indicator],
                "href": links[indicator],
                "text": _last(frames, there, kind, units[indicator]),
                "ticks": [
                    words.short_period(row)
                    for row in frames.periods.loc[own["period"]].to_dict("records")
                ],
                "y": [words.finite(value) for value in own["value"]],
                "texts": [_figure(row, kind, units[indicator]) for row in own.itertuples()],
                "target": [words.finite(value) for value in own["target"]],
                "percent": kind == "ratio",
                "there": len(there),
            }
        )
    return found


def _figure(row, kind, unit):
    """The figure with how many of those due it rests on."""
    said = words.with_unit(row.value, kind, unit) or words.state_name(row.state)
    return f"{said} ({words.coverage(row.reported, row.due, '').strip()})"


def _last(frames, there, kind, unit):
    """«6/2022: 98,7 % · mục tiêu 98 %»."""
    if there.empty:
        return _("No approved figure yet.")
    row = there.iloc[-1]
    period = words.short_period(frames.periods.loc[row["period"]])
    value = words.with_unit(row["value"], kind, unit)
    target = words.target(row["target"], kind)
    said = f"{period}: {value}"
    if not target or pd.isna(row["target"]):
        return said
    return said + " · " + _("target %(target)s") % {"target": target}
