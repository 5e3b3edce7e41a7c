"""What the page of an indicator draws of one period: ward by ward, the strip, the facts."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import rows


def by_ward(cells, names, hrefs, mine, kind):
    """What `charts.rows.dots` or `bars` draws of one indicator, from `scoring.compared`.

    Where the cells have columns low and high, their distance from the value becomes whiskers; then is
    an earlier value, marked beside it.
    """
    said = zip(cells["value"], cells["state"], cells["denominator"], strict=True)
    text = [
        words.with_unit(value, kind, "") or words.outcome(state, denominator)
        for value, state, denominator in said
    ]
    found = rows(cells, cells["value"], names, hrefs, mine, cells["small"], text)
    if "then" in cells:
        names = [words.with_unit(value, kind, "") for value in cells["then"]]
        found = found.assign(then=cells["then"], then_text=names)
    if "low" not in cells or cells["low"].isna().all():
        return found
    return found.assign(above=cells["high"] - cells["value"], below=cells["value"] - cells["low"])


def strip(cells, names, hrefs, mine, kind):
    """What `charts.spread.strip` draws of the wards that have a figure, from `scoring.compared`."""
    there = cells[cells["value"].notna()].sort_values("value", kind="stable")
    return by_ward(there, names, hrefs, mine, kind)


def first_tick(frames, indicator, day):
    """The label on the time axis of the first period that begins on or after `day`; None without."""
    kind = frames.indicators.at[indicator, "frequency"]
    periods = frames.periods[frames.periods["kind"] == kind]
    after = periods[periods["start"] >= pd.Timestamp(day)]
    # A pilot that has run from the first period on has no before to part from.
    if after.empty or len(after) == len(periods):
        return None
    return words.short_period(after.iloc[0])


def facts(indicator):
    """What may be asked about an indicator: (question, answer) for those that have an answer."""
    said = indicator.said
    asked = [
        (_("Definition"), said("definition")),
        (_("Numerator"), said("numerator")),
        (_("Denominator"), said("denominator")),
        (_("Why it matters"), said("why")),
        (_("Frequency"), indicator.get_frequency_display()),
        (_("Direction"), indicator.get_direction_display()),
        (_("Points"), _goalposts(indicator)),
        (_("When nothing was due"), indicator.get_nothing_due_display()),
        (_("Entered by"), said("owner")),
        (_("Source"), said("source")),
    ]
    if indicator.kind != "ratio":
        asked = [each for each in asked if each[0] != _("When nothing was due")]
    return [(question, answer) for question, answer in asked if answer]


def _goalposts(indicator):
    """«0 điểm tại 70 %, đủ 6 điểm từ 98 %»."""
    if indicator.points is None:
        return _("watched, not scored")
    points = words.number(indicator.points, words.decimals_of(indicator.points))
    if indicator.kind == "score":
        return _("taken as published, at most %(points)s") % {"points": points}
    edges = {
        name: words.target(getattr(indicator, name), indicator.kind) if value is not None else ""
        for name in ("worst", "best", "best_high", "worst_high")
        if (value := getattr(indicator, name)) is not None
    }
    if indicator.direction == "band":
        text = _(
            "%(points)s points between %(best)s and %(best_high)s, none beyond %(worst)s and %(worst_high)s"
        )
    else:
        text = _("none at %(worst)s, all %(points)s points from %(best)s")
    return text % {"points": points, **edges}
