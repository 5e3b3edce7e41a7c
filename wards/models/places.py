"""Districts and wards, each in force for a time, and how they are named."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ..vietnamese import fold, nfc, sort_key


class Named(models.Model):
    """Something with an official Vietnamese name and an English one, shown in the reader's language."""

    name_vi = models.CharField(_("Vietnamese name"), max_length=250)
    name_en = models.CharField(_("English name"), max_length=250, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_vi, self.name_en = nfc(self.name_vi), nfc(self.name_en)
        super().save(*args, **kwargs)

    @property
    def name(self):
        return self.said("name")

    def said(self, field):
        """The text of `field` in the language of the page; Vietnamese where English is not there."""
        vietnamese = getattr(self, f"{field}_vi")
        return vietnamese if get_language() == "vi" else getattr(self, f"{field}_en") or vietnamese


class PlaceQuerySet(models.QuerySet):
    def on(self, day):
        """Places in force on `day`: official codes are reused, so a code alone names nothing."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            valid_from__lte=day,
        )

    def matching(self, text):
        return self.filter(search_key__contains=fold(text))


class Place(Named):
    """A unit with an official code, valid for a time. Codes come back: (code, valid_from) is the unit."""

    code = models.CharField(_("official code"), max_length=20)
    valid_from = models.DateField(_("in force from"))
    valid_to = models.DateField(_("in force until"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True)
    sort_key = models.CharField(max_length=1000, editable=False, default="")
    search_key = models.CharField(max_length=500, editable=False, default="")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_key", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                name="one_%(class)s_per_code_and_start",
                violation_error_message=_("This code is already in use from that day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_starts_before_it_ends",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self):
        """SQLite cannot order Vietnamese, so the order is kept beside the name."""
        self.name_vi, self.name_en = nfc(self.name_vi), nfc(self.name_en)
        self.sort_key = sort_key(self.bare_name)
        self.search_key = fold(f"{self.code} {self.name_vi} {self.name_en}")[:500]

    @property
    def bare_name(self):
        """The name without its kind, which lists order by and tight places show: «Mễ Trì»."""
        kind, _space, rest = self.name_vi.partition(" ")
        return rest if rest and kind.lower() in KINDS else self.name_vi

    def nearest(self, day):
        """`day`, or where the place was not in force then, its first or its last day."""
        return max(self.valid_from, min(day, self.valid_to or day))

    def check_day(self, day):
        """ValidationError with a sentence where the place is not in force on `day`."""
        if day < self.valid_from:
            fault = _t("%(ward)s is in force only from %(day)s.")
            raise ValidationError(fault % {"ward": self.name, "day": shown(self.valid_from)})
        if self.valid_to and day > self.valid_to:
            fault = _t("%(ward)s was in force only until %(day)s.")
            raise ValidationError(fault % {"ward": self.name, "day": shown(self.valid_to)})

    @property
    def in_sentence(self):
        """The name as it stands inside a sentence: «quận Nam Từ Liêm»."""
        kind, space, rest = self.name.partition(" ")
        return f"{kind.lower()}{space}{rest}" if kind.lower() in KINDS else self.name


def shown(day):
    return date_format(day, "SHORT_DATE_FORMAT")


KINDS = {"phường", "xã", "quận", "huyện", "tỉnh", "đặc", "tp"}


class DistrictQuerySet(PlaceQuerySet):
    def revise(self):
        """Say, in the transaction of a change, that what is shown of these districts has changed.

        Whatever was worked out for the revision before is not shown again.
        """
        self.order_by().update(revision=F("revision") + 1)

    def around(self, row):
        """The district of a ward, or those where an officer holds or held a post."""
        if isinstance(row, Ward):
            return self.filter(pk=row.district_id)
        return self.filter(wards__in=row.assignments.values("ward"))


class District(Place):
    """The level above the wards: a district until 2025, a province or city since."""

    revision = models.PositiveBigIntegerField(default=0, editable=False)

    objects = DistrictQuerySet.as_manager()

    class Meta(Place.Meta):
        verbose_name = _("district")
        verbose_name_plural = _("districts")


class Ward(Place):
    """A ward or commune. Where it stands on the tile map is its own: row 0 north, column 0 west."""

    district = models.ForeignKey(
        District, models.PROTECT, related_name="wards", verbose_name=_("district")
    )
    area_km2 = models.DecimalField(
        _("area, km²"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the population figure"), null=True, blank=True
    )
    map_row = models.PositiveSmallIntegerField(_("row on the tile map"), null=True, blank=True)
    map_column = models.PositiveSmallIntegerField(
        _("column on the tile map"), null=True, blank=True
    )
    predecessors = models.ManyToManyField(
        "self",
        symmetrical=False,
        related_name="successors",
        blank=True,
        verbose_name=_("formed from"),
    )

    class Meta(Place.Meta):
        verbose_name = _("ward")
        verbose_name_plural = _("wards")
