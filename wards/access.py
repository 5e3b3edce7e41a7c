"""Every "may they?". A stranger gets 404, somebody who may look but not touch gets 403.

A person's rights are rows of Membership. District people see all wards of their district; ward
people see their own ward, and the district's approved figures with it. Nothing here knows what a
pilot is: `pilot` asks for districts and wards and filters its own rows by them.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from .models import District, Membership, Ward

Role = Membership.Role


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
    wards = wards_for(user)
    if among is not None:
        wards = wards.filter(pk__in=among.values("pk"))
    ward = wards.select_related("district").filter(pk=pk).first()
    if ward is None:
        raise Http404
    return ward


def get_ward_to_edit(user, pk, roles=(Role.ENTER, Role.SUBMIT), among=None):
    """The ward, if the user holds one of `roles` there; 404 for a stranger, 403 for a reader."""
    ward = get_ward(user, pk, among)
    if not Membership.objects.filter(user=user, ward=ward, role__in=roles).exists():
        raise PermissionDenied
    return ward


def reviewer_of(user, district):
    """Whether the user reviews the returns of `district`, and so may see what is not approved."""
    return user.is_superuser or (
        Membership.objects.filter(user=user, district=district, role=Role.REVIEW).exists()
    )


def own_wards(user):
    """The wards the user works in: marked as their own wherever wards are listed."""
    return Ward.objects.filter(pk__in=Membership.objects.filter(user=user).values("ward"))
