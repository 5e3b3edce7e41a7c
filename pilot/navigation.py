"""The tabs of every page: which rooms a person may enter from here. Asked for only when drawn."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from wards import access

from .models import Pilot, Submission
from .models.programme import MOST_LISTED

# Pages that have no tab of their own: where they are reached from.
DESK_PAGES = ("entry", "cell", "submit", "upload")
STAFF_PAGES = (
    *("officer", "officer_add", "officer_edit", "assignment_add", "assignment_end"),
    *("assignment_correct", "rating_add", "rating_correct", "posts", "posts_add", "posts_correct"),
    *("roster_upload", "roster_import"),
)
MILESTONE_PAGES = ("milestone", "milestone_add", "milestone_edit", "schedule")


@dataclass(frozen=True)
class Tab:
    name: str
    href: str
    current: bool
    count: int = 0  # how many things wait there


def navigation(request):
    """Context of every template: pilots, pilot and tabs; a view may give the first two itself."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    known = SimpleLazyObject(lambda: _listed(request))
    pilot = SimpleLazyObject(lambda: _pilot(request, known))
    return {
        "pilots": known,
        "most_pilots": MOST_LISTED,
        "comparable": SimpleLazyObject(lambda: _comparable(request.user, known)),
        "pilot": pilot,
        "tabs": SimpleLazyObject(lambda: list(_tabs(request))),
    }


def _listed(request):
    found = getattr(request, "pilots", None)  # a screen of reports asked already
    return list(Pilot.objects.listed(request.user)) if found is None else found


def _comparable(user, known):
    """Whether there are districts to compare: two of one framework, or whatever there is."""
    of = Counter({(each.framework, each.district_id) for each in known if each.framework})
    shared = Counter(framework for framework, _district in of)
    return bool(known) and (user.is_superuser or max(shared.values(), default=0) > 1)


def _pilot(request, known):
    """The pilot of the address; where it names none, the person's newest, or nothing at all."""
    named = _named(request)
    slug = named.get("pilot")
    if slug is None and "ward" in named:
        slug = _of_ward(request.user, named["ward"]).values_list("slug", flat=True).first()
    if slug is None:
        return next(iter(known), None)
    return Pilot.objects.find(request.user, slug, known)


def _of_ward(user, ward):
    """The pilots of a ward whose page names none, the newest first."""
    wards = access.wards_for(user).filter(pk=ward)
    return Pilot.objects.for_user(user).filter(wards__in=wards).order_by("-start", "slug")


def _waiting():
    """How many returns of a pilot wait for the district: counted for the one pilot that is found."""
    there = Submission.objects.filter(
        period__pilot=OuterRef("pk"), state=Submission.State.SUBMITTED
    )
    counted = there.order_by().values("period__pilot").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def _named(request):
    match = request.resolver_match
    return match.kwargs if match else {}


def _tabs(request):
    """Tabs for the pilot in the address, else for the newest one the person may see."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    given = _named(request)
    pilots = Pilot.objects.for_user(request.user).order_by("-start", "slug")
    if "pilot" in given:
        pilots = pilots.filter(slug=given["pilot"])
    elif "ward" in given and (known := _of_ward(request.user, given["ward"]).first()):
        pilots = pilots.filter(pk=known.pk)
    pilot = pilots.annotate(waiting=_waiting()).first()
    if pilot is None:
        return
    work = getattr(request, "work", None) or access.work_of(request.user)
    reviews = work.reviewer_of(pilot.district)

    def tab(label, place, *args, names=(), count=0, here=True):
        current = here and name in {place, *names}
        return Tab(label, reverse(place, args=args), current, count)

    if work.enters or work.enters_districts:
        yield tab(_("To do"), "desk", names=() if reviews else DESK_PAGES)
    if reviews:
        names = ("entry", "cell", "submit")
        yield tab(_("Review queue"), "queue", pilot.slug, names=names, count=pilot.waiting)
    yield tab(_("Overview"), "overview", pilot.slug)
    yield tab(_("Indicators"), "indicators", pilot.slug, names=("indicator", "theme"))
    yield tab(_("Evaluation"), "evaluation", pilot.slug)
    yield tab(_("Staff"), "workforce", pilot.slug)
    yield tab(_("Milestones"), "milestones", pilot.slug, names=MILESTONE_PAGES)
    yield tab(_("Data quality"), "quality", pilot.slug)
    if reviews:
        yield tab(_("People responsible"), "people", pilot.slug)
    for ward in work.wards:
        here = given.get("ward") == ward.pk
        yield tab(ward.bare_name, "ward", pilot.slug, ward.pk, here=here)
        staff = _("Staff of %(ward)s") % {"ward": ward.bare_name}
        yield tab(staff, "staff", ward.pk, names=STAFF_PAGES, here=here)
