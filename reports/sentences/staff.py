"""What the page of the staff says."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words

from .parts import few


def head(sums):
    """How many posts are filled, in the words of a ward's own roster; `sums` of NUMBERS."""
    numbers = {
        "posts": words.number(sums["posts"]),
        "held": words.number(sums["posts"] - sums["vacant"]),
        "count": words.number(sums["vacant"]),
    }
    said = _("All %(posts)s posts are filled")
    if sums["vacant"]:
        said = ngettext(
            "%(held)s of %(posts)s posts are filled; %(count)s is vacant",
            "%(held)s of %(posts)s posts are filled; %(count)s are vacant",
            int(sums["vacant"]),
        )
    if not sums["surplus"]:
        return said % numbers
    beyond = ngettext(
        "%(count)s officer is beyond the posts",
        "%(count)s officers are beyond the posts",
        int(sums["surplus"]),
    )
    return f"{said % numbers}; {beyond % {'count': words.number(sums['surplus'])}}"


def lead(day, sums, there, of_all, units):
    """On which day, over how many wards, how many officers each."""
    said = {
        "day": words.day(day),
        "there": words.number(there),
        "all": words.number(of_all),
        "units": units(of_all),
        "average": words.number(sums["filled"] / max(there, 1), 1),
        "filled": words.number(sums["filled"]),
    }
    return (
        _(
            "On %(day)s, over the %(there)s of %(all)s %(units)s that have a roster: %(filled)s officers"
            " in main posts, %(average)s each on average."
        )
        % said
    )


def gaps(sums, names):
    """Where most posts are vacant; `sums` by ward or position, `names` alike."""
    vacant, surplus = sums[sums["vacant"] > 0], sums[sums["surplus"] > 0]
    if vacant.empty and surplus.empty:
        return _("No post is vacant, and nobody is beyond the posts.")
    said = []
    if len(vacant):
        most = vacant[vacant["vacant"] == vacant["vacant"].max()]
        text = _("Most vacant posts: %(names)s (%(count)s).")
        said.append(
            text % {"names": few(most, names), "count": words.number(most["vacant"].iloc[0])}
        )
    if len(surplus):
        most = surplus[surplus["surplus"] == surplus["surplus"].max()]
        text = _("Most people beyond the posts: %(names)s (%(count)s).")
        said.append(
            text % {"names": few(most, names), "count": words.number(most["surplus"].iloc[0])}
        )
    return " ".join(said)


def over_time(found):
    """From the first day with a roster to the last; `found` from `headcount.over_time`."""
    there = found.dropna(subset=["filled_each"])
    if there.empty:
        return _("No roster was kept yet.")
    first, last = there.iloc[0], there.iloc[-1]
    said = {
        "first": words.day(there.index[0]),
        "last": words.day(there.index[-1]),
        "then": words.number(first["filled_each"], 1),
        "now": words.number(last["filled_each"], 1),
        "posts_then": words.number(first["posts_each"], 1),
        "posts_now": words.number(last["posts_each"], 1),
    }
    return (
        _(
            "From %(then)s officers for %(posts_then)s posts per unit on %(first)s to %(now)s officers"
            " for %(posts_now)s posts on %(last)s."
        )
        % said
    )


def beside(found, days, norms):
    """Officers per ward before the pilot and now, held against the norms."""
    there = found.dropna(subset=["before_filled", "now_filled"])
    if there.empty:
        return _("No roster was kept on the eve of the pilot, so nothing can be compared.")
    said = {
        "before": words.day(days[0]),
        "now": words.day(days[1]),
        "then": words.number(there["before_filled"].mean(), 1),
        "there": words.number(there["now_filled"].mean(), 1),
    }
    text = _("%(then)s officers per unit on %(before)s, %(there)s on %(now)s.") % said
    held = [
        _("%(name)s: %(figure)s (%(source)s).")
        % {
            "name": norm.said("name")[:1].upper() + norm.said("name")[1:],
            "figure": words.number(norm.per_ward, words.decimals_of(norm.per_ward)),
            "source": norm.said("source"),
        }
        for norm in norms
    ]
    return " ".join([text, *held])


def quality(found, names):
    """The most frequent key of a Quality; `names` by key."""
    there = found.totals.dropna()
    if not found.everybody:
        return _("Nobody is in a main post on %(day)s.") % {"day": words.day(found.day)}
    said = {"day": words.day(found.day), "people": words.number(found.everybody)}
    # What is withheld may be more than all that is told.
    if there.empty or there.max() < found.everybody - there.sum():
        return (
            _(
                "On %(day)s: %(people)s officers; how they are divided is withheld, as some groups are"
                " too small."
            )
            % said
        )
    key, count = there.idxmax(), there.max()
    said |= {
        "name": names[key],
        "count": words.number(count),
        "share": words.with_unit(count / found.everybody, "ratio", ""),
    }
    return (
        _("On %(day)s, most often: %(name)s, %(count)s of %(people)s officers (%(share)s).") % said
    )


def met(counts, names):
    """How many meet all that their position asks for, and where the fewest do."""
    people = counts.sum(axis=1)
    share = counts["met"] / people
    said = {
        "met": words.number(counts["met"].sum()),
        "people": words.number(people.sum()),
        "share": words.with_unit(counts["met"].sum() / max(people.sum(), 1), "ratio", ""),
    }
    text = _("%(met)s of %(people)s officers (%(share)s) meet all requirements of their position.")
    if share.empty or share.min() == 1:
        return text % said
    least = share[share == share.min()]
    lowest = _("Lowest: %(names)s (%(share)s).") % {
        "names": few(least, names),
        "share": words.with_unit(share.min(), "ratio", ""),
    }
    return f"{text % said} {lowest}"


def pyramid(found, ages, names):
    """The most frequent age band, and how many are women.

    `found` from `headcount.pyramid`; `ages` is the Quality of the same people, `names` of its keys.
    """
    text = quality(ages, names)
    if found.isna().any(axis=None) or not ages.everybody or "f" not in found:
        return text
    share = words.with_unit(found["f"].sum() / ages.everybody, "ratio", "")
    return text + " " + _("%(share)s are women.") % {"share": share}


def results(found, units):
    """What may be read from posts filled beside scores, and what may not."""
    there = found.dropna(subset=["share", "points"])
    if len(there) < 2:
        return _("Too few %(units)s have both posts and a score to set them side by side.") % {
            "units": units()
        }
    said = {"count": words.number(len(there)), "units": units(len(there))}
    text = _(
        "Each dot is one of %(count)s %(units)s. So few prove nothing: that two figures move together"
        " does not say that one is the cause of the other."
    )
    without = len(found) - len(there)
    if not without:
        return text % said
    left_out = _("%(without)s %(units)s without posts or a score are not shown.") % {
        "without": words.number(without),
        "units": units(without),
    }
    return f"{text % said} {left_out}"


def guard(day):
    """What whoever may not see all rosters is told of the figures about people."""
    return _(
        "Figures about people are those of %(day)s, the last day of official counting, whatever period"
        " is chosen. Counts under 5 are withheld, and with them others from which they could be"
        " reckoned, so that nobody can be recognised."
    ) % {"day": words.day(day)}


def unguarded(day):
    """Of what the figures about people are, for whoever sees them all."""
    return _("Those in main posts on %(day)s, as their records stand now.") % {
        "day": words.day(day)
    }


def form():
    """What the columns of the official form are, and which of them the rosters cannot fill."""
    return _(
        "The columns of the field’s statistical form. Ethnicity, religion and Party membership are not"
        " kept here."
    )
