"""What is said on several pages."""

from django.utils.translation import gettext as _

from pilot import periods
from reports import words


def cut(sentence, rows, most):
    """The sentence, and that a chart of so many rows shows the first `most` only."""
    if rows <= most:
        return sentence
    shown = {"most": words.number(most), "rows": words.number(rows)}
    return (
        sentence
        + " "
        + _("The chart shows the first %(most)s of %(rows)s; the table has all.") % shown
    )


def against(better, names, compared):
    """Which of several got worse, as at most one sentence in a list, and what with they are compared.

    `better` is from `measures.overview`; `compared` names a period, "" for the time before the
    pilot.
    """
    worse = list(names[better == -1])
    if not compared:
        said = _("Worse than before: %(names)s.")
        return [said % {"names": words.joined(worse)}] if worse else []
    period = periods.in_sentence(compared)
    if worse:
        said = _("Worse than in %(period)s: %(names)s.")
        return [said % {"names": words.joined(worse), "period": period}]
    if better.notna().any():
        return [_("Nothing is worse than in %(period)s.") % {"period": period}]
    return [_("Nothing can be compared with %(period)s.") % {"period": period}]


def listed(sentence, rows, most):
    """The sentence, and that the list under it shows the first `most` of so many rows only."""
    if rows <= most:
        return sentence
    shown = {"most": words.number(most), "rows": words.number(rows)}
    text = _("The first %(most)s of %(rows)s; the file has all.") % shown
    return f"{sentence} {text}".strip()


def few(found, names):
    """At most three names, then how many more."""
    shown = list(names.reindex(found.index))
    if len(shown) <= 3:
        return words.joined(shown)
    return _("%(first)s and %(count)s more") % {"first": shown[0], "count": len(shown) - 1}
