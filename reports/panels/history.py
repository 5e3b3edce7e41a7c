"""What the page of an indicator draws through time: heat map, lines, one small trend a ward, flags."""

import pandas as pd
from django.utils.translation import gettext as _

from pilot import periods
from reports import words

from .parts import STEPS

MOST_PERIODS = 36  # columns of the heat map; the file has all
MOST_FLAGS = 8  # lines of the list; the table has all
MULTIPLE_WIDTH, MULTIPLE_HEIGHT, EDGE = 160, 56, 5

# What stands in a cell without a figure, alike in both languages; its words are said beside it.
MARKS = {
    "nothing": "0/0",
    "not_applicable": "–",
    "not_available": "?",
    "missing": "×",
    "not_due": "…",
}


def heat(frames, cells, whole, indicator, *, caption, links, mine, origins, flags):
    """The context of `_heat_map.html`: the district and its wards by the last periods.

    `cells` are from `history.cells` and `whole` from `history.pooled`, both with a column share (0
    to 1, the shade). `origins` are addresses by (indicator, ward, period), `flags` words by (ward,
    period). A cell without a figure has a pattern and a mark of its own state.
    """
    kind = frames.indicators.at[indicator, "kind"]
    names, of = words.named(frames.wards, "bare"), frames.periods.loc[whole.index[-MOST_PERIODS:]]

    def cell(row, ward, period, note=""):
        href, flag = origins.get((indicator, ward, period), ""), flags.get((ward, period), "")
        return _heat_cell(row, kind) | {"href": href, "flag": flag, "note": note}

    by_ward = frames.indicators.at[indicator, "level"] == "ward"
    coverage = [
        words.coverage(row.reported, row.due, "") if by_ward else ""
        for row in whole.loc[of.index].itertuples()
    ]
    rows = [
        {
            "name": _("whole district"),
            "whole": True,
            "cells": [
                cell(row, 0, row.Index, note)
                for row, note in zip(whole.loc[of.index].itertuples(), coverage, strict=True)
            ],
        }
    ]
    shown = cells[(cells["ward"] != 0) & cells["period"].isin(of.index)]
    rows += [
        {
            "name": names[ward],
            "href": links.get(ward, ""),
            "mine": ward in mine,
            "cells": [cell(row, ward, row.period) for row in own.itertuples()],
        }
        for ward, own in shown.groupby("ward", sort=False)
    ]
    # Where there is little room a label may break behind its stroke.
    columns = [label.replace("/", "/\u200b") for label in ticks(of)]
    return {"id": "heat-table", "caption": caption, "columns": columns, "rows": rows}


def _heat_cell(row, kind):
    """What stands in a cell and how it is shaded: a number, or the mark and the words of its state."""
    nothing = row.state == "reported" and row.denominator == 0
    if row.state != "reported" or nothing:
        state = "nothing" if nothing else row.state
        said = words.outcome(row.state, row.denominator)
        return {"text": MARKS[state], "state": state, "said": said, "step": None}
    step = 3 if row.share != row.share else min(STEPS - 1, int(row.share * STEPS))
    return {"text": words.figure(row.value, kind), "step": step}


def legend(indicator, unit):
    """The context of `_heat_legend.html`; `indicator` is a row of frames.indicators."""
    low, high = _("lowest"), _("highest")
    worst, best = (
        words.with_unit(indicator[name], indicator["kind"], unit) for name in ("worst", "best")
    )
    if worst and best:
        low = _("%(value)s or worse") % {"value": worst}
        high = _("%(value)s or better") % {"value": best}
    return {
        "low": low,
        "high": high,
        "steps": range(STEPS),
        "states": [
            {"state": state, "mark": mark, "word": _state_word(state)}
            for state, mark in MARKS.items()
        ],
    }


def _state_word(state):
    return words.outcome("reported", 0) if state == "nothing" else words.state_name(state)


def line(name, figures, ticks, kind, unit, rank, hrefs):
    """One line of `charts.lines.trend`; figures is a Series by period, a gap where it is NaN."""
    return {
        "name": name,
        "x": ticks,
        "y": [words.finite(value) for value in figures],
        "text": [words.with_unit(value, kind, unit) for value in figures],
        "href": hrefs,
        "rank": rank,
    }


def ticks(of):
    """Labels of the time axis, for rows of frames.periods."""
    return [words.short_period(row) for row in of.to_dict("records")]


def ticks_ahead(of, kind, end):
    """Labels of the periods between the last of `of` and the day `end`, for the forecast."""
    if kind not in periods.MONTHS or of.empty:
        return []
    first = of["end"].iloc[-1] + pd.Timedelta(days=1)
    spans = periods.calendar(first.date(), end.date(), [kind])
    return [words.short_period({"kind": kind, "end": span.end}) for span in spans]


def target(figures, ticks, kind):
    """The step line of the targets in force: what `charts.lines.trend` takes, None without any."""
    there = figures.dropna()
    if there.empty:
        return None
    text = {"target": words.target(there.iloc[-1], kind)}
    return _("target %(target)s") % text, ticks, figures


def ahead(outlook, figures, ticks, ticks_ahead, kind, unit):
    """The dotted continuation: what `charts.lines.trend` takes, None where nothing can be said.

    `outlook` is a row of `evaluation.forecast.forecasts`, `figures` those of the line it continues.
    """
    there = figures.reset_index(drop=True).dropna()
    if not ticks_ahead or there.empty or any(pd.isna(outlook[["expected", "low", "high"]])):
        return None
    between = words.interval(outlook["low"], outlook["high"], kind)
    return {
        "name": _("forecast"),
        "x": [ticks[there.index[-1]], ticks_ahead[-1]],
        "y": [float(there.iloc[-1]), float(outlook["expected"])],
        "low": float(outlook["low"]),
        "high": float(outlook["high"]),
        "text": f"{words.with_unit(outlook['expected'], kind, unit)} ({between})",
    }


def outlook(row):
    """Badge of a forecast: the state whose look it takes, and its word."""
    name = row["class"]
    return {"state": OUTLOOKS.get(name, "not_available"), "word": words.outlook(name)}


OUTLOOKS = {"will_be_met": "on_track", "at_risk": "at_risk", "will_be_missed": "overdue"}


def signs(flagged):
    """Words for flagged cells by (ward, period), from `evaluation.flags.flagged`."""
    found = {}
    for row in flagged.itertuples():
        found.setdefault((row.ward, row.period), []).append(words.flag(row.kind, row.sign))
    return {key: "; ".join(each) for key, each in found.items()}


def flags(frames, flagged, cells, indicator, origins):
    """The context of `_todo.html`: what a person should look at, each with a way to its figures.

    One line a cell, the latest first; MOST_FLAGS of them.
    """
    kind = frames.indicators.at[indicator, "kind"]
    unit = words.named(frames.indicators.loc[[indicator]], "unit").iloc[0]
    names = words.named(frames.wards, "bare")
    values = cells.set_index(["ward", "period"])["value"]
    said = signs(flagged)
    # A badge has room for one; what the others mean stands beside it.
    first = {key: each.split("; ")[0] for key, each in said.items()}
    means = flagged["kind"].map(words.flag_means)
    why = means.groupby([flagged["ward"], flagged["period"]]).agg(" ".join)
    return [
        {
            "state": "flag",
            "word": first[ward, period],
            "head": _("%(name)s, %(period)s: %(value)s")
            % {
                "name": names.get(ward, _("whole district")),
                "period": words.short_period(frames.periods.loc[period]),
                "value": words.with_unit(values[ward, period], kind, unit),
            },
            "text": why[ward, period],
            "href": origins.get((indicator, ward, period), ""),
            "action": _("Why?"),
            "origin": True,
        }
        for ward, period in list(said)[:MOST_FLAGS]
    ]


def multiples(frames, cells, whole, indicator, *, order, links, mine):
    """The contexts of one small trend a ward, all on one scale, with the district's behind each.

    `order` are the wards to show. A gap splits the line; a figure between two gaps is a dot.
    """
    kind = frames.indicators.at[indicator, "kind"]
    unit = words.named(frames.indicators.loc[[indicator]], "unit").iloc[0]
    table = cells.pivot(index="period", columns="ward", values="value").reindex(whole.index)
    states = cells.groupby("ward")["state"].last()
    low, high = table.min().min(), table.max().max()
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    names = words.named(frames.wards, "bare")
    behind = _polylines(whole["each"].clip(low, high), low, high)["lines"]
    return [
        {
            "name": names[ward],
            "href": links.get(ward, ""),
            "mine": ward in mine,
            "value": words.with_unit(table[ward].iloc[-1], kind, unit)
            or words.state_name(states[ward]),
            "behind": behind,
            **_polylines(table[ward], low, high),
        }
        for ward in order
        if ward in table
    ]


def _polylines(values, low, high):
    """Lines and lone dots of figures in a box of MULTIPLE_WIDTH by MULTIPLE_HEIGHT."""
    step = (MULTIPLE_WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    room = MULTIPLE_HEIGHT - 2 * EDGE
    runs = [[]]
    for n, value in enumerate(values):
        if value != value:
            runs.append([])
            continue
        height = MULTIPLE_HEIGHT - EDGE - (value - low) / (high - low) * room
        runs[-1].append((round(EDGE + n * step, 1), round(height, 1)))
    runs = [run for run in runs if run]
    last = runs[-1][-1:] if runs and values.iloc[-1] == values.iloc[-1] else []
    lone = [run[0] for run in runs if len(run) == 1]
    return {
        "lines": [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        "dots": [{"x": x, "y": y} for x, y in dict.fromkeys([*lone, *last])],
    }
