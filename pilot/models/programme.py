"""The programme of a pilot: themes, indicators, targets and reporting periods."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.access import districts_for
from wards.models import District, Named, Ward

from .. import periods

MOST_LISTED = 20  # pilots that a menu shows; beyond them one searches


class PilotQuerySet(models.QuerySet):
    def for_user(self, user):
        """The pilots of the districts whose figures the user may browse."""
        return self.filter(district__in=districts_for(user)).select_related("district")

    def listed(self, user):
        """Those of `for_user` that a menu has room for, the newest first, and one if there are more."""
        return self.for_user(user)[: MOST_LISTED + 1]

    def find(self, user, slug, listed):
        """The pilot of this name that the user may browse, or None; `listed` is asked first."""
        found = next((each for each in listed if each.slug == slug), None)
        if found is None and len(listed) > MOST_LISTED:
            found = self.for_user(user).filter(slug=slug).first()
        return found


class Pilot(Named):
    """A new way of governing, tried out: its legal basis, time, units and what it is compared with."""

    slug = models.SlugField(_("short name in addresses"), unique=True)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="pilots", verbose_name=_("district")
    )
    wards = models.ManyToManyField(
        Ward, related_name="pilots", blank=True, verbose_name=_("wards taking part")
    )
    legal_basis_vi = models.TextField(_("legal basis (Vietnamese)"), blank=True)
    legal_basis_en = models.TextField(_("legal basis (English)"), blank=True)
    start = models.DateField(_("start"))
    end = models.DateField(_("end"), null=True, blank=True)
    baseline_start = models.DateField(_("baseline from"), null=True, blank=True)
    baseline_end = models.DateField(_("baseline until"), null=True, blank=True)
    illustrative = models.BooleanField(
        _("figures are illustrative"),
        default=False,
        help_text=_("Every screen, export and printed page then says so."),
    )
    source_vi = models.TextField(_("source of the figures (Vietnamese)"), blank=True)
    source_en = models.TextField(_("source of the figures (English)"), blank=True)
    framework = models.CharField(_("framework"), max_length=60, blank=True)
    framework_version = models.CharField(_("version of the framework"), max_length=40, blank=True)
    framework_note_vi = models.TextField(_("note on the framework (Vietnamese)"), blank=True)
    framework_note_en = models.TextField(_("note on the framework (English)"), blank=True)
    minimum_weight = models.DecimalField(
        _("share of the points that must be there for a score"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.6666"),
    )
    classes = models.JSONField(
        _("classes"),
        default=list,
        blank=True,
        help_text=_("Descending thresholds of the total, with names."),
    )

    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["-start", "slug"]
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="pilot_starts_before_it_ends",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(baseline_start__isnull=True, baseline_end__isnull=True)
                | Q(
                    baseline_start__isnull=False,
                    baseline_end__isnull=False,
                    baseline_end__gte=F("baseline_start"),
                ),
                name="baseline_has_both_ends_in_order",
                violation_error_message=_("The baseline needs a first and a last day, in order."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_weight__gt=0, minimum_weight__lte=1),
                name="minimum_weight_is_a_share",
                violation_error_message=_("This must be a share above 0, at most 1."),
            ),
        ]

    @staticmethod
    def wards_of(slug):
        """The wards that take part in the pilot of this name."""
        return Ward.objects.filter(pilots__slug=slug)

    @staticmethod
    def district_of(slug):
        """The district of the pilot of this name, as a queryset."""
        return District.objects.filter(pilots__slug=slug)


class Theme(Named):
    """A field of work that the review conference goes through one by one."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="themes", verbose_name=_("pilot"))
    code = models.SlugField(_("code"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    short_vi = models.CharField(_("short Vietnamese name"), max_length=60)
    short_en = models.CharField(_("short English name"), max_length=60, blank=True)

    @property
    def short(self):
        return self.said("short")

    class Meta:
        ordering = ["pilot", "order"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "code"], name="one_theme_per_pilot_and_code")
        ]


class Frequency(models.TextChoices):
    """How often something is reported; also the kind of a period."""

    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    HALF = "half", _("half-year")
    NINE_MONTHS = "nine_months", _("nine months")
    YEAR = "year", _("year")
    TO_DATE = "to_date", _("year to date")


class PeriodQuerySet(models.QuerySet):
    def calendar(self, pilot, first, last, frequencies, grace_days=8):
        """Unsaved periods of the given frequencies that lie within [first, last], for `pilot`."""
        for span in periods.calendar(first, last, frequencies):
            yield Period.of_span(pilot, span, grace_days)

    @transaction.atomic
    def fill(self, pilot, first=None, last=None, grace_days=8):
        """Create the periods that the pilot's indicators are reported by and that it lacks.

        They lie within [first, last]: by default from the pilot's start to its end, or to the end
        of next year. What is there stays as it is, and nothing is laid over it: a span that shares
        a day with a period of its kind is left out. Returns (created, left out), both Periods.
        Raises ValidationError.
        """
        Pilot.objects.select_for_update().get(pk=pilot.pk)  # two at once: the second waits
        first = first or pilot.start
        last = last or pilot.end or dt.date(timezone.localdate().year + 1, 12, 31)
        if not (first.year >= 2000 and first <= last and last.year < 2100):
            raise ValidationError(_t("Choose a first and a last day in order, from 2000 to 2099."))
        if not 0 <= grace_days <= 366:
            raise ValidationError(_t("A return is due at most 366 days after its period."))
        asked = set(pilot.themes.values_list("indicators__frequency", flat=True))
        kinds = [kind for kind in periods.MONTHS if kind in asked]
        if not kinds:
            raise ValidationError(_t("The pilot has no indicators yet; load its framework first."))
        known = list(pilot.periods.all())
        wanted = self.calendar(pilot, first, last, kinds, grace_days)
        created, left_out = [], []
        for period in sorted(wanted, key=lambda each: (each.end, each.start)):
            taken = any(period.shares_a_day_with(each) for each in known)
            (left_out if taken else created).append(period)
        District.objects.filter(pilots=pilot).revise()
        return self.bulk_create(created), left_out


class Period(models.Model):
    """A span of time that is reported on. Its code is what stands in addresses: 2022-06, 2022-Q2."""

    pilot = models.ForeignKey(
        Pilot, models.CASCADE, related_name="periods", verbose_name=_("pilot")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Frequency)
    code = models.CharField(_("code"), max_length=20)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    due = models.DateField(_("due"))
    locked = models.BooleanField(_("locked"), default=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "end", "start"]
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "code"], name="one_period_per_pilot_and_code"),
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="period_starts_before_it_ends",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(due__gte=F("end")),
                name="period_is_due_after_it_ends",
                violation_error_message=_("A return cannot be due before its period ends."),
            ),
        ]

    def __str__(self):
        return periods.name(self.kind, self.start, self.end)

    def opened(self, today=None):
        """Whether it has begun, so that figures can be prepared; it is complete after `end`."""
        return self.start <= (today or timezone.localdate())

    def concerns(self, ward):
        """Whether `ward` was in force on its last day, and so reports on it; None is the district."""
        return ward is None or (
            ward.valid_from <= self.end and (ward.valid_to is None or self.end <= ward.valid_to)
        )

    def takes(self, ward):
        """Whether figures of `ward` may be entered for it now, as far as the period goes."""
        return self.opened() and not self.locked and self.concerns(ward)

    def shares_a_day_with(self, other):
        """Whether both are of one kind, or of one code, and have a day in common."""
        alike = self.code == other.code or self.kind == other.kind
        return alike and self.start <= other.end and other.start <= self.end

    @classmethod
    def of_span(cls, pilot, span, grace_days=8):
        """The unsaved period of a `periods.Span`; what is true on a day is due on that day."""
        grace = dt.timedelta(days=0 if span.kind == Frequency.TO_DATE else grace_days)
        return cls(
            pilot=pilot,
            kind=span.kind,
            code=span.code,
            start=span.start,
            end=span.end,
            due=span.end + grace,
        )
