"""What the screen of many districts says."""

from django.utils.translation import gettext as _

from reports import words

from .parts import few


def lead(name, period, figures):
    """What is compared, when, and how many have a figure."""
    return _("%(indicator)s, %(period)s: %(there)s of %(all)s districts have a figure.") % {
        "indicator": name,
        "period": period,
        "there": words.number(figures["value"].count()),
        "all": words.number(len(figures)),
    }


def compared(figures, names, of):
    """Who is best and who is last, and how many rose or fell; from `rollup.figures`, best first."""
    there = figures["value"].dropna()
    if there.empty:
        return _("No district has a figure for this period.")
    unit = words.named(of.to_frame().T, "unit").iloc[0]
    first, last = (there[there == there.iloc[place]] for place in (0, -1))
    high, low = (words.with_unit(each.iloc[0], of["kind"], unit) for each in (first, last))
    told = {"best": few(first, names), "high": high, "worst": few(last, names), "low": low}
    if len(first) == len(there):
        said = _("%(best)s: %(high)s.") % told
    else:
        said = _("Best %(best)s (%(high)s), last %(worst)s (%(low)s).") % told
    better, worse = ((figures["better"] == sign).sum() for sign in (1, -1))
    if better + worse:
        said += " " + _("Against the year before %(better)s gained and %(worse)s lost.") % {
            "better": words.number(better),
            "worse": words.number(worse),
        }
    return said
