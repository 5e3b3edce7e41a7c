"""What people keep for themselves: the views they come back to."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from pilot.models import Pilot

MOST = 50  # views one person keeps, over all pilots


class TooMany(Exception):
    """The person has as many views as anybody may keep."""


class SavedViewQuerySet(models.QuerySet):
    def of(self, user, pilot):
        """The views of a person in a pilot, by name as they typed it."""
        return self.filter(user=user, pilot=pilot).order_by("name", "pk")

    @transaction.atomic
    def keep(self, user, pilot, name, address):
        """Save an address under a name; TooMany, or IntegrityError for a name that is taken."""
        get_user_model().objects.select_for_update().get(
            pk=user.pk
        )  # two at once: the second waits
        if self.filter(user=user).count() >= MOST:
            raise TooMany
        return self.create(user=user, pilot=pilot, name=name, address=address)


class SavedView(models.Model):
    """A screen of a pilot with everything chosen on it, under a name of one's own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", verbose_name=_("user")
    )
    pilot = models.ForeignKey(
        Pilot, models.CASCADE, related_name="saved_views", verbose_name=_("pilot")
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=1000)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "pilot", "name"], name="one_view_per_person_pilot_and_name"
            )
        ]

    def __str__(self):
        return self.name
