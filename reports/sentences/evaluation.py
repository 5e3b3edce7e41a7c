"""What the evaluation says. It never says that the pilot is the cause: there is nothing to compare with."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words

from .parts import few


def head(pooled, months):
    """How many indicators are surely better and worse; `pooled` are the changes of all wards together."""
    if pooled["better"].isna().all():
        return _("Nothing to compare with the time before the pilot")
    sure = pooled[pooled["certain"]]["better"]
    counts = {
        "better": int((sure > 0).sum()),
        "worse": int((sure < 0).sum()),
        "told": int(pooled["low"].notna().sum()),
        "months": months,
    }
    said = ngettext(
        "After %(months)s month: of %(told)s indicators with an interval, %(better)s surely better,"
        " %(worse)s surely worse",
        "After %(months)s months: of %(told)s indicators with an interval, %(better)s surely better,"
        " %(worse)s surely worse",
        months,
    )
    return said % counts


def caution():
    """What no figure of this page can say."""
    return _(
        "There is no group of wards without the pilot to compare with: a change is not shown to come"
        " from the pilot. The intervals speak of chance alone."
    )


def changes(frames, found, units):
    """The largest sure change, and in how many wards it points the same way."""
    pooled = found.xs(0, level="ward")
    rates = frames.indicators.loc[pooled.index, "kind"] == "ratio"
    sure = pooled[pooled["certain"] & rates]
    if sure.empty:
        return _("No change of a rate can be told from chance.")
    largest = sure["change"].abs().idxmax()
    row = sure.loc[largest]
    own = found.xs(largest, level="indicator").drop(0, errors="ignore")["change"].dropna()
    up = row["change"] > 0
    same = int(((own > 0) == up).sum()) if len(own) else 0
    said = {
        "name": words.named(frames.indicators, "short")[largest],
        "size": words.number(abs(row["change"]) * 100, 1),
        "low": words.number(min(abs(row["low"]), abs(row["high"])) * 100, 1),
        "high": words.number(max(abs(row["low"]), abs(row["high"])) * 100, 1),
        "same": same,
        "all": len(own),
        "units": units(len(own)),
    }
    if up:
        text = _(
            "The largest change: %(name)s, up %(size)s points (%(low)s to %(high)s); it rose in"
            " %(same)s of %(all)s %(units)s."
        )
    else:
        text = _(
            "The largest change: %(name)s, down %(size)s points (%(low)s to %(high)s); it fell in"
            " %(same)s of %(all)s %(units)s."
        )
    return text % said


def series(found, kind, unit):
    """The break in level and slope with its interval, or why none is shown."""
    if found.reason:
        return _refusal(found.reason)
    level = _step(found.level, found.level_low, found.level_high, kind, unit)
    slope = _step(found.slope, found.slope_low, found.slope_high, kind, unit)
    said = _(
        "At the start the level changed by %(level)s, and from then on by %(slope)s more a period."
    )
    said = said % {"level": level, "slope": slope}
    if found.level_low <= 0 <= found.level_high and found.slope_low <= 0 <= found.slope_high:
        return said + " " + _("Neither can be told from chance.")
    return said


def _refusal(reason):
    return {
        "too_few_before": _("No break is shown: fewer than 8 reported periods before the start."),
        "too_few_after": _("No break is shown: fewer than 8 reported periods since the start."),
        "gaps": _("No break is shown: periods without a report lie in between."),
        "kind": _("No break is shown: this indicator is a yes or no, or its periods overlap."),
        "no_variation": _("No break is shown: the figures do not vary around a line."),
    }[reason]


def _step(value, low, high, kind, unit):
    names = {
        "value": words.change(value, kind),
        "low": words.change(low, kind),
        "high": words.change(high, kind),
    }
    return _("%(value)s (%(low)s to %(high)s)") % names


def ranks(ranges, groups, names, units):
    """Who may be first, and who cannot be told apart from the first."""
    there = ranges.dropna(subset=["rank"])
    if there.empty:
        return _("No %(unit)s has enough figures for a score.") % {"unit": units(1)}
    first = groups.reindex(there.sort_values("rank", kind="stable").index)
    first = first[first == 1]
    counts = {"count": len(first), "all": len(there), "units": units(len(there))}
    if len(first) == 1:
        return _("%(name)s stands apart at the top.") % {"name": few(first, names)}
    counts["names"] = few(first, names)
    return (
        _("At the top %(names)s cannot be told apart: %(count)s of %(all)s %(units)s with a score.")
        % counts
    )


def ways(mean, seed):
    """What the ranges rest on, so that anybody can make them again."""
    kind = {"arithmetic": _("arithmetic mean"), "geometric": _("geometric mean")}[mean]
    return _(
        "%(mean)s; ranges from 2,000 draws with seed %(seed)s: weights ±25 %%, either mean, chance"
        " in small denominators. The same seed gives the same ranges."
    ) % {"mean": kind[:1].upper() + kind[1:], "seed": seed}


def parts(found, names):
    """Which theme parts the wards most."""
    spread = (found.max() - found.min()).dropna()
    if spread.empty:
        return _("No score yet.")
    widest = spread.idxmax()
    return _("Scores differ most by %(theme)s: %(points)s points between the ends.") % {
        "theme": names[widest],
        "points": words.number(spread[widest], 1),
    }


def without(frames, removed, ranks):
    """How many parts move a rank when they are left out, and which moves the first."""
    there = ranks.dropna()
    if there.empty or removed.empty:
        return _("No ranks yet.")
    own = removed[there.index]
    moving = own.ne(there, axis=1).any(axis=1)
    leader = there.idxmin()
    others = removed[moving & (removed[leader] != 1)]
    counts = {"moving": int(moving.sum()), "all": len(removed), "count": len(others)}
    said = _("Leaving out one of the %(all)s parts changes ranks in %(moving)s cases.") % counts
    if not len(others):
        return said + " " + _("The first stays first in every case.")
    return said + " " + _("The first loses its place in %(count)s of them.") % counts
