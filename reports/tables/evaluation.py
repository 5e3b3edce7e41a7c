"""The tables of the evaluation: changes with their intervals, firmness of the ranks."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words

from .parts import decimals, names, sheet, shown, units


def changes(frames, found, title, notes):
    """Every indicator before and after, all wards together, from `evaluation.effect.before_after`."""
    pooled = found.xs(0, level="ward")
    of = frames.indicators.loc[pooled.index]
    kind = of["kind"]
    told = found[found.index.get_level_values("ward") != 0].groupby("indicator")["better"]
    frame = pd.DataFrame(
        {
            _("Theme"): names(frames.themes, of["theme"], "short"),
            _("Indicator"): words.named(of),
            **_figures(pooled, kind),
            _("Unit"): units(of),
            _("Verdict"): verdicts(pooled),
            _("Wards better"): told.apply(lambda each: (each > 0).sum()).astype("float64"),
            _("Wards worse"): told.apply(lambda each: (each < 0).sum()).astype("float64"),
            _("Reports before"): pooled["n_before"].astype("float64"),
            _("Reports since"): pooled["n_after"].astype("float64"),
            _("Method"): pooled["method"].map(methods()),
        },
        index=of.index,
    )
    return sheet(
        "changes", title, frame, _("Indicator"), notes, grouped=True,
        decimals=decimals(list(_figures(pooled, kind)), kind), signed=_signed(),
    )  # fmt: skip


def by_ward(frames, found, title, notes):
    """The same ward by ward."""
    own = found[found.index.get_level_values("ward") != 0].reset_index()
    of = frames.indicators.loc[own["indicator"]].reset_index(drop=True)
    kind = of["kind"]
    frame = pd.DataFrame(
        {
            _("Indicator"): words.named(of),
            _("Unit of government"): names(frames.wards, own["ward"], "name"),
            **_figures(own, kind),
            _("Unit"): units(of),
            _("Verdict"): verdicts(own),
            _("Reports before"): own["n_before"].astype("float64"),
            _("Reports since"): own["n_after"].astype("float64"),
            _("Method"): own["method"].map(methods()),
        }
    )
    return sheet(
        "changes-by-ward", title, frame, _("Unit of government"), notes, grouped=True,
        decimals=decimals(list(_figures(own, kind)), kind), signed=_signed(),
    )  # fmt: skip


def _figures(found, kind):
    return {
        _("Before the pilot"): shown(found["before"], kind),
        _("Since the start"): shown(found["after"], kind),
        _("Change"): shown(found["change"], kind),
        _("At least"): shown(found["low"], kind),
        _("At most"): shown(found["high"], kind),
    }


def _signed():
    return (_("Change"), _("At least"), _("At most"))


def verdicts(found):
    """What may be said of each change, in words."""
    said = {
        "better": _("better"),
        "worse": _("worse"),
        "unsure": _("cannot be told from chance"),
        "plain": _("no interval"),
        "none": _("not comparable"),
    }
    return [said[code] for code in verdict_codes(found)]


def verdict_codes(found):
    """better and worse are sure; unsure, plain (no interval to tell by) and none (a side is missing)."""
    codes = []
    for better, certain, low in zip(found["better"], found["certain"], found["low"], strict=True):
        if better != better:
            codes.append("none")
        elif low != low:
            codes.append("plain")
        else:
            codes.append({1: "better", -1: "worse"}.get(better, "unsure") if certain else "unsure")
    return codes


def methods():
    """What the ways to an interval are called."""
    return {"newcombe": "Newcombe", "exact": _("exact"), "none": "–"}


def ranks(frames, ranges, groups, title, notes):
    """Wards by rank, with the range of the rank and the group that cannot be told apart."""
    order = ranges["rank"].sort_values(kind="stable", na_position="last").index
    ranges = ranges.loc[order]
    there = ranges["rank"].notna()
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(order),
            _("Rank"): ranges["rank"],
            _("Rank at best"): ranges["low"],
            _("Rank at worst"): ranges["high"],
            _("First, % of draws"): ranges["first"] * 100,
            _("Group"): groups.reindex(order),
            _("Score"): ranges["score"],
        },
        index=order,
    )
    return sheet(
        "ranks", title, frame, _("Unit of government"), notes,
        decimals={
            _("Score"): 2,
            _("First, % of draws"): [1 if each else None for each in there],
        },
    )  # fmt: skip


def parts(frames, found, title, notes):
    """The points that each ward has from each theme, the best ward first; they add up to the score."""
    score = found.sum(axis=1, min_count=1)
    order = score.sort_values(ascending=False, kind="stable", na_position="last").index
    themes = words.named(frames.themes, "short")
    frame = pd.DataFrame(
        {
            _("Unit of government"): words.named(frames.wards).reindex(order),
            _("Score"): score.loc[order],
            **{themes[theme]: found.loc[order, theme] for theme in found},
        },
        index=order,
    )
    return sheet(
        "scores", title, frame, _("Unit of government"), notes,
        decimals=dict.fromkeys([_("Score"), *themes.loc[list(found)]], 2),
    )  # fmt: skip


def without(frames, removed, title, notes):
    """The rank of each ward were one theme or indicator not there: one row for each removed part."""
    wards = words.named(frames.wards, "bare")
    frame = pd.DataFrame(
        {
            _("Left out"): part_names(frames, removed),
            **{wards[ward]: removed[ward].to_numpy() for ward in removed},
        }
    )
    return sheet("ranks-without", title, frame, _("Left out"), notes)


def part_names(frames, removed):
    """The names of the parts in the index of `evaluation.index.without`."""
    named = {
        "theme": words.named(frames.themes, "short"),
        "indicator": words.named(frames.indicators, "short"),
    }
    said = {"theme": _("Theme: %(name)s"), "indicator": "%(name)s"}
    return [said[kind] % {"name": named[kind][key]} for kind, key in removed.index]


def series(frames, indicator, found, title, notes):
    """A series with the lines through its two halves, from `evaluation.effect.interrupted`."""
    of = frames.indicators.loc[[indicator]]
    kind = pd.Series(of["kind"].iloc[0], index=range(len(found.periods)))
    figures = {
        _("Value"): pd.Series(found.values, dtype="float64"),
        _("Fitted"): pd.Series(found.fitted, dtype="float64"),
        _("Expected without a change"): pd.Series(found.expected, dtype="float64"),
    }
    frame = pd.DataFrame(
        {
            _("Period"): [words.period(frames.periods.loc[each]) for each in found.periods],
            **{name: shown(values, kind) for name, values in figures.items()},
            _("Unit"): units(of).iloc[0],
        }
    )
    return sheet("series", title, frame, _("Period"), notes, decimals=decimals(list(figures), kind))
