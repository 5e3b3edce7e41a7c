"""What the drawer shows of a figure or a score: facts, and where each part leads."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import sentences, words

MOST_OPEN = 15  # rows of a list that stands open


def facts(figure, cells, of, labels, *, units, goal, left, before):
    """(question, answer) for all that has an answer; from `sums.Figure` and `sums.parts`."""
    kind, unit = of["kind"], labels[2]
    said = sentences.origin
    formula = [
        said.formula(figure, cells, of, labels, units),
        said.last_counts(cells, of, figure.periods),
    ]
    asked = [
        (_("How it comes about"), " ".join(filter(None, formula))),
        (_("Coverage"), " ".join(filter(None, [said.coverage(cells, units), said.left(left)]))),
        (_("Mean"), said.mean(figure, kind, unit)),
        (_("Target"), said.target(figure, kind, unit)),
        (_("Points"), "" if figure.points is None else said.points(figure, of, goal)),
        (_("Before the pilot"), before),
    ]
    return [(question, answer) for question, answer in asked if answer]


def shown(figure, kind, unit):
    """The figure in large letters, or its state: {value, state, word}."""
    value = words.with_unit(figure.value, kind, unit)
    code = "flag" if figure.small and figure.denominator else figure.state
    return {
        "value": value,
        "state": code,
        "word": words.remarked(figure.state, figure.denominator, figure.small),
    }


def score(points, most):
    """A score in large letters: {value, state, word}."""
    if pd.isna(points):
        return {"value": "", "state": "missing", "word": _("too few figures")}
    text = _("%(points)s of %(max)s points") % {
        "points": words.points(points),
        "max": words.number(most, words.decimals_of(most)),
    }
    return {"value": text, "state": "reported", "word": _("scored")}


def by_cell(cells, found):
    """What is known by (ward, period), for the rows of `cells` by their place; nothing left out."""
    keys = zip(cells["ward"], cells["period"], strict=True)
    return {n: found[key] for n, key in enumerate(keys) if key in found}


def steps(source):
    """Who did what to the one return behind a figure: (what, (who, when)), for what is known."""
    done = [
        (_("Entered"), source.entered),
        (_("Submitted"), source.submitted),
        (_("Approved"), source.approved),
    ]
    return [(what, step) for what, step in done if step]
