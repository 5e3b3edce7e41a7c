"""The tables on data quality: what came in, when, what became of it, and who is silent."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import decimals, period_names, sheet, shown, units


def places(frames, wards):
    """Names of places by ward id; the district is 0."""
    return [words.named(frames.wards).get(ward, _("district")) for ward in wards]


def completeness(frames, found, title, notes):
    """What was asked of each ward for each period, from `quality.completeness`."""
    frame = pd.DataFrame(
        {
            _("Unit of government"): places(frames, found["ward"]),
            _("Period"): found["period"].map(period_names(frames)),
            _("Asked"): found["asked"],
            **_states(found),
            _("Reported, %"): found["share"] * 100,
        }
    )
    return sheet(
        "completeness", title, frame, _("Period"), notes, grouped=True,
        decimals={_("Reported, %"): 1},
    )  # fmt: skip


def _states(found):
    named = {
        _("Reported"): "reported",
        _("Not applicable"): "not_applicable",
        _("Not available"): "not_available",
        _("Not reported"): "missing",
        _("Not yet due"): "not_due",
    }
    return {name: found[column] for name, column in named.items()}


def timeliness(frames, counts, title, notes):
    """How the returns came in, by ward or by period, from `quality.punctual`."""
    by_ward = counts.index.name == "ward"
    head = _("Unit of government") if by_ward else _("Period")
    names = places(frames, counts.index) if by_ward else counts.index.map(period_names(frames))
    frame = pd.DataFrame(
        {
            head: list(names),
            _("Returns due"): counts["due"],
            _("On time"): counts["on_time"],
            _("Late"): counts["late"],
            _("Not timed"): counts["not_timed"],
            _("Not handed in"): counts["not_in"],
            _("Days late, median"): counts["median"],
            _("Days late, most"): counts["longest"],
        },
        index=counts.index,
    )
    return sheet("in-wards" if by_ward else "in-time", title, frame, head, notes)


def lateness(frames, timed, title, notes):
    """Every return with the day it came in against the day it was due: `quality.timeliness`."""
    frame = pd.DataFrame(
        {
            _("Unit of government"): places(frames, timed["ward"]),
            _("Period"): timed["period"].map(period_names(frames)),
            _("State"): timed["time"].map(time_name),
            _("Days late"): timed["late"],
        }
    )
    return sheet("returns", title, frame, _("Unit of government"), notes)


def time_name(time):
    """How a return stands to the day it was due, in words."""
    return {
        "on_time": _("on time"),
        "late": _("late"),
        "not_timed": _("not timed"),
        "not_in": _("not handed in"),
        "not_due": _("not yet due"),
    }[time]


def given_back(frames, back, changed, title, notes):
    """By ward: returns given back, and figures that were changed since they were first submitted."""
    wards = [ward for ward in [0, *frames.wards.index] if ward in back.index or ward in changed]
    counts = back.reindex(wards).fillna(0).astype("int64")
    frame = pd.DataFrame(
        {
            _("Unit of government"): places(frames, wards),
            _("Sent back before approval"): counts["sent_back"],
            _("Given back after approval"): counts["reopened"],
            _("Figures changed"): changed.reindex(wards).fillna(0).astype("int64"),
        },
        index=counts.index,
    )
    return sheet("given-back", title, frame, _("Unit of government"), notes)


def revisions(frames, found, title, notes):
    """The figures that were changed, from `quality.revised`; one row each."""
    of = frames.indicators.reindex(found["indicator"])
    kinds = of["kind"].set_axis(found.index)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of).to_numpy(),
            _("Unit of government"): places(frames, found["ward"]),
            _("Period"): found["period"].map(period_names(frames)),
            _("First submitted"): shown(found["then"], kinds),
            _("Now"): shown(found["now"], kinds),
            _("Change"): shown(found["change"], kinds),
            _("Unit"): units(of).to_numpy(),
            _("State"): found["state"].map(words.state_name),
        },
        index=found.index,
    )
    numbers = [_("First submitted"), _("Now"), _("Change")]
    return sheet(
        "revisions", title, frame, _("Indicator"), notes, found["state"],
        decimals=decimals(numbers, kinds), signed=(_("Change"),), figures=(_("Now"),),
    )  # fmt: skip


def revised(frames, found, title, notes):
    """The same by indicator, from `quality.revised_by_indicator`."""
    of = frames.indicators.reindex(found.index)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of),
            _("Figures changed"): found["cells"],
            _("Change, median"): shown(found["median"], of["kind"]),
            _("Change, largest"): shown(found["largest"], of["kind"]),
            _("Unit"): units(of),
        }
    )
    sizes = [_("Change, median"), _("Change, largest")]
    return sheet(
        "revised", title, frame, _("Indicator"), notes, decimals=decimals(sizes, of["kind"])
    )


def flags(frames, found, title, notes):
    """Outliers and shifts that nobody explained, from `quality.unexplained`."""
    of = frames.indicators.reindex(found["indicator"])
    kinds = of["kind"].set_axis(found.index)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of).to_numpy(),
            _("Unit of government"): places(frames, found["ward"]),
            _("Period"): found["period"].map(period_names(frames)),
            _("What stands out"): [
                ", ".join(flag_name(kind) for kind in kinds) for kinds in found["kinds"]
            ],
            _("For better or worse"): found["sign"].map({1: _("better"), -1: _("worse"), 0: ""}),
            _("Value"): shown(found["value"], kinds),
            _("Unit"): units(of).to_numpy(),
        },
        index=found.index,
    )
    return sheet(
        "flags", title, frame, _("Indicator"), notes,
        decimals=decimals([_("Value")], kinds), figures=(_("Value"),),
    )  # fmt: skip


def flag_name(kind):
    """What a flag of `evaluation.flags` is called."""
    return {
        "shift": _("lasting shift"),
        "outlier": _("outlier"),
        "drop": _("sudden worsening"),
    }[kind]


def reasons(frames, found, title, notes):
    """The reasons that were given for odd figures, in the words of those who gave them."""
    of = frames.indicators.reindex(found["indicator"])
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of).to_numpy(),
            _("Unit of government"): places(frames, found["ward"]),
            _("Period"): found["period"].map(period_names(frames)),
            _("Reason"): found["reason"],
        },
        index=found.index,
    )
    return sheet("reasons", title, frame, _("Indicator"), notes)


def small(frames, found, title, notes):
    """The indicators whose rates rest on few cases, from `quality.small`."""
    of = frames.indicators.reindex(found.index)
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of),
            _("Smallest denominator"): of["smallest_denominator"],
            _("Reported"): found["reported"],
            _("Small denominators"): found["small"],
            _("Nothing arose"): found["nothing"],
        }
    )
    return sheet("small", title, frame, _("Indicator"), notes)


def people(frames, unused, lacking, title, notes):
    """By place: rights that were never used, and whether anybody there does the work."""
    counts = unused["ward"].value_counts().reindex(lacking.index).fillna(0).astype("int64")
    frame = pd.DataFrame(
        {
            _("Unit of government"): places(frames, lacking.index),
            _("Rights never used"): counts,
            _("Nobody to enter"): lacking["enter"].map({True: _("nobody"), False: ""}),
            _("Nobody to submit"): lacking["submit"].map({True: _("nobody"), False: ""}),
        },
        index=lacking.index,
    )
    return sheet("people", title, frame, _("Unit of government"), notes)


def phantoms(frames, unused, title, notes):
    """The people who never used a right they hold: for reviewers alone, as it names them."""
    frame = pd.DataFrame(
        {
            _("Full name"): unused["name"],
            _("Unit of government"): places(frames, unused["ward"]),
            _("Right"): unused["role"].map(
                {"enter": _("enters figures"), "submit": _("checks and submits")}
            ),
            _("Last log-in"): [
                _("never logged in") if pd.isna(day) else f"{day:%d/%m/%Y}"
                for day in unused["seen"]
            ],
        },
        index=unused.index,
    )
    return sheet("names", title, frame, _("Full name"), notes)


def unreported(frames, due, title, notes):
    """The indicators that nobody ever reported, from `quality.unreported`."""
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(frames.indicators.reindex(due.index)),
            _("Figures due"): due,
        }
    )
    return sheet("unreported", title, frame, _("Indicator"), notes)


def unkept(frames, milestones, title, notes):
    """The open milestones of which nobody said anything for long, from `quality.unkept`."""
    frame = pd.DataFrame(
        {
            _("Milestone"): words.named(milestones),
            _("Responsible"): words.named(milestones, "owner"),
            _("Last entry"): [
                _("none yet") if pd.isna(day) else f"{day:%d/%m/%Y}" for day in milestones["last"]
            ],
            _("Days without an entry"): milestones["silent"],
        }
    )
    return sheet("logs", title, frame, _("Milestone"), notes)
