"""The tables of the staff: posts, people over time, what they are, and the official form."""

import pandas as pd
from django.utils.translation import gettext as _

from reports import headcount, words

from .parts import sheet


def numbers():
    """What the columns of `headcount.lines` are called."""
    return {
        "posts": _("Posts"),
        "filled": _("Filled"),
        "vacant": _("Vacant"),
        "surplus": _("Surplus"),
        "concurrent": _("Concurrent"),
    }


def posts(staff, found, title, notes):
    """Posts against people ward by ward and position by position, from `headcount.lines`."""
    wards, positions = (found.index.get_level_values(name) for name in ("ward", "position"))
    frame = found.rename(columns=numbers()).reset_index(drop=True)
    frame.insert(0, _("Unit of government"), _names(staff.wards, wards))
    frame.insert(1, _("Position"), _names(staff.positions, positions))
    return sheet("posts", title, frame, _("Position"), notes, grouped=True)


def by_ward(staff, found, title, notes):
    """The sums of each ward; indexed by ward, the sum of all last."""
    sums = headcount.summed(found, "ward")
    return _sums("wards", title, sums, staff.wards, _("Unit of government"), notes)


def by_position(staff, found, title, notes):
    """The sums of each position; indexed by position, the sum of all last."""
    sums = headcount.summed(found, "position", _present(staff.positions, found))
    return _sums("positions", title, sums, staff.positions, _("Position"), notes)


def _present(positions, found):
    there = found.index.get_level_values("position")
    return positions.index[positions.index.isin(there)]


def _sums(name, title, sums, of, head, notes):
    frame = _with_total(sums).rename(columns=numbers())
    frame.insert(0, head, [*_names(of, sums.index), _("Total")])
    return sheet(name, title, frame, head, notes)


def _with_total(frame, total=None):
    """The frame with the sum of its columns, or `total`, as a last row; 0 is nobody's id."""
    total = frame.sum(min_count=1) if total is None else total
    return pd.concat([frame, total.to_frame(0).T.astype(frame.dtypes)])


def _names(of, ids):
    return list(words.named(of).reindex(ids))


def over_time(found, title, notes):
    """The wards as a whole by day, from `headcount.over_time`; the latest day first."""
    found = found.iloc[::-1]
    frame = found[headcount.NUMBERS].rename(columns=numbers()).reset_index(drop=True)
    frame.insert(0, _("Day"), [words.day(day) for day in found.index])
    frame.insert(1, _("Units counted"), found["wards"].to_numpy())
    frame[_("Posts per unit")] = found["posts_each"].to_numpy()
    frame[_("Officers per unit")] = found["filled_each"].to_numpy()
    each = dict.fromkeys([_("Posts per unit"), _("Officers per unit")], 1)
    return sheet("time", title, frame, _("Day"), notes, decimals=each)


def beside(staff, found, days, norms, title, notes):
    """Each ward before and now, from `headcount.beside`, and the norms they are held against."""
    frame = found.astype("float64")
    frame = _with_total(frame)
    mean = frame.loc[0] / found.notna().sum().clip(lower=1)
    frame = pd.concat([frame, mean.to_frame(-1).T])
    said = {"before": words.day(days[0]), "now": words.day(days[1])}
    frame.columns = [
        _("Posts on %(before)s") % said,
        _("Filled on %(before)s") % said,
        _("Posts on %(now)s") % said,
        _("Filled on %(now)s") % said,
        _("Change"),
    ]
    head = _("Unit of government")
    names = [*_names(staff.wards, found.index), _("Total"), _("Average of each")]
    frame.insert(0, head, names)
    notes = [*notes, *(said_of(norm) for norm in norms)]
    return sheet("change", title, frame, head, notes, signed=(_("Change"),))


def said_of(norm):
    """«Định mức bình quân: 15 (Nghị định số …)»: a norm with its source."""
    said = {
        "name": norm.said("name")[:1].upper() + norm.said("name")[1:],
        "figure": words.number(norm.per_ward, words.decimals_of(norm.per_ward)),
        "source": norm.said("source"),
        "address": norm.url,
    }
    return _("%(name)s: %(figure)s per unit (%(source)s; %(address)s)") % said


def quality(staff, found, labels, title, notes):
    """What the officers are, ward by ward, from `headcount.quality`; the sum of all last."""
    names = key_names(found.cells, labels)
    frame = _with_total(found.cells, found.totals)
    frame.columns = [names[key] for key in found.cells]
    return _counted(
        found.kind, title, frame, found.people, _names(staff.wards, found.people.index),
        _("Unit of government"), notes,
    )  # fmt: skip


def positions(staff, counts, kind, labels, title, notes):
    """The same by position, from `headcount.by_position`."""
    names = key_names(counts, labels)
    frame = _with_total(counts.astype("float64"))
    frame.columns = [names[key] for key in counts]
    people, held = counts.sum(axis=1), _names(staff.positions, counts.index)
    return _counted(f"{kind}-positions", title, frame, people, held, _("Position"), notes)


def _counted(name, title, frame, people, names, head, notes):
    frame.insert(0, head, [*names, _("Total")])
    frame.insert(1, _("Officers"), [*people, people.sum()])
    return sheet(name, title, frame, head, notes, nothing=_("withheld"))


def key_names(found, labels):
    """What the keys of a quality are called; what is not recorded is called so."""
    return {key: labels.get(key, _("not recorded")) for key in found}


def pyramid(found, labels, title, notes):
    """Ages by sex, from `headcount.pyramid`; with the age bands down."""
    head, ages = _("Age"), key_names(found.index, labels["age"])
    names = key_names(found, labels["sex"])
    frame = found.rename(columns=names)
    frame.insert(0, head, [ages[key] for key in found.index])
    return sheet("age", title, frame, head, notes, nothing=_("withheld"))


def results(staff, found, title, notes):
    """The share of posts filled beside the score, from `headcount.shares`."""
    frame = pd.DataFrame(
        {
            _("Unit of government"): _names(staff.wards, found.index),
            _("Posts"): found["posts"],
            _("Posts filled"): found["held"],
            _("Posts filled, %"): found["share"] * 100,
            _("Points"): found["points"],
        },
        index=found.index,
    )
    decimals = {_("Posts filled, %"): 1, _("Points"): 2}
    return sheet("results", title, frame, _("Unit of government"), notes, decimals=decimals)


# The official form -----------------------------------------------------------------------------

# Its groups of columns: of which quality, and which keys, in the order of the form.
FORM = [
    ("sex", ["f"]),
    ("level", [5, 4, 3, 2, 1, 0]),
    ("theory", [4, 3, 2, 1, 0]),
    ("training", [4, 3, 2, 1, 0]),
    ("language", [True]),
    ("it", [True]),
    ("age", ["30", "40", "50", "working", "beyond"]),
]


def form_groups(labels):
    """[(heading, [(kind, key, column heading)])] of the official form."""
    heads = {
        "sex": _("Of them"),
        "level": _("Professional qualification"),
        "theory": _("Political theory"),
        "training": _("State-management training"),
        "language": _("Foreign language"),
        "it": _("Information technology"),
        "age": _("Age"),
    }
    named = labels | {
        "sex": {"f": _("women")},
        "language": {True: _("has a certificate")},
        "it": {True: _("has a certificate")},
    }
    return [(heads[kind], [(kind, key, named[kind][key]) for key in keys]) for kind, keys in FORM]


def form(staff, sums, found, labels, title, notes):
    """The official form of quantity and quality: `found` are Qualities by kind, `sums` the posts.

    One row for each ward and the sum of all; a column is called by its group and its own heading.
    """
    people = found["level"].people
    rows = [*people.index, 0]
    frame = pd.DataFrame(index=rows)
    frame[_("Unit of government")] = [*_names(staff.wards, people.index), _("Total")]
    posts = sums["posts"].reindex(people.index, fill_value=0)
    frame[_("Posts assigned")] = [*posts, posts.sum()]
    frame[_("Officers present")] = [*people, people.sum()]
    for head, columns in form_groups(labels):
        for kind, key, name in columns:
            of = found[kind]
            frame[f"{head}: {name}"] = [*of.cells[key], of.totals[key]]
    head = _("Unit of government")
    return sheet("form", title, frame, head, notes, nothing=_("withheld"))
