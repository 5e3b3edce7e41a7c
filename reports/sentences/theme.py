"""What the page of a theme says."""

from django.utils.translation import gettext as _

from reports import words

from .parts import against, few


def lead(found, names, period, compared):
    """How many of the theme's indicators reach their target, which miss it and which got worse.

    `found` are their rows of `measures.overview`; `compared` names the period that they are held
    against, "" for the time before the pilot.
    """
    counts = {
        "period": period,
        "there": int(found["value"].notna().sum()),
        "all": len(found),
        "reached": int(found["reached"].sum()),
        "aimed": int(found["reached"].count()),
    }
    said = _("%(period)s: %(there)s of %(all)s indicators have a figure.")
    if counts["aimed"]:
        said = _(
            "%(period)s: %(there)s of %(all)s indicators have a figure; %(reached)s of %(aimed)s with"
            " a target reach it."
        )
    parts = [said % counts]
    missed = names[found["reached"] == 0]
    if len(missed):
        parts.append(_("Below the target: %(names)s.") % {"names": words.joined(list(missed))})
    return " ".join([*parts, *against(found["better"], names, compared)])


def heat(rows, names, period):
    """Who has the most and the fewest points of the theme in the last of the periods.

    `rows` are those of one theme in `themes.history`.
    """
    there = rows[rows["period"] == period].set_index("ward")["points"].dropna()
    if there.empty:
        return _("Nobody has enough figures for a score in this period.")
    said = {
        "best": few(there[there == there.max()], names),
        "high": words.points(there.max()),
        "worst": few(there[there == there.min()], names),
        "low": words.points(there.min()),
    }
    if there.max() == there.min():
        return _("All stand at %(points)s points.") % {"points": said["high"]}
    return _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % said


def spread(points, maximum, district, units):
    """How far the wards lie apart; `points` is a Series by ward, `district` its own score or NaN."""
    there = points.dropna()
    if there.empty:
        return _("Nobody has enough figures for a score in this period.")
    said = {
        "count": words.number(len(there)),
        "all": words.number(len(points)),
        "units": units(len(points)),
        "mean": words.points(there.mean()),
        "max": words.number(maximum, words.decimals_of(maximum)),
        "span": words.points(there.max() - there.min()),
    }
    text = _("%(count)s of %(all)s %(units)s have a score; on average %(mean)s of %(max)s points.")
    if there.nunique() > 1:
        text += " " + _("From the lowest to the highest it is %(span)s points.")
    text %= said
    if district != district:
        return text
    own = _("The district's own sums would give %(points)s.") % {"points": words.points(district)}
    return f"{text} {own}"


def lines(series):
    """How many indicators have a line, and that a gap is a period without a figure."""
    figures = series.groupby("indicator")["value"].count()
    if not figures.any():
        return _("No approved figure yet.")
    gaps = series["value"].isna().any()
    text = _("The district's figure against its target, indicator by indicator.")
    return text + " " + _("A gap is a period without a figure.") if gaps else text
