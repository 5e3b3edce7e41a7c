"""What the page of a ward draws, and what its return would change."""

import pandas as pd
from django.utils.translation import gettext as _

from pilot import periods
from reports import words

MOST_MILESTONES = 4


def ends(chosen, frames, cells, places, origins):
    """Lines {name, text, href} of the indicators in `chosen`: the figure, the points, the place."""
    of = frames.indicators
    names, units = words.named(of, "short"), words.named(of, "unit")
    lines = []
    for key in chosen:
        row = cells.loc[key]
        figure = words.with_unit(row["value"], of.at[key, "kind"], units[key])
        said = {
            "points": words.number(row["points"], words.decimals_of(row["points"])),
            "max": words.number(row["max"], words.decimals_of(row["max"])),
            "place": "" if pd.isna(places[key]) else int(places[key]),
        }
        text = _("%(points)s of %(max)s points, place %(place)s") % said
        figure = figure or words.outcome(row["state"], row["denominator"])
        lines.append({"name": names[key], "figure": figure, "text": text, "href": origins[key]})
    return lines


def moves(chosen, frames, changes, links):
    """Lines {name, figure, text, href} of the indicators in `chosen`: from, to, and whether it is sure."""
    of = frames.indicators
    names, units = words.named(of, "short"), words.named(of, "unit")
    lines = []
    for key in chosen:
        row, kind = changes.loc[key], of.at[key, "kind"]
        said = {
            "before": words.figure(row["before"], kind),
            "after": words.with_unit(row["after"], kind, units[key]),
        }
        sure = _("sure") if row["certain"] else _("may be chance")
        text = sure if row["low"] == row["low"] else _("no interval")
        figure = _("%(before)s → %(after)s") % said
        lines.append({"name": names[key], "figure": figure, "text": text, "href": links[key]})
    return lines


def milestones(standings, day, link):
    """The items of `_todo.html` for the milestones of a ward that are not done, the urgent first."""
    waiting = [each for each in standings if not each.done]
    return [
        {
            "state": str(each.state),
            "word": each.state.label,
            "head": str(each.milestone),
            "text": _("%(percent)s %% done; %(due)s.")
            % {"percent": each.percent, "due": periods.due_words(each.milestone.due, day)},
            "href": link(each.milestone.pk),
            "action": _("See"),
        }
        for each in waiting[:MOST_MILESTONES]
    ]


def theme_bars(shares, names):
    """What `charts.themes` draws, from `scoring.theme_shares`."""
    said = shares.map(lambda share: words.with_unit(share, "ratio", "") or _("no score"))
    return pd.DataFrame(
        {
            "name": names.reindex(shares.index),
            "ours": shares["ours"],
            "ours_text": said["ours"],
            "all": shares["all"],
            "all_text": said["all"],
        }
    )


def returns(frames, found, link):
    """The returns of a ward for the list on its page, from `measures.returns`.

    `link` is the address of a return by the code of its period and its state, "" for none.
    """
    listed = []
    for period, row in found.iterrows():
        unbegun = row["state"] in {"missing", "not_due"}
        late = (
            ""
            if pd.isna(row["late"]) or row["late"] == 0
            else _("%(days)s days late") % {"days": int(row["late"])}
        )
        listed.append(
            {
                "period": words.period(frames.periods.loc[period]),
                "href": link(frames.periods.at[period, "code"], row["state"]),
                "state": row["state"],
                "word": words.state_name(row["state"])
                if unbegun
                else words.submission_state(row["state"]),
                "late": late,
            }
        )
    return listed


def effect(before, after, better, indicators):
    """The district's figures that a return would change, as lines {name, before, after, step}.

    `before` and `after` are figures by indicator, `better` says which of them gain (1) or lose (-1).
    What reads the same before and after is left out.
    """
    names = words.named(indicators, "short")
    units = words.named(indicators, "unit")
    lines = []
    for key, kind in indicators["kind"].items():
        then, now = (words.with_unit(each[key], kind, units[key]) for each in (before, after))
        if then != now:
            step = {1: "better", -1: "worse"}.get(better[key], "")
            lines.append({"name": names[key], "before": then, "after": now, "step": step})
    return lines
