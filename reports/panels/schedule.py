"""What the plan of milestones draws: bars in time, and how many stand how."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words
from reports.tables.schedule import day, state_name

MOST_BARS = 60
SIGNS = {
    "done": "✓",
    "done_late": "✓!",
    "on_track": "▸",
    "not_started": "○",
    "at_risk": "▲",
    "overdue": "●",
}
LOOKS = {
    "done": "good",
    "done_late": "fair",
    "on_track": "calm",
    "not_started": "idle",
    "at_risk": "warn",
    "overdue": "bad",
}
STEPS = (1, 3, 6, 12, 24, 60, 120)  # months between two lines of the axis
MOST_TICKS = 9


def gantt(milestones, themes, today, links):
    """The context of `_gantt.html`: bars from start to due on one axis of time, by theme.

    `milestones` is from `schedule.slippage`, `themes` their names by id, in their order. Of many the
    first are drawn, which are the most urgent. Places are per cent of the axis.
    """
    if milestones.empty:
        return None
    drawn = milestones.head(MOST_BARS)
    first, last = _ends(drawn)
    length = (last - first) / 100

    def place(when):
        return None if pd.isna(when) else round((when - first) / length, 2)

    groups = []
    for theme in [each for each in themes.index if (drawn["theme"] == each).any()]:
        own = drawn[drawn["theme"] == theme].sort_values(["start", "due"], kind="stable")
        rows = [_bar(row, place, links) for row in own.assign(**_said(own)).itertuples()]
        groups.append({"name": themes[theme], "rows": rows})
    ahead = today > last
    return {
        "groups": groups,
        "ticks": _ticks(first, last, place),
        "today": None if ahead or today < first else place(today),
        "today_word": _("today, %(day)s") % {"day": day(today)},
        "beyond": ahead,
    }


def _said(own):
    """Names in the language of the page, under their own columns."""
    return {"name": words.named(own), "owner": words.named(own, "owner")}


def _ends(milestones):
    """First and last day of the axis, with some air: whole months."""
    days = milestones[["start", "first_due", "due", "done"]]
    first, last = days.min().min(), days.max().max()
    return first.replace(day=1), (last + pd.offsets.MonthEnd(0)) + pd.Timedelta(days=1)


def _ticks(first, last, place):
    """Lines of the axis: [{x, text}], so many months apart that they can be read."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((each for each in STEPS if months / each <= MOST_TICKS), STEPS[-1])
    when = first + pd.offsets.DateOffset(months=-((first.month - 1) % min(step, 12)))
    ticks = []
    while when < last:
        if when >= first:
            text = str(when.year) if step >= 12 else f"{when.month}/{when.year}"
            ticks.append({"x": place(when), "text": text, "odd": bool(len(ticks) % 2)})
        when += pd.offsets.DateOffset(months=step)
    return ticks


def _bar(row, place, links):
    """One milestone: its bar, how much of it is done, and the marks on it."""
    dates = _dates(row)
    start, due, done = place(row.start), place(row.due), place(row.done)
    width = max(due - start, 0.4)
    late = done if row.state == "done_late" else None
    return {
        "name": row.name,
        "href": links[row.Index],
        "owner": row.owner,
        "state": row.state,
        "word": state_name(row.state),
        "x": start,
        "width": width,
        "fill": round(width * row.percent / 100, 2),
        "due": start + width,
        "late": late and round(late - due, 2),
        "done": done,
        "first": place(row.first_due) if row.moved else None,
        "dates": dates,
        "text": " · ".join(dates),
        "percent": int(row.percent),
    }


def _dates(row):
    """When it is due and when it was done: «Hạn 31/12/2021», «hoàn thành 18/02/2022»."""
    said = [_("Due %(day)s") % {"day": day(row.due)}]
    if row.moved:
        said.append(_("first planned for %(day)s") % {"day": day(row.first_due)})
    if not pd.isna(row.done):
        said.append(_("done %(day)s") % {"day": day(row.done)})
    return said


def standing(counts, names, links):
    """What `charts.stacks` draws of `schedule.standing`: rows in the order of `names`."""
    counts = counts.reindex([key for key in names.index if key in counts.index])
    href = [links.get(key, "") for key in counts.index]
    return counts.assign(name=list(names.reindex(counts.index)), href=href)


def state_parts():
    """The parts of those bars, as `charts.stacks` wants them."""
    return [
        {"column": state, "word": state_name(state), "sign": sign, "look": LOOKS[state]}
        for state, sign in SIGNS.items()
    ]


def upcoming(found, links):
    """The context of `_todo.html`: what is due or begins soon, in time."""
    return [
        {
            "state": row.state,
            "word": state_name(row.state),
            "head": row.name,
            "text": _soon(row),
            "href": links[row.Index],
            "action": _("Open"),
        }
        for row in found.assign(**_said(found)).itertuples()
    ]


def _soon(row):
    text = _("begins %(day)s") if row.begins else _("due %(day)s, progress %(percent)s %%")
    said = text % {"day": day(row.next), "percent": int(row.percent)}
    return f"{said} · {row.owner}"
