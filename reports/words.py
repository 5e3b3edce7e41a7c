"""How figures are said, in the language of the page: values with units, changes, states, names.

Imports Django's translation and nothing else of Django.
"""

import math

import pandas as pd
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from pilot import numbers, periods

NO_BREAK = "\u00a0"
MINUS = "\u2212"


def language():
    """The language of the page, cut to the two there are."""
    return "vi" if (get_language() or "vi").startswith("vi") else "en"


def number(value, decimals=0):
    """1234.5 as «1.234,5» or "1,234.5"; nothing for NaN."""
    return "" if pd.isna(value) else numbers.write(float(value), decimals, language())


def decimals_of(value):
    """As many decimals as a figure needs: none for a whole number, else one."""
    return 0 if float(value).is_integer() else 1


def figure(value, kind):
    """A value without its unit: a rate as a percentage with one decimal. Nothing for NaN."""
    if pd.isna(value):
        return ""
    if kind == "ratio":
        return number(value * 100, 1)
    if kind == "score":
        return number(value, 2)
    return number(value, decimals_of(value))


def unit(kind, unit):
    """What stands behind a value: «%», «điểm», or the indicator's own unit."""
    if kind == "ratio":
        return "%"
    return unit


def with_unit(value, kind, of):
    """A value with its unit, kept on one line: «93,1 %»."""
    text = figure(value, kind)
    return f"{text}{NO_BREAK}{unit(kind, of)}".strip() if text else ""


def target(value, kind):
    """A target, which has no more digits than it was set with: «95 %»."""
    if pd.isna(value):
        return ""
    shown = round(value * 100, 6) if kind == "ratio" else value
    text = number(shown, decimals_of(shown))
    return f"{text}{NO_BREAK}%" if kind == "ratio" else text


def change(value, kind):
    """A difference with its sign: «+6,4 điểm» for rates, «+5» for counts."""
    if pd.isna(value):
        return ""
    shown = value * 100 if kind == "ratio" else value
    text = number(abs(shown), 1 if kind == "ratio" else decimals_of(round(shown, 6)))
    sign = "" if not float(text.translate(ONLY_DIGITS)) else ("+" if shown > 0 else MINUS)
    if kind != "ratio":
        return sign + text
    return sign + text + NO_BREAK + pgettext("percentage", "points")


def distance(value, kind, of):
    """A difference without a sign: «1,9 điểm» for rates, «5 hồ sơ» for counts."""
    if pd.isna(value):
        return ""
    if kind != "ratio":
        return with_unit(round(value, 6), kind, of)
    return number(abs(value) * 100, 1) + NO_BREAK + pgettext("percentage", "points")


def interval(low, high, kind):
    """«từ 90,8 đến 95,0», without a unit; nothing where there is none."""
    ends = {"low": figure(low, kind), "high": figure(high, kind)}
    return _("%(low)s to %(high)s") % ends if all(ends.values()) else ""


ONLY_DIGITS = str.maketrans("", "", ".,")


def ranks(low, high):
    """A range of ranks: «2–5»; one number where both are the same, nothing for NaN."""
    if pd.isna(low):
        return ""
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def points(value):
    """A score: «86,2»; two decimals, as it is published."""
    return number(value, 2)


def state_name(name):
    """What one of the five states of a cell is called."""
    return {
        "reported": _("reported"),
        "not_applicable": _("not applicable"),
        "not_available": _("not available"),
        "missing": _("not reported"),
        "not_due": _("not yet due"),
    }[name]


def score_state(name):
    """What stands in the place of a score: as `state_name`, or that too little is there to judge."""
    if name == "reported":
        return _("scored")
    return _("too few figures") if name == "too_few" else state_name(name)


def outcome(state, denominator=None):
    """What stands in the place of a figure that is not there: its state, or that nothing arose."""
    if state == "reported" and denominator == 0:
        return _("nothing arose")
    return state_name(state)


def remarked(state, denominator=None, small=False):
    """The state of a cell with what to beware of: «đã báo cáo (mẫu số nhỏ)»."""
    if state == "reported" and denominator == 0:
        remark = _("nothing arose")
    elif small:
        remark = _("small denominator")
    else:
        return state_name(state)
    return f"{state_name(state)} ({remark})"


def submission_state(name):
    """What the state of a return is called."""
    return {
        "draft": _("draft"),
        "submitted": _("awaiting approval"),
        "returned": _("sent back"),
        "approved": _("approved"),
    }[name]


def outlook(name):
    """What a class of forecast is called."""
    return {
        "will_be_met": _("will be met"),
        "at_risk": pgettext("forecast", "at risk"),
        "will_be_missed": _("will be missed"),
        "cannot_be_said": _("cannot be said"),
    }[name]


def flag(kind, sign):
    """What a flag is called: a kind of change and whether it is for the better (1) or worse (-1)."""
    return {
        ("shift", 1): _("lasting gain"),
        ("shift", -1): _("lasting loss"),
        ("outlier", 1): _("unusually good"),
        ("outlier", -1): _("unusually bad"),
        ("drop", -1): _("sudden worsening"),
        ("shift", 0): _("lasting change"),
    }.get((kind, sign), _("unusual"))


def flag_means(kind):
    """By what a flag was raised."""
    return {
        "shift": _("Lastingly off its own level (CUSUM)."),
        "outlier": _("Far off its own other figures (modified z-score)."),
        "drop": _("Much worse at one step than at the steps before it."),
    }.get(kind, "")


def day(when):
    """A day as it is written: 31/12/2022."""
    return f"{when:%d/%m/%Y}"


def named(frame, column="name"):
    """The names of a frame's rows in the language of the page; Vietnamese where English is blank."""
    vietnamese = frame[f"{column}_vi"]
    if language() == "vi":
        return vietnamese
    english = frame[f"{column}_en"]
    return english.where(english != "", vietnamese)


def period(row):
    """The name of a period, from its row of `frames.periods`."""
    return periods.name(row["kind"], row["start"].date(), row["end"].date())


def short_period(row):
    """A period where there is little room: «6/2022», «QII/2022»."""
    kind, end = row["kind"], row["end"]
    if kind == "month":
        return f"{end.month}/{end.year}"
    if kind == "quarter":
        return f"Q{['I', 'II', 'III', 'IV'][(end.month - 1) // 3]}/{end.year}"
    if kind == "half":
        return (
            f"{1 if end.month == 6 else 2}H/{end.year}"
            if language() == "en"
            else (f"{'6T đầu' if end.month == 6 else '6T cuối'}/{end.year}")
        )
    return str(end.year) if kind == "year" else f"{end:%d/%m/%Y}"


def units(wards, count=2):
    """What the units of a pilot are called, by number: wards where they all are, else units."""
    if all(name.startswith("Phường ") for name in wards["name_vi"]):
        return ngettext("ward", "wards", int(count))
    return ngettext("unit", "units", int(count))


def coverage(reported, due, of):
    """«9/10 phường»: `of` says what is counted."""
    return f"{number(reported)}/{number(due)}{NO_BREAK}{of}"


def joined(names):
    """«A, B và C»."""
    *first, last = names
    return (
        _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )


def finite(value):
    """The value as a plain float, None for NaN: for what goes into a template."""
    return None if value is None or math.isnan(value) else float(value)
