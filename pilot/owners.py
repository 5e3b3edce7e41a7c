"""The people who answer for a pilot's returns: when they last logged in, and what is late there."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from wards import access
from wards.models import User, Ward

from .obligations import owed

NEW = dt.timedelta(days=7)  # nobody is called idle in the first week


@dataclass(frozen=True)
class Owner:
    """Somebody who enters or submits for a ward, or for the district where `ward` is None."""

    user: User
    ward: Ward | None
    rights: tuple  # in the language of the page
    seen: dt.date | None  # last log-in
    idle: bool
    late: int  # returns of this place that are overdue


def owners(pilot, day):
    """Everybody who enters or submits for `pilot`: the district's own people, then ward by ward."""
    wards = {ward.pk: ward for ward in pilot.wards.all()}
    obligations = owed([pilot], wards.values(), day, [pilot.district_id])
    late = Counter(each.ward and each.ward.pk for each in obligations if each.state == "overdue")
    held = {}
    for right in access.holders(access.Role.ENTER, access.Role.SUBMIT):
        if right.ward_id in wards or right.district_id == pilot.district_id:
            held.setdefault((right.ward_id, right.user), []).append(right.get_role_display())
    found = [
        Owner(user, wards.get(ward), tuple(rights), seen(user), idle(user, day), late[ward])
        for (ward, user), rights in held.items()
    ]
    return sorted(found, key=lambda owner: owner.ward.sort_key if owner.ward else "")


def seen(user):
    return user.last_login and timezone.localdate(user.last_login)


def idle(user, day):
    """Whether the user never logged in, or not for 45 days; nobody is in the first week."""
    joined = timezone.localdate(user.date_joined)
    return day - (seen(user) or joined) > (access.IDLE if seen(user) else NEW)


def head(found):
    """The page in one sentence."""
    silent = len({owner.user.pk for owner in found if owner.idle})
    if not silent:
        return _("No account has stood unused for long")
    names = {"idle": silent, "all": len({owner.user.pk for owner in found})}
    return _("%(idle)s of %(all)s people responsible have not logged in for long") % names


def table(found):
    """The owners as the table of their page (see _table.html)."""
    columns = [
        {"name": name, "numeric": numeric}
        for name, numeric in [
            (_("Unit of government"), False),
            (_("Full name"), False),
            (_("Right"), False),
            (_("Last log-in"), False),
            (_("Returns overdue"), True),
        ]
    ]
    return {
        "id": "owners",
        "caption": _("People who enter and submit returns"),
        "columns": columns,
        "rows": [{"cells": _cells(owner)} for owner in found],
    }


def _cells(owner):
    day = date_format(owner.seen, "SHORT_DATE_FORMAT") if owner.seen else _("never logged in")
    return [
        {"text": owner.ward or capfirst(_("the district")), "head": True},
        {"text": owner.user},
        {"text": ", ".join(owner.rights)},
        {"text": day, "state": "flag" if owner.idle else None},
        {"text": owner.late, "numeric": True},
    ]
