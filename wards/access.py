"""Every "may they?". A stranger gets 404, somebody who may look but not touch gets 403.

A person's rights are rows of Membership. District people see all wards of their district; ward
people see their own ward, and the district's approved figures with it. Nothing here knows what a
pilot is: `pilot` asks for districts and wards and filters its own rows by them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from .models import Assignment, District, Establishment, Membership, Officer, Rating, Ward

Role = Membership.Role
IDLE = timedelta(days=45)  # Information-security level 2: longer unused, an account is closed.


def districts_for(user):
    """Districts whose figures the user may browse: their own, or the one their ward belongs to."""
    if user.is_superuser:
        return District.objects.all()
    mine = Membership.objects.filter(user=user)
    my_wards = Ward.objects.filter(pk__in=mine.values("ward"))
    return District.objects.filter(
        Q(pk__in=mine.values("district")) | Q(pk__in=my_wards.values("district"))
    )


def wards_for(user):
    """Wards whose own page the user may open."""
    if user.is_superuser:
        return Ward.objects.all()
    mine = Membership.objects.filter(user=user)
    return Ward.objects.filter(
        Q(pk__in=mine.values("ward")) | Q(district__in=mine.values("district"))
    )


def get_ward(user, pk, among=None):
    """The ward, if the user may open its page (and it is one of `among`, a queryset); else 404."""
    wards = Ward.objects.all() if among is None else among
    wards = wards.filter(pk__in=wards_for(user).values("pk"))
    ward = wards.select_related("district").filter(pk=pk).first()
    if ward is None:
        raise Http404
    return ward


def get_ward_to_edit(user, pk, roles=(Role.ENTER, Role.SUBMIT), among=None):
    """The ward, if the user holds one of `roles` there; 404 for a stranger, 403 for a reader."""
    mine = Membership.objects.filter(user=user, ward=OuterRef("pk"), role__in=roles)
    wards = Ward.objects.all() if among is None else among
    ward = get_ward(user, pk, wards.annotate(may_edit=Exists(mine)))
    if not ward.may_edit:
        raise PermissionDenied
    return ward


def get_district(user, among):
    """The one district of `among`, a queryset, if the user may browse it; else 404."""
    district = among.filter(pk__in=districts_for(user).values("pk")).first()
    if district is None:
        raise Http404
    return district


def get_district_to_edit(user, among, roles=(Role.ENTER, Role.SUBMIT)):
    """The one district of `among`, if the user holds one of `roles` there; else 404 or 403."""
    mine = Membership.objects.filter(user=user, district=OuterRef("pk"), role__in=roles)
    district = get_district(user, among.annotate(may_edit=Exists(mine)))
    if not district.may_edit:
        raise PermissionDenied
    return district


@dataclass(frozen=True)
class Rights:
    """What a person may do with the returns and the milestones of one place."""

    enter: bool
    submit: bool
    review: bool  # may look at returns that wait for the district
    decide: bool  # may approve them, send them back and give them back
    inside: bool  # may see what is not approved
    own: bool  # answers for what the place has to do: its milestones


def rights(user, district, ward=None):
    """The user's Rights at `ward`, or at the district itself where `ward` is None."""
    places = Q(district=district) | Q(ward=ward) if ward else Q(district=district)
    roles = set(Membership.objects.filter(places, user=user).values_list("role", "ward"))
    there = {role for role, place in roles if place == (ward.pk if ward else None)}
    reviewer = (Role.REVIEW, None) in roles
    review = reviewer or user.is_superuser
    enter = bool(there & {Role.ENTER, Role.SUBMIT})
    return Rights(
        enter=enter,
        submit=Role.SUBMIT in there,
        review=review,
        decide=reviewer,
        inside=review or (bool(there) if ward else enter),
        own=enter or (reviewer and ward is None),
    )


def holders(*roles):
    """The rights of these roles that active people hold: Memberships with user and place.

    For whoever must be reached about a place, and in whose order: by place, then by given name.
    """
    held = Membership.objects.filter(role__in=roles, user__is_active=True)
    order = ("district__sort_key", "ward__sort_key", "user__sort_key", "user__username", "role")
    return held.select_related("user", "ward", "district").order_by(*order)


@dataclass(frozen=True)
class Keeping:
    """What a person may do with the roster of a ward. Whoever may nothing of it sees sums alone."""

    names: bool  # sees who is on it
    edit: bool  # changes officers, assignments and ratings
    district: bool  # sets the posts, sees the roster of every ward of the district
    move: bool  # may take an officer from one ward of the district to another


def keeping(user, ward):
    """The user's Keeping of the ward's roster: those who enter or submit there, and reviewers."""
    places = Q(ward=ward) | Q(district=ward.district_id)
    roles = set(Membership.objects.filter(places, user=user).values_list("role", "ward"))
    reviews = (Role.REVIEW, None) in roles
    edit = reviews or bool({(Role.ENTER, ward.pk), (Role.SUBMIT, ward.pk)} & roles)
    boss = user.is_superuser
    return Keeping(names=edit or boss, edit=edit, district=reviews or boss, move=reviews)


def get_roster(user, pk, to=None):
    """The ward and the user's Keeping: 404 for a stranger, 403 without the right `to`, a field."""
    ward = get_ward(user, pk)
    may = keeping(user, ward)
    if to and not getattr(may, to):
        raise PermissionDenied
    return ward, may


def records(ward, may):
    """The officers of the ward whose personal records somebody with the Keeping `may` reads.

    Whoever has gone to another ward is that one's to keep; what they did here stays in sight.
    """
    return Officer.objects.of(ward) if may.district else Officer.objects.kept_by(ward)


def get_officer(user, ward, pk, to="names"):
    """The officer, the ward and the Keeping; 404 unless the officer holds or held a post there.

    With `to="edit"` 403 for a ward that does not keep the record.
    """
    ward, may = get_roster(user, ward, to)
    officer = Officer.objects.of(ward).filter(pk=pk).first()
    if officer is None:
        raise Http404
    if to == "edit" and not records(ward, may).filter(pk=pk).exists():
        raise PermissionDenied
    return officer, ward, may


def get_assignment(user, ward, pk):
    """An assignment of the ward that the user may change, with the ward; else 404 or 403."""
    ward, _may = get_roster(user, ward, to="edit")
    found = Assignment.objects.filter(ward=ward, pk=pk).select_related("officer", "position")
    if not found:
        raise Http404
    return found[0], ward


def get_rating(user, ward, officer, year):
    """The grade of an officer whom the user may change, with the ward; else 404 or 403."""
    officer, ward, _may = get_officer(user, ward, officer, to="edit")
    found = Rating.objects.filter(officer=officer, year=year).select_related("officer")
    if not found:
        raise Http404
    return found[0], ward


def get_posts(user, ward, pk):
    """An establishment entry of the ward that the user may change, with the ward; else 404 or 403."""
    ward, _may = get_roster(user, ward, to="district")
    found = Establishment.objects.filter(ward=ward, pk=pk).select_related("position")
    if not found:
        raise Http404
    return found[0], ward


def wards_kept(user, ward):
    """The wards whose rosters the user keeps together with that of `ward`."""
    together = Ward.objects.filter(district=ward.district_id)
    return together if keeping(user, ward).district else together.filter(pk=ward.pk)


@dataclass(frozen=True)
class Work:
    """Where a person works, for the way around the site; each page still asks for itself."""

    wards: list  # the wards they belong to
    enters: list  # those of them where they enter or submit
    enters_districts: set  # ids of the districts whose own returns they enter or submit
    reviews: set  # ids of the districts whose returns they review
    everywhere: bool  # the administrator

    def reviewer_of(self, district):
        """Whether they review the returns of `district`, and so may see what is not approved."""
        return self.everywhere or district.pk in self.reviews

    def inside(self, district, ward=None):
        """Whether they see what is not approved, of a ward by its id or of the district itself.

        The same as `Rights.inside`, for many wards without asking again.
        """
        if self.reviewer_of(district):
            return True
        if ward:
            return any(each.pk == ward for each in self.wards)
        return district.pk in self.enters_districts

    def keeps_rosters_of(self, district):
        """Whether they see the rosters of all wards of `district`; others get sums, small ones withheld."""
        return self.everywhere or district.pk in self.reviews


def work_of(user):
    """The user's Work: one query."""
    rows = Membership.objects.filter(user=user).select_related("ward").order_by("ward__sort_key")
    entering = [row for row in rows if row.role in {Role.ENTER, Role.SUBMIT}]
    return Work(
        wards=_wards(rows),
        enters=_wards(entering),
        enters_districts={row.district_id for row in entering if row.district_id},
        reviews={row.district_id for row in rows if row.role == Role.REVIEW},
        everywhere=user.is_superuser,
    )


def _wards(rows):
    return list({row.ward_id: row.ward for row in rows if row.ward}.values())
