"""Who logs in, and what each may do where."""

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ..vietnamese import given_name_key, nfc
from .places import District, Ward


class UserManager(DjangoUserManager):
    def _create_user(self, username, email, password, **extra_fields):
        return super()._create_user(nfc(username), email, password, **extra_fields)


class User(AbstractUser):
    """A person who logs in. Vietnamese names are one text, ordered by their last word."""

    first_name = None
    last_name = None
    full_name = models.CharField(_("full name"), max_length=150, blank=True)
    office = models.CharField(_("office"), max_length=150, blank=True)
    sort_key = models.CharField(max_length=400, editable=False, default="")

    objects = UserManager()

    class Meta:
        ordering = ["sort_key", "username"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            # Whoever logs in may write his name in any case, so two names cannot differ in it alone.
            models.UniqueConstraint(
                Lower("username"),
                name="one_user_per_name_in_any_case",
                violation_error_message=_("This user name is taken."),
            )
        ]

    def save(self, *args, **kwargs):
        self.full_name = nfc(self.full_name)
        self.sort_key = given_name_key(self.full_name or self.username)[:400]
        super().save(*args, **kwargs)

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self):
        return self.full_name or self.username

    def get_short_name(self):
        return self.get_full_name()


class Membership(models.Model):
    """One right of one person at one place: the only source of rights besides the administrator's."""

    class Role(models.TextChoices):
        ENTER = "enter", _("enters figures")
        SUBMIT = "submit", _("checks and submits")
        REVIEW = "review", _("reviews and approves")
        BROWSE = "browse", _("browses")

    user = models.ForeignKey(
        User, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    role = models.CharField(_("right"), max_length=10, choices=Role)
    ward = models.ForeignKey(
        Ward, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("ward")
    )
    district = models.ForeignKey(
        District,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("district"),
    )

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        constraints = [
            models.CheckConstraint(
                condition=Q(ward__isnull=False, district__isnull=True)
                | Q(ward__isnull=True, district__isnull=False),
                name="membership_is_of_a_ward_or_a_district",
                violation_error_message=_("Choose a ward or a district, not both."),
            ),
            models.CheckConstraint(
                condition=~Q(role="review") | Q(district__isnull=False),
                name="reviewing_is_a_right_in_a_district",
                violation_error_message=_("Returns are reviewed by the district."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "ward"], name="one_membership_per_role_and_ward"
            ),
            models.UniqueConstraint(
                fields=["user", "role", "district"], name="one_membership_per_role_and_district"
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.ward or self.district}"
