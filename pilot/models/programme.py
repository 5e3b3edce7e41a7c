"""The programme of a pilot: themes, indicators, targets and reporting periods."""

import datetime as dt
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.access import districts_for
from wards.models import District, Named, Ward

from .. import periods


class PilotQuerySet(models.QuerySet):
    def for_user(self, user):
        """The pilots of the districts whose figures the user may browse."""
        return self.filter(district__in=districts_for(user)).select_related("district")


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


class Theme(Named):
    """A field of work that the review conference goes through one by one."""

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="themes", verbose_name=_("pilot"))
    code = models.SlugField(_("code"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    short_vi = models.CharField(_("short Vietnamese name"), max_length=60)
    short_en = models.CharField(_("short English name"), max_length=60, blank=True)

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


class Indicator(Named):
    """One thing that is measured, with everything a reader may ask about it.

    Rates, targets and goalposts of a ratio are fractions (0.95), never percentages.
    """

    class Kind(models.TextChoices):
        RATIO = "ratio", _("ratio")
        COUNT = "count", _("count")
        AMOUNT = "amount", _("amount")
        YES_NO = "yes_no", _("yes or no")
        SCORE = "score", _("score given by somebody else")

    class Direction(models.TextChoices):
        HIGHER = "higher", _("higher is better")
        LOWER = "lower", _("lower is better")
        BAND = "band", _("inside a band is better")

    class Reporter(models.TextChoices):
        WARD = "ward", _("each ward")
        DISTRICT = "district", _("the district")

    class OverTime(models.TextChoices):
        FLOW = "flow", _("adds up")
        STOCK = "stock", _("the last one counts")

    class NothingDue(models.TextChoices):
        FULL = "full", _("full points")
        NONE = "none", _("no points")
        LEFT_OUT = "left_out", _("left out of the score")

    theme = models.ForeignKey(
        Theme, models.CASCADE, related_name="indicators", verbose_name=_("theme")
    )
    code = models.SlugField(_("code"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    short_vi = models.CharField(_("short Vietnamese name"), max_length=80)
    short_en = models.CharField(_("short English name"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    level = models.CharField(
        _("reported by"), max_length=10, choices=Reporter, default=Reporter.WARD
    )
    frequency = models.CharField(_("frequency"), max_length=12, choices=Frequency)
    over_time = models.CharField(
        _("over time"), max_length=10, choices=OverTime, default=OverTime.FLOW
    )
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction, default=Direction.HIGHER
    )
    unit_vi = models.CharField(_("unit (Vietnamese)"), max_length=40, blank=True)
    unit_en = models.CharField(_("unit (English)"), max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimal places entered"), default=0)
    numerator_vi = models.CharField(_("numerator (Vietnamese)"), max_length=250, blank=True)
    numerator_en = models.CharField(_("numerator (English)"), max_length=250, blank=True)
    denominator_vi = models.CharField(_("denominator (Vietnamese)"), max_length=250, blank=True)
    denominator_en = models.CharField(_("denominator (English)"), max_length=250, blank=True)
    within = models.BooleanField(_("numerator may not exceed denominator"), default=True)
    smallest_denominator = models.PositiveIntegerField(
        _("smallest meaningful denominator"), default=0
    )
    plausible_low = models.FloatField(_("usually at least"), null=True, blank=True)
    plausible_high = models.FloatField(_("usually at most"), null=True, blank=True)
    worst = models.FloatField(_("goalpost: no points at"), null=True, blank=True)
    best = models.FloatField(_("goalpost: full points from"), null=True, blank=True)
    best_high = models.FloatField(_("band: full points up to"), null=True, blank=True)
    worst_high = models.FloatField(_("band: no points above"), null=True, blank=True)
    points = models.DecimalField(
        _("maximum points"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: watched, not scored."),
    )
    whole_theme = models.BooleanField(
        _("stands for the whole theme"),
        default=False,
        help_text=_("A published score that replaces the theme's parts where it is reported."),
    )
    nothing_due = models.CharField(
        _("when nothing was due (0/0)"),
        max_length=10,
        choices=NothingDue,
        default=NothingDue.LEFT_OUT,
    )
    headline = models.BooleanField(_("shown on the theme's tile"), default=False)
    definition_vi = models.TextField(_("definition (Vietnamese)"), blank=True)
    definition_en = models.TextField(_("definition (English)"), blank=True)
    why_vi = models.TextField(_("why it matters (Vietnamese)"), blank=True)
    why_en = models.TextField(_("why it matters (English)"), blank=True)
    source_vi = models.TextField(_("source of law (Vietnamese)"), blank=True)
    source_en = models.TextField(_("source of law (English)"), blank=True)
    owner_vi = models.CharField(_("entered by (Vietnamese)"), max_length=200, blank=True)
    owner_en = models.CharField(_("entered by (English)"), max_length=200, blank=True)

    class Meta:
        ordering = ["theme", "order"]
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "code"], name="one_indicator_per_theme_and_code"
            ),
            models.UniqueConstraint(
                fields=["theme"],
                condition=Q(headline=True),
                name="one_headline_per_theme",
                violation_error_message=_("The theme's tile already shows another indicator."),
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True)
                | Q(kind="score")
                | Q(worst__isnull=False, best__isnull=False) & ~Q(worst=F("best")),
                name="points_need_two_different_goalposts",
                violation_error_message=_("Points need two different goalposts."),
            ),
        ]

    def faults(self, state, numerator, denominator, reason=""):
        """What is wrong with a cell of this indicator, as sentences; an empty list when it may be kept.

        The one statement of what a cell may hold: forms, sheets, the importer and `Value` ask here.
        """
        if state != "reported":
            if numerator is not None or denominator is not None:
                return [_t("A cell without a figure cannot hold a number.")]
            return [] if reason.strip() else [_t("A reason is needed.")]
        if numerator is None:
            return [_t("The figure is missing.")]
        ratio = self.kind == self.Kind.RATIO
        if ratio and denominator is None:
            return [_t("The denominator is missing.")]
        if not ratio and denominator is not None:
            return [_t("This indicator has no denominator.")]
        return [*self._number_faults(numerator, denominator)]

    def _number_faults(self, numerator, denominator):
        for number in (numerator, denominator):
            if number is not None:
                yield from self._size_faults(number)
        if denominator is not None and self.within and numerator > denominator:
            fault = _t(
                "The numerator (%(numerator)s) is greater than the denominator (%(denominator)s)."
            )
            yield fault % {"numerator": plain(numerator), "denominator": plain(denominator)}
        if denominator == 0 and numerator:
            fault = _t("Nothing was due (denominator 0), yet the numerator is %(numerator)s.")
            yield fault % {"numerator": plain(numerator)}
        if self.kind == self.Kind.YES_NO and numerator not in (0, 1):
            yield _t("Answer 1 (yes) or 0 (no).")
        if self.kind == self.Kind.SCORE and self.points is not None and numerator > self.points:
            fault = _t("%(number)s is more than the maximum of %(points)s points.")
            yield fault % {"number": plain(numerator), "points": plain(self.points)}

    def _size_faults(self, number):
        if number < 0:
            yield _t("%(number)s is below zero.") % {"number": plain(number)}
        if number != round(number, self.decimals):
            fault = _t("%(number)s has too many decimals.")
            if self.decimals == 0:
                fault = _t("%(number)s must be a whole number.")
            yield fault % {"number": plain(number)}
        if abs(number) >= 10**15:
            yield _t("%(number)s is too large.") % {"number": plain(number)}


def plain(number):
    """A number as it was written: neither trailing zeros of the column nor an exponent."""
    return f"{Decimal(number).normalize():f}"


class Target(models.Model):
    """What an indicator should reach from a day on, for all wards or for one."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    ward = models.ForeignKey(
        Ward,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ward"),
        help_text=_("Empty: for the district and all its wards."),
    )
    since = models.DateField(_("from"))
    value = models.FloatField(_("target"), help_text=_("Of a ratio as a fraction: 0.95."))

    class Meta:
        ordering = ["indicator", "since"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "ward", "since"], name="one_target_per_indicator_ward_and_day"
            ),
            models.UniqueConstraint(
                fields=["indicator", "since"],
                condition=Q(ward__isnull=True),
                name="one_target_for_all_per_indicator_and_day",
            ),
        ]

    def __str__(self):
        return f"{self.indicator}: {self.value:g}"


class PeriodQuerySet(models.QuerySet):
    def calendar(self, pilot, first, last, frequencies, grace_days=8):
        """Unsaved periods of the given frequencies that lie within [first, last], for `pilot`."""
        for span in periods.calendar(first, last, frequencies):
            yield Period.of_span(pilot, span, grace_days)


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
