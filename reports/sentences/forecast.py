"""What may come of a target, in words."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import words


def said(row, frequency, end, kind, unit):
    """One forecast of `evaluation.forecast.forecasts` as a sentence; why there is none otherwise.

    `end` is the day it looks to.
    """
    now = words.with_unit(row["now"], kind, unit)
    target = words.target(row["target"], kind)
    if row["class"] == "cannot_be_said":
        reason = why(row["reason"])
        return " ".join([_("Now %(now)s.") % {"now": now}, reason] if now else [reason])
    figures = {
        "now": now,
        "course": course(row["rate"], frequency, kind, unit),
        "expected": words.with_unit(row["expected"], kind, unit),
        "between": words.interval(row["low"], row["high"], kind),
        "day": words.day(end),
        "target": target,
        "class": words.outlook(row["class"]),
    }
    if row["reason"] == "ended":
        return (
            _("Now %(now)s, and no period is left until %(day)s; target %(target)s: %(class)s.")
            % figures
        )
    return (
        _(
            "Now %(now)s, %(course)s, expected %(expected)s (%(between)s) by %(day)s, target"
            " %(target)s: %(class)s."
        )
        % figures
    )


def course(rate, frequency, kind, unit):
    """«mỗi tháng tăng 0,4 điểm»."""
    size = words.distance(abs(rate), kind, unit)
    if pd.isna(rate) or not any(digit in "123456789" for digit in size):
        return _("steady")
    said = {"size": size}
    rising = {
        "month": _("rising by %(size)s a month"),
        "quarter": _("rising by %(size)s a quarter"),
        "half": _("rising by %(size)s each half-year"),
    }
    falling = {
        "month": _("falling by %(size)s a month"),
        "quarter": _("falling by %(size)s a quarter"),
        "half": _("falling by %(size)s each half-year"),
    }
    if rate > 0:
        return rising.get(frequency, _("rising by %(size)s a year")) % said
    return falling.get(frequency, _("falling by %(size)s a year")) % said


def method(last):
    """How a forecast is worked out, from at most so many periods."""
    return _(
        "The last %(last)s reported figures are carried on to the last period along the median of"
        " the changes between them (Theil and Sen). At risk means that the target lies between the"
        " least and the most that is expected. Seasons are not seen."
    ) % {"last": words.number(last)}


def why(reason):
    """Why a forecast cannot be said, by its code."""
    return {
        "no_target": _("There is no target to forecast."),
        "no_figures": _("There is no figure yet."),
        "no_band": _("The edges of the good range are not set."),
        "kind": _("A yes or no has no course to carry on."),
        "frequency": _("Figures that start anew with each year have no course to carry on."),
        "too_few": _("There are too few figures to tell a direction."),
    }.get(reason, _("The figures do not allow a forecast."))
