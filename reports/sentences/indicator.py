"""What the page of an indicator says."""

from django.utils.translation import gettext as _

from pilot import periods
from reports import words

from .parts import few


def lead(row, kind, unit, period, compared=""):
    """The district's figure, its change and its target; `row` is one of `overview`.

    `compared` names the period of the change, "" for the time before the pilot.
    """
    value = words.with_unit(row["value"], kind, unit)
    if not value:
        return _("No approved figure in %(period)s.") % {"period": period}
    said = _("%(period)s: %(value)s") % {"period": period, "value": value}
    change = words.change(row["change"], kind)
    if change and compared:
        earlier = {"change": change, "period": periods.in_sentence(compared)}
        said += ", " + _("%(change)s against %(period)s") % earlier
    elif change:
        said += ", " + _("%(change)s against the time before the pilot") % {"change": change}
    target = words.target(row["target"], kind)
    if target and row["reached"] == 1:
        said += "; " + _("the target of %(target)s is reached") % {"target": target}
    elif target:
        said += "; " + _("the target of %(target)s is not reached") % {"target": target}
    return said + "."


def trend(figures, periods, kind, unit):
    """From the first figure to the last; `figures` is a Series by period, NaN for gaps."""
    there = figures.dropna()
    if there.empty:
        return _("No approved figure yet.")
    said = {
        "then": words.with_unit(there.iloc[0], kind, unit),
        "now": words.with_unit(there.iloc[-1], kind, unit),
        "first": words.short_period(periods.loc[there.index[0]]),
        "last": words.short_period(periods.loc[there.index[-1]]),
    }
    if len(there) == 1:
        return _("One figure so far: %(now)s in %(last)s.") % said
    return _("From %(then)s in %(first)s to %(now)s in %(last)s.") % said


def meant(units):
    """What is drawn of figures that add up."""
    return _("The mean of the %(units)s that reported is drawn; the table has the sum.") % {
        "units": units()
    }


def beside(name, ours, theirs, periods, kind, unit, of):
    """One ward's last figure beside that of its peers in the same period: two Series by period.

    `periods` are rows of frames.periods, `of` names the peers, as `peers` says.
    """
    there = ours.dropna()
    if there.empty:
        return _("%(name)s has no approved figure.") % {"name": name}
    said = {
        "name": name,
        "ours": words.with_unit(there.iloc[-1], kind, unit),
        "theirs": words.with_unit(theirs[there.index[-1]], kind, unit),
        "of": of,
    }
    said["period"] = words.short_period(periods.loc[there.index[-1]])
    if not said["theirs"]:
        return _("%(name)s in %(period)s: %(ours)s.") % said
    return _("%(name)s in %(period)s: %(ours)s; %(of)s: %(theirs)s.") % said


def peers(count, alike, units):
    """What the wards that one is held against are called."""
    said = {"count": words.number(count), "units": units(count)}
    if alike:
        return _("%(count)s %(units)s of like population") % said
    return _("the %(count)s other %(units)s") % said


def why_all(name):
    """Why a ward is held against all others."""
    return _(
        "%(name)s is held against all others, as too few of them are known to be of like population."
    ) % {"name": name}


def stood(sentence, compared):
    """The sentence, and what the strokes beside the dots are; `compared` names the earlier period."""
    if not compared:
        return sentence
    stroke = _("A stroke marks %(period)s.") % {"period": periods.in_sentence(compared)}
    return f"{sentence} {stroke}"


def distribution(quartiles, kind, unit, units):
    """Where the middle half of the wards lies; a row of `history.quartiles`, None without any."""
    count = 0 if quartiles is None else int(quartiles["wards"])
    if not count:
        return _("No %(unit)s has an approved figure.") % {"unit": units(1)}
    said = {
        name: words.with_unit(quartiles[name], kind, unit) for name in ("low", "median", "high")
    } | {"count": words.number(count), "units": units(count)}
    if said["low"] == said["high"]:
        return _("Half of the %(count)s %(units)s stand at %(median)s.") % said
    return (
        _(
            "Half of the %(count)s %(units)s lie between %(low)s and %(high)s, the median is %(median)s."
        )
        % said
    )


def narrowing(earlier, later, turn, kind, unit):
    """Whether the wards come closer together, from `history.narrowing`."""
    if turn is None:
        return _("Too few periods with figures of enough units to say whether the spread changes.")
    said = {"then": words.distance(earlier, kind, unit), "now": words.distance(later, kind, unit)}
    text = {
        1: _(
            "The spread is narrowing: %(now)s in the later half of the time, %(then)s in the earlier."
        ),
        0: _(
            "The spread stays about the same: %(now)s in the later half of the time, %(then)s in the earlier."
        ),
        -1: _(
            "The spread is widening: %(now)s in the later half of the time, %(then)s in the earlier."
        ),
    }
    return text[turn] % said


def history(cells, periods):
    """How complete the heat map is: figures there of those due by the last period."""
    due = cells["state"].isin(["reported", "missing", "not_available"])
    counts = {
        "reported": words.number((cells["state"] == "reported").sum()),
        "due": words.number(due.sum()),
        "periods": words.number(periods),
    }
    return _("%(reported)s of %(due)s figures due in %(periods)s periods are there.") % counts


def spread(cells, names, kind, unit, units):
    """Highest and lowest ward of one indicator; `cells` indexed by ward with value."""
    there = cells["value"].dropna()
    if there.empty:
        return _("No %(unit)s has an approved figure.") % {"unit": units(1)}
    high, low = there.max(), there.min()
    said = {
        "units": units(len(there)),
        "high": words.with_unit(high, kind, unit),
        "low": words.with_unit(low, kind, unit),
        "best": few(there[there == high], names),
        "worst": few(there[there == low], names),
    }
    if high == low:
        text = _("All %(units)s that reported stand at %(high)s.") % said
    else:
        text = _("Highest %(best)s (%(high)s), lowest %(worst)s (%(low)s).") % said
    return text + " " + _("A hollow dot has a small denominator.") if cells["small"].any() else text
