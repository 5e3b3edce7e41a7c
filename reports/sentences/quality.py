"""What the page on data quality says."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words

from .parts import few


def head(found):
    """How much of what was asked was reported; `found` is from `quality.completeness`."""
    asked = int(found["asked"].sum())
    if not asked:
        return _("No return was asked in these months")
    share = words.number(found["reported"].sum() / asked * 100, 1)
    return _("%(share)s %% of the figures asked are reported") % {"share": share}


def lead(found, counts, periods):
    """Over which time, how many cells lack a figure and how many returns came late."""
    asked, due, timed = int(found["asked"].sum()), int(counts["due"].sum()), counts["timed"].sum()
    first, last = (words.short_period(periods.iloc[n]) for n in (0, -1))
    span = {"first": first, "last": last, "asked": words.number(asked)}
    text = _("From %(first)s to %(last)s %(asked)s figures were asked.")
    if first == last:
        text = _("In %(last)s %(asked)s figures were asked.")
    parts = [text % span]
    missing = int(found["missing"].sum())
    if missing:
        text = ngettext("%(count)s is not reported.", "%(count)s are not reported.", missing)
        parts.append(text % {"count": words.number(missing)})
    if timed:
        late = {"late": words.number(counts["late"].sum()), "timed": words.number(timed)}
        parts.append(_("Late: %(late)s of %(timed)s returns.") % late)
    elif due:
        parts.append(_("No return came on a known day."))
    return " ".join(parts)


def completeness(by_ward, names, units):
    """Who has reported everything and who least; `by_ward` is from `quality.summed`."""
    own = by_ward[by_ward.index != 0]
    if own.empty:
        return _("Nothing was asked of a %(unit)s in these months.") % {"unit": units(1)}
    share = own["share"].round(6)
    full, least = share[share == 1], share[share == share.min()]
    percent = words.number(share.min() * 100, 1)
    if len(full) == len(own):
        return _("Every %(unit)s reported everything it was asked.") % {"unit": units(1)}
    worst = _("Least complete: %(names)s (%(share)s %%).") % {
        "names": few(least, names),
        "share": percent,
    }
    if full.empty:
        return worst
    return _("Complete: %(names)s.") % {"names": few(full, names)} + " " + worst


def timeliness(counts, names):
    """Who is late most often; `counts` by ward from `quality.punctual`."""
    timed, late = counts["timed"].sum(), counts["late"]
    untimed = int(counts["not_timed"].sum())
    parts = []
    if not timed:
        parts.append(_("No return came on a known day."))
    elif not late.sum():
        parts.append(_("No return came late."))
    else:
        most = late[late == late.max()]
        text = ngettext(
            "Most often late: %(names)s, %(count)s time.",
            "Most often late: %(names)s, %(count)s times.",
            int(late.max()),
        )
        parts.append(text % {"names": few(most, names), "count": int(late.max())})
        days = {"days": words.number(counts["longest"].max())}
        parts.append(_("The longest delay was %(days)s days.") % days)
    if untimed:
        text = ngettext(
            "%(count)s return came as a file and is not timed.",
            "%(count)s returns came as files and are not timed.",
            untimed,
        )
        parts.append(text % {"count": words.number(untimed)})
    return " ".join(parts)


def over_time(counts, periods):
    """In which period most returns were late or lacking."""
    amiss = counts["late"] + counts["not_in"]
    if not amiss.sum():
        if counts["not_timed"].any():
            return _("No return is lacking; those that came as files are not timed.")
        return _("Every return that was due came in time.")
    worst = amiss[amiss == amiss.max()]
    return _("Most late or lacking returns: %(count)s in %(periods)s.") % {
        "count": words.number(amiss.max()),
        "periods": words.joined(
            [words.short_period(periods.loc[each]) for each in worst.index[:3]]
        ),
    }


def revisions(back, changed):
    """How often approved returns were given back, and how much changed since."""
    reopened, sent = int(back["reopened"].sum()), int(back["sent_back"].sum())
    parts = [
        _("Given back after approval: %(reopened)s; sent back before it: %(sent)s.")
        % {"reopened": words.number(reopened), "sent": words.number(sent)}
    ]
    if changed.empty:
        parts.append(_("No figure differs from what was first submitted."))
        return " ".join(parts)
    text = ngettext(
        "%(count)s figure differs from what was first submitted.",
        "%(count)s figures differ from what was first submitted.",
        len(changed),
    )
    return " ".join([*parts, text % {"count": words.number(len(changed))}])


def flags(found, total):
    """How many of the figures that stand out are explained; `total` of them stand out."""
    if not total:
        return _("No figure stands out.")
    if found.empty:
        return _("All %(total)s figures that stand out give a reason.") % {"total": total}
    counts = {"open": words.number(len(found)), "total": words.number(total)}
    return _("%(open)s of %(total)s figures that stand out give no reason.") % counts


def reasons(told, copied, seen):
    """How many odd figures were explained, and how many figures were taken over from last time."""
    parts = [_("No odd figure needed a reason.")]
    if told:
        text = ngettext(
            "%(count)s odd figure was given with a reason.",
            "%(count)s odd figures were given with a reason.",
            told,
        )
        parts = [text % {"count": words.number(told)}]
    if copied:
        text = ngettext(
            "%(count)s was taken over from the last return.",
            "%(count)s were taken over from the last return.",
            copied,
        )
        parts.append(text % {"count": words.number(copied)})
    if seen < told:
        parts.append(_("Reasons are shown for the units whose returns you may read."))
    return " ".join(parts)


def small(found):
    """How many figures rest on few cases."""
    few_cases = int(found["small"].sum())
    if not few_cases:
        return _("No rate rests on a small denominator.")
    counts = {
        "small": words.number(few_cases),
        "indicators": words.number((found["small"] > 0).sum()),
    }
    return _("%(small)s figures of %(indicators)s indicators rest on a small denominator.") % counts


def people(unused, lacking, names):
    """How many rights were never used, and where nobody does the work."""
    parts = []
    if len(unused):
        text = ngettext(
            "%(count)s right to enter or submit was never used.",
            "%(count)s rights to enter or submit were never used.",
            len(unused),
        )
        parts.append(text % {"count": words.number(len(unused))})
    nobody = lacking[lacking["enter"]]
    if len(nobody):
        parts.append(_("Nobody enters figures: %(names)s.") % {"names": few(nobody, names)})
    mute = lacking[lacking["submit"] & ~lacking["enter"]]
    if len(mute):
        parts.append(_("Nobody submits returns: %(names)s.") % {"names": few(mute, names)})
    return " ".join(parts) or _("Everywhere somebody enters and submits, and every right is used.")


def logs(milestones):
    """How many open milestones are silent."""
    if milestones.empty:
        return _("The log of every open milestone has an entry of the last 45 days.")
    text = ngettext(
        "Of %(count)s open milestone nobody has reported for 45 days.",
        "Of %(count)s open milestones nobody has reported for 45 days.",
        len(milestones),
    )
    return text % {"count": words.number(len(milestones))}


def unreported(due):
    """How many indicators nobody ever reported."""
    if not len(due):
        return _("Every indicator that was due has been reported by somebody.")
    text = ngettext(
        "%(count)s indicator was due and never reported.",
        "%(count)s indicators were due and never reported.",
        len(due),
    )
    return text % {"count": words.number(len(due))}
