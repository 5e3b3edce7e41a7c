"""What the page on data quality draws: the matrix of returns and the bars of how they came in."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words
from reports.tables.quality import time_name

SIGNS = {"on_time": "✓", "late": "!", "not_timed": "?", "not_in": "–"}
NOT_ASKED = {"text": "", "blank": True}
NEARLY = 0.8  # share from which a return counts as nearly complete
LOOKS = {"on_time": "good", "late": "bad", "not_timed": "unknown", "not_in": "void"}


def names(frames):
    """What places are called where there is little room, by ward id; 0 is the district."""
    district = _("district")
    own = pd.Series({0: district[:1].upper() + district[1:]})
    return pd.concat([own, words.named(frames.wards, "bare")])


def matrix(frames, found, returns, caption, *, links, pages, mine):
    """The context of `_heat.html`: wards by periods, each cell with its share, its shade and a word.

    `found` is from `quality.completeness`, `returns` the state of each return by (ward, period);
    `links` are wards' addresses, `pages` a return's by (ward, code of the period, its state).
    """
    periods = _in_groups(frames, found["period"])
    called, rows = names(frames), []
    for ward, own in found.groupby("ward", sort=False):
        cells = {
            row.period: _cell(row, returns.get((ward, row.period), ""), pages(ward, row.period))
            for row in own.itertuples()
        }
        rows.append(
            {
                "name": called[ward],
                "href": links.get(ward, ""),
                "mine": ward in mine,
                "cells": [cells.get(period, NOT_ASKED) for period in periods.index],
            }
        )
    # The year goes to the next line where there is little room.
    columns = [words.short_period(row).replace("/", "/\u200b") for _id, row in periods.iterrows()]
    return {"id": "matrix", "caption": caption, "columns": columns, "rows": rows, "words": True}


def _in_groups(frames, ids):
    """The rows of frames.periods with these ids, kind by kind, the shortest kind first, in time."""
    of = frames.periods[frames.periods.index.isin(ids)]
    days = (of["end"] - of["start"]).groupby(of["kind"]).transform("mean")
    return of.loc[days.sort_values(kind="stable").index]


def _cell(row, state, page):
    """One return: the share reported, and what is amiss in a word."""
    share = words.number(row.share * 100) + words.NO_BREAK + "%"
    return {
        "text": share if row.reported else "–",
        "word": _word(row, state),
        "tone": _tone(row),
        "page": page,
        "title": _counts(row),
    }


def _tone(row):
    """Complete, nearly, or much lacking; nothing at all is hatched."""
    if not row.reported:
        return ""
    return "good" if row.reported == row.asked else "warn" if row.share >= NEARLY else "bad"


def _word(row, state):
    if row.reported == row.asked:
        return _("full")
    if row.missing + row.not_due == row.asked:
        waits = {"submitted", "returned", "draft"}
        if state in waits:
            return words.submission_state(state)
        return words.state_name("missing" if row.missing else "not_due")
    if row.missing or row.not_due:
        return _("%(count)s lacking") % {"count": row.missing + row.not_due}
    return _("%(count)s no figure") % {"count": row.not_available + row.not_applicable}


def _counts(row):
    """The five states of a return's cells, counted apart: «Đã báo cáo 17, không có số liệu 1»."""
    names = ["reported", "not_applicable", "not_available", "missing", "not_due"]
    return ", ".join(
        f"{words.state_name(name)}: {getattr(row, name)}" for name in names if getattr(row, name)
    )


def times(frames, counts, links):
    """What `charts.stacks` draws of `quality.punctual`: returns by ward or by period."""
    if counts.index.name == "ward":
        called = names(frames).reindex(counts.index)
    else:
        counts = counts.loc[_in_groups(frames, counts.index).index]
        called = [words.short_period(frames.periods.loc[period]) for period in counts.index]
    href = [links.get(key, "") for key in counts.index]
    return pd.DataFrame({"name": list(called), "href": href, **{key: counts[key] for key in SIGNS}})


def time_parts():
    """The parts of those bars, as `charts.stacks` wants them."""
    return [
        {"column": name, "word": time_name(name), "sign": sign, "look": LOOKS[name]}
        for name, sign in SIGNS.items()
    ]
