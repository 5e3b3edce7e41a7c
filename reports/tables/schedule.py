"""The tables of the plan of milestones."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import sheet


def state_name(name):
    """What the state of a milestone is called."""
    return {
        "overdue": _("overdue"),
        "at_risk": _("at risk"),
        "on_track": _("on track"),
        "not_started": _("not started"),
        "done_late": _("done late"),
        "done": _("done"),
    }[name]


def day(when):
    """A day as it is written: «31/12/2021»; nothing for NaT."""
    return "" if pd.isna(when) else f"{when:%d/%m/%Y}"


def theme_names(plan):
    """What the themes of a Plan are called, by id, in their order; 0 is none."""
    return pd.concat([words.named(plan.themes, "short"), pd.Series({0: _("No theme")})])


def place_names(plan):
    """What the places of a Plan are called, by id, in their order; 0 is the whole pilot."""
    return pd.concat([pd.Series({0: _("Whole pilot")}), words.named(plan.wards, "bare")])


def plan(plan, milestones, title, notes):
    """All milestones with their dates and how they stand, from `schedule.slippage`."""
    frame = pd.DataFrame(
        {
            _("Milestone"): words.named(milestones),
            _("Theme"): list(theme_names(plan).reindex(milestones["theme"])),
            _("Responsible unit"): list(place_names(plan).reindex(milestones["ward"]).fillna("")),
            _("Responsible"): words.named(milestones, "owner"),
            _("State"): milestones["state"].map(state_name),
            _("Progress, %"): milestones["percent"],
            _("Expected by now, %"): milestones["planned"],
            _("Start"): milestones["start"].map(day),
            _("First planned due"): milestones["first_due"].map(day),
            _("Due date"): milestones["due"].map(day),
            _("Done"): milestones["done"].map(day),
            _("Due date moved, days"): milestones["moved"],
            _("Days late"): milestones["late"],
            _("Expected finish"): milestones["expected"].map(day),
        }
    )
    return sheet("plan", title, frame, _("Milestone"), notes, milestones["state"])


def slippage(_plan, milestones, title, notes):
    """Those milestones whose dates slipped or will."""
    frame = pd.DataFrame(
        {
            _("Milestone"): words.named(milestones),
            _("State"): milestones["state"].map(state_name),
            _("First planned due"): milestones["first_due"].map(day),
            _("Due date"): milestones["due"].map(day),
            _("Due date moved, days"): milestones["moved"],
            _("Done"): milestones["done"].map(day),
            _("Days late"): milestones["late"],
            _("Expected finish"): milestones["expected"].map(day),
            _("Days behind, expected"): milestones["behind"],
        }
    )
    return sheet(
        "slippage", title, frame, _("Milestone"), notes, milestones["state"],
        signed=(_("Due date moved, days"), _("Days behind, expected")),
    )  # fmt: skip


def standing(plan, counts, title, notes):
    """How many stand how by theme or by ward, from `schedule.standing`."""
    by_theme = counts.index.name == "theme"
    names = theme_names(plan) if by_theme else place_names(plan)
    head = _("Theme") if by_theme else _("Responsible unit")
    counts = counts.reindex([key for key in names.index if key in counts.index])
    frame = pd.DataFrame({head: names.reindex(counts.index)})
    for state in counts.columns.drop("all"):
        said = state_name(state)
        frame[said[:1].upper() + said[1:]] = counts[state]
    frame[_("All")] = counts["all"]
    return sheet(f"by-{counts.index.name}", title, frame, head, notes)
