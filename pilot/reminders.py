"""Who is reminded of what today. One mail for each person; nothing is said twice at one stage.

A return is spoken of from 3 days before it is due, on the day, and then at most four times, a week
apart; a milestone likewise from 7 days before. What was sent back is spoken of at once and then as
often. Reviewers hear of returns that wait for more than 3 days, of each period that wards are late
with, and once of each owner who does not log in. The fourth stage stays open, so that what is old
when the reminders are first switched on is told once, too.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wards import access
from wards.access import Role
from wards.models import Ward

from .models import Milestone, Pilot, Reminder, Submission
from .models.milestones import SETTLED
from .obligations import owed
from .owners import idle, seen

BEFORE_RETURN, BEFORE_MILESTONE, WAITING = 3, 7, 3  # days
STAGES = 4
MOST_LINES = 10
OWNERS, REVIEWERS = (Role.ENTER, Role.SUBMIT), (Role.REVIEW,)


@dataclass(frozen=True)
class Notice:
    """One thing to say: `key` tells it and its stage apart, `section` is where it stands."""

    key: str
    section: tuple  # (title, address)
    day: dt.date  # the day it is about: the latest are said first
    text: str


def stage(due, day, before):
    """What there is to say on `day` of what is due on `due`: soon, today, late1 to late4, or None."""
    left = (due - day).days
    if left > before:
        return None
    if left > 0:
        return "soon"
    return f"late{week(-left - 1)}" if left else "today"


def week(days):
    """1 in the first week, 2 in the second, and 4 ever after."""
    return min(days // 7 + 1, STAGES)


def notices(day):
    """What each person is to hear on `day`, said before or not: {User: [Notice]}.

    People without an address for mail are left out. The number of queries does not grow.
    """
    pilots = list(Pilot.objects.select_related("district"))
    wards = list(Ward.objects.filter(pilots__in=pilots).distinct())
    people = _people()
    obligations = owed(pilots, wards, day, {pilot.district_id for pilot in pilots})
    told = defaultdict(dict)
    sources = (
        _returns(obligations, day),
        _milestones(pilots, day),
        _late(obligations, day),
        _waiting(day),
        _idle(pilots, people, day),
    )
    for source in sources:
        for place, roles, notice in source:
            for role in roles:
                for user in people[place, role]:
                    if user.email:
                        told[user][notice.key] = notice
    return {user: list(found.values()) for user, found in told.items()}


def _people():
    """((ward id, district id), role) -> the active people who hold it there."""
    found = defaultdict(list)
    for right in access.holders(*OWNERS, *REVIEWERS):
        found[(right.ward_id, right.district_id), right.role].append(right.user)
    return found


def _place(pilot, ward):
    """Whom it concerns: the place, and the rights that let a person do something about it there."""
    if ward:
        return (ward.pk, None), OWNERS
    return (None, pilot.district_id), (*OWNERS, *REVIEWERS)


def _short(day):
    return date_format(day, "SHORT_DATE_FORMAT")


def _returns(obligations, day):
    section = (_("Returns"), reverse("desk"))
    for each in obligations:
        names = {
            "unit": each.ward or each.pilot.district,
            "period": each.period,
            "day": _short(each.due),
            "filled": each.filled,
            "asked": each.asked,
        }
        if each.state == "returned":
            since = timezone.localdate(each.submission.decided_at)
            step = f"returned{week((day - since).days)}-{since:%Y%m%d}"
            text = _("%(unit)s, %(period)s: sent back, please correct it") % names
        elif step := stage(each.due, day, BEFORE_RETURN):
            text = _("%(unit)s, %(period)s: due %(day)s, %(filled)s of %(asked)s filled")
            if each.state == "overdue":
                text = _(
                    "%(unit)s, %(period)s: overdue since %(day)s, %(filled)s of %(asked)s filled"
                )
            text = text % names
        else:
            continue
        key = f"return-{each.period.pk}-{each.ward.pk if each.ward else 0}-{each.due:%Y%m%d}-{step}"
        yield *_place(each.pilot, each.ward), Notice(key, section, each.due, text)


def _milestones(pilots, day):
    by_id = {pilot.pk: pilot for pilot in pilots}
    for standing in Milestone.objects.filter(pilot__in=pilots).standings(day):
        milestone = standing.milestone
        pilot, ward = by_id[milestone.pilot_id], milestone.ward
        step = stage(milestone.due, day, BEFORE_MILESTONE)
        gone = ward and not (ward.valid_to is None or milestone.due <= ward.valid_to)
        if standing.state in SETTLED or step is None or gone:
            continue
        names = {"name": milestone.name, "day": _short(milestone.due), "percent": standing.percent}
        text = _("%(name)s: due %(day)s, %(percent)s %% done")
        if milestone.due < day:
            text = _("%(name)s: overdue since %(day)s, %(percent)s %% done")
        section = (_("Milestones") + f" · {pilot.name}", reverse("milestones", args=[pilot.slug]))
        key = f"milestone-{milestone.pk}-{milestone.due:%Y%m%d}-{step}"
        yield *_place(pilot, ward), Notice(key, section, milestone.due, text % names)


def _late(obligations, day):
    """For reviewers: which wards are late, period by period."""
    late = defaultdict(list)
    for each in obligations:
        if each.ward and each.due < day:
            late[each.period].append(each.ward.bare_name)
    for period, names in late.items():
        first = ", ".join(names[:MOST_LINES])
        if len(names) > MOST_LINES:
            more = {"first": first, "count": len(names) - MOST_LINES}
            first = _("%(first)s and %(count)s more") % more
        said = {"period": period, "day": _short(period.due), "names": first}
        text = _("%(period)s (due %(day)s): %(names)s") % said
        section = _section(_("Wards that are late"), "people", period.pilot)
        key = f"late-{period.pk}-{period.due:%Y%m%d}-{stage(period.due, day, 0)}"
        yield (None, period.pilot.district_id), REVIEWERS, Notice(key, section, period.due, text)


def _waiting(day):
    """For reviewers: returns that have waited for a decision for more than three days."""
    found = Submission.objects.filter(state=Submission.State.SUBMITTED, period__locked=False)
    for each in found.select_related("ward", "period__pilot__district"):
        since = timezone.localdate(each.submitted_at)
        days = (day - since).days
        if days <= WAITING:
            continue
        pilot = each.period.pilot
        names = {"unit": each.ward or pilot.district, "period": each.period, "day": _short(since)}
        text = _("%(unit)s, %(period)s: submitted %(day)s") % names
        section = _section(_("Returns that wait for a decision"), "queue", pilot)
        key = f"waiting-{each.pk}-{since:%Y%m%d}-{week(days - WAITING - 1)}"
        yield (None, pilot.district_id), REVIEWERS, Notice(key, section, since, text)


def _idle(pilots, people, day):
    """For reviewers: owners who never logged in, or not for 45 days; each is named once."""
    parts = Pilot.wards.through.objects.filter(pilot__in=pilots).values_list("pilot", "ward")
    wards = defaultdict(set)
    for pilot, ward in parts:
        wards[pilot].add(ward)
    for pilot in pilots:
        section = _section(_("People who do not log in"), "people", pilot)
        for ((ward, district), role), users in people.items():
            ours = ward in wards[pilot.pk] or district == pilot.district_id
            for user in users if ours and role in OWNERS else []:
                if idle(user, day):
                    yield (None, pilot.district_id), REVIEWERS, _idle_notice(user, section)


def _idle_notice(user, section):
    names = {"name": user.get_full_name(), "office": user.office}
    names["day"] = _short(seen(user)) if seen(user) else _("never logged in")
    text = _("%(name)s, %(office)s: %(day)s") if user.office else _("%(name)s: %(day)s")
    since = seen(user) or timezone.localdate(user.date_joined)
    return Notice(f"idle-{user.pk}-{since:%Y%m%d}", section, since, text % names)


def _section(title, view, pilot):
    return title, reverse(view, args=[pilot.slug])


# The mail --------------------------------------------------------------------------------------


def unsaid(user, found, day):
    """Those of the notices that the person has not been sent; none after the mail of the day."""
    said = dict(Reminder.objects.filter(user=user).values_list("key", "sent_on"))
    if day in said.values():
        return []
    return [notice for notice in found if notice.key not in said]


def letter(user, found):
    """The EmailMessage that says `found`, a list of Notices: Vietnamese, with a line of English."""
    sections = {notice.section: [] for notice in found}
    for notice in sorted(found, key=lambda each: each.day, reverse=True):
        sections[notice.section].append(notice.text)
    context = {
        "name": user.get_full_name(),
        "site": settings.SITE_URL,
        "sections": [
            {
                "title": title,
                "href": urljoin(settings.SITE_URL, address),
                "lines": texts[:MOST_LINES],
                "more": len(texts[MOST_LINES:]),
            }
            for (title, address), texts in sections.items()
        ],
    }
    subject = _("Sơ Kết: %(count)s things to attend to") % {"count": len(found)}
    body = render_to_string("pilot/reminder.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=[user.email], headers=headers)


@transaction.atomic
def remind(user, found, day):
    """Send `user` what was not said before, and remember it; how many things that were.

    The rows are written first, so of two runs at once the second fails on them before it sends; the
    mail goes out before they are committed. A crash in between can send a mail twice, and never
    loses one. Raises IntegrityError, and whatever the mail server's refusal raises.
    """
    found = unsaid(user, found, day)
    if found:
        rows = [Reminder(user=user, key=notice.key, sent_on=day) for notice in found]
        Reminder.objects.bulk_create(rows)
        letter(user, found).send()
    return len(found)
