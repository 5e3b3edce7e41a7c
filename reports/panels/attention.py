"""What the overview draws of what needs attention, and of the plan."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilot import periods
from reports import measures, words

MOST_NAMED = 3


def lines(shown, frames, day, links):
    """The items of `_todo.html` for `concerns.shown`; `links` is a function of a Concern."""
    names = words.named(frames.wards, "bare")
    say = {
        "late": lambda about: _late(about, names, day),
        "overdue": lambda about: _milestone(about, names, day),
        "milestone": lambda about: _milestone(about, names, day),
        "fall": lambda about: _fall(about, frames, names),
        "missed": lambda about: _target(about, frames),
        "target": lambda about: _target(about, frames),
        "vacancy": lambda about: _vacancy(about, names),
    }
    keys = ("state", "word", "head", "text", "href", "action")
    return [
        dict(zip(keys, (*say[each.kind](each.about), links(each), _("See")), strict=True))
        for each in shown
    ]


def _late(obligations, names, day):
    first = obligations[0]
    said = {
        "place": names[first.ward.pk] if first.ward else _("district"),
        "period": periods.in_sentence(str(first.period)),
        "count": len(obligations),
    }
    head = _("%(place)s: return for %(period)s not handed in")
    if len(obligations) > 1:
        head = ngettext(
            "%(place)s: %(count)s return not handed in",
            "%(place)s: %(count)s returns not handed in",
            len(obligations),
        )
    days = [
        _("%(period)s: %(days)s days late")
        % {"period": each.period, "days": words.number((day - each.due).days)}
        for each in obligations[:MOST_NAMED]
    ]
    if len(obligations) == 1:
        days = [_("%(days)s days late") % {"days": words.number((day - first.due).days)}]
    text = "; ".join(days) + ("…" if len(obligations) > MOST_NAMED else ".")
    return "late", _("late"), head % said, text[:1].upper() + text[1:]


def _milestone(standing, names, day):
    own = standing.milestone
    head = f"{own} · {names.get(own.ward_id, own.ward.bare_name)}" if own.ward else str(own)
    text = _("%(percent)s %% done; %(due)s.") % {
        "percent": standing.percent,
        "due": periods.due_words(own.due, day),
    }
    return str(standing.state), standing.state.label, head, text


def _fall(row, frames, names):
    of = frames.indicators.loc[row.indicator]
    unit = words.named(frames.indicators.loc[[row.indicator]], "unit").iloc[0]
    before, now = measures.step(frames, row.indicator, row.ward, row.period)
    said = {
        "place": names.get(row.ward, _("district")),
        "indicator": words.named(frames.indicators.loc[[row.indicator]], "short").iloc[0],
        "before": words.figure(before, of["kind"]),
        "now": words.with_unit(now, of["kind"], unit),
    }
    head = _("%(place)s: %(indicator)s %(now)s")
    if said["before"]:
        head = _("%(place)s: %(indicator)s from %(before)s to %(now)s")
    text = {
        "drop": _("A sharp change for the worse within one period."),
        "shift": _("For several periods worse than it used to be."),
        "outlier": _("Far from its figures of other periods."),
    }[row.kind]
    return "flag", _("worse"), head % said, text


def _target(about, frames):
    indicator, row = about
    of = frames.indicators.loc[[indicator]]
    kind, unit = of["kind"].iloc[0], words.named(of, "unit").iloc[0]
    if kind in ("count", "amount") and of["level"].iloc[0] == "ward":
        unit = f"{unit}/{words.units(frames.wards, 1)}"  # as targets are stated
    said = {
        "indicator": words.named(of, "short").iloc[0],
        "target": words.target(row["target"], kind),
        "now": words.with_unit(row["now"], kind, unit),
        "low": words.figure(row["low"], kind),
        "high": words.with_unit(row["high"], kind, unit),
    }
    missed = row["class"] == "will_be_missed"
    head = (
        _("%(indicator)s: the target of %(target)s will be missed")
        if missed
        else _("%(indicator)s: the target of %(target)s is at risk")
    )
    text = _("Now %(now)s.") % said
    if said["low"] and said["high"]:
        text = _("Now %(now)s; at this pace %(low)s to %(high)s at the end.") % said
    return "overdue" if missed else "at_risk", _("target"), head % said, text


def _vacancy(posts, names):
    vacant = sum(each.vacant for each in posts.values())
    head = ngettext("%(count)s post is vacant", "%(count)s posts are vacant", vacant)
    order = sorted(posts, key=lambda ward: -posts[ward].vacant)
    text = ", ".join(f"{names[ward]}: {words.number(posts[ward].vacant)}" for ward in order)
    return "missing", _("vacant"), head % {"count": words.number(vacant)}, f"{text}."


def more(rest, links):
    """What the list leaves out: [{text, href}]; `rest` counts by kind, `links` are by kind."""
    texts = {
        "late": lambda n: ngettext(
            "%(count)s more place with late returns", "%(count)s more places with late returns", n
        ),
        "overdue": lambda n: ngettext(
            "%(count)s more milestone overdue", "%(count)s more milestones overdue", n
        ),
        "milestone": lambda n: ngettext(
            "%(count)s more milestone at risk", "%(count)s more milestones at risk", n
        ),
        "fall": lambda n: ngettext(
            "%(count)s more figure that got worse", "%(count)s more figures that got worse", n
        ),
        "missed": lambda n: ngettext(
            "%(count)s more target that will be missed",
            "%(count)s more targets that will be missed",
            n,
        ),
        "target": lambda n: ngettext(
            "%(count)s more target at risk", "%(count)s more targets at risk", n
        ),
        "vacancy": lambda n: ngettext(
            "%(count)s more vacant post", "%(count)s more vacant posts", n
        ),
    }
    return [
        {"text": texts[kind](count) % {"count": words.number(count)}, "href": links[kind]}
        for kind, count in rest.items()
    ]


def plan(standings, states, themes, link):
    """The context of `_plan.html`: milestones by state, all together and theme by theme.

    `states` are all states in their order, `themes` names by id, `link` is the address of the plan
    in one state. Themes without a milestone have no row.
    """
    groups = {theme: [] for theme in [*themes.index, None]}
    for each in standings:
        groups[each.milestone.theme_id].append(each)
    rows = [
        {"name": themes.get(theme, _("Across themes")), "parts": _stacked(own, states)}
        for theme, own in groups.items()
        if own
    ]
    legend = [part | {"href": link(part["state"])} for part in _stacked(standings, states)]
    return {"parts": legend, "rows": rows if len(rows) > 1 else []}


def _stacked(standings, states):
    """A bar as parts [{state, word, count, x, width}]; x and width in % of the bar."""
    count = Counter(each.state for each in standings)
    x, parts = 0.0, []
    for state in states:
        if not count[state]:
            continue
        width = count[state] / len(standings) * 100
        said = {"state": str(state), "word": state.label, "count": words.number(count[state])}
        parts.append(said | {"x": round(x, 3), "width": round(width, 3)})
        x += width
    return parts
