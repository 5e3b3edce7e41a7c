"""What is measured: indicators with what their cells may hold, and their targets."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.models import Named, Ward

from .. import numbers
from .programme import Frequency, Theme


class IndicatorQuerySet(models.QuerySet):
    def asked(self, period, district=False):
        """What a ward's return for `period` asks for, or the district's own return."""
        return (
            self.filter(
                theme__pilot=period.pilot_id,
                frequency=period.kind,
                level=Indicator.Reporter.DISTRICT if district else Indicator.Reporter.WARD,
            )
            .select_related("theme")
            .order_by("theme__order", "theme", "order", "code")
        )


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

    objects = IndicatorQuerySet.as_manager()

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

    def warnings(self, numerator, denominator, previous=None):
        """What is odd about a reported cell, as sentences: it may be kept, but asks for a reason.

        `previous` is the reported cell of the period before: a (numerator, denominator), or None.
        """
        low, high = self.plausible_low, self.plausible_high
        now = self.outcome(numerator, denominator)
        if self.kind == self.Kind.YES_NO or now is None:
            return []
        enough = denominator is None or denominator >= self.smallest_denominator
        found = []
        if enough and ((low is not None and now < low) or (high is not None and now > high)):
            usual = _t("%(now)s lies outside the usual range (%(low)s to %(high)s).")
            edges = {"low": self.written(low), "high": self.written(high)}
            found.append(usual % {"now": self.written(now), **edges})
        before = self.outcome(*previous) if previous else None
        if before is not None and self._far(numerator, denominator, *previous):
            far = _t("Much higher than last time (%(before)s).")
            if now < before:
                far = _t("Much lower than last time (%(before)s).")
            found.append(far % {"before": self.written(before)})
        return found

    def odd(self, value, previous):
        """`warnings` of a cell's Value beside that of the period before; both may be None."""
        if value is None or value.state != "reported":
            return []
        known = previous is not None and previous.state == "reported"
        before = (previous.numerator, previous.denominator) if known else None
        return self.warnings(value.numerator, value.denominator, before)

    def outcome(self, numerator, denominator):
        """The rate of a ratio as a float, the number of anything else; None where nothing was due."""
        if numerator is None or denominator == 0:
            return None
        return float(numerator / denominator) if denominator else float(numerator)

    def written(self, outcome):
        """An outcome in the language of the page: «98,6 %», «15»."""
        language = get_language() or "vi"
        if outcome is None:
            return "–"
        if self.kind == self.Kind.RATIO:
            return f"{numbers.write(outcome * 100, 1, language)} %"
        return numbers.write(Decimal(str(outcome)), self.decimals, language)

    def _far(self, numerator, denominator, numerator_before, denominator_before):
        """Whether two cells differ by more than chance makes likely, and by enough to matter.

        Rates: 10 points and three standard errors of the pooled rate. Counts: half of the larger
        and three standard deviations of a Poisson count. Small numbers therefore raise no alarm.
        """
        if denominator and denominator_before:
            pooled = (numerator + numerator_before) / (denominator + denominator_before)
            chance = max(pooled * (1 - pooled), 0) * (1 / denominator + 1 / denominator_before)
            step = numerator / denominator - numerator_before / denominator_before
            return abs(step) > Decimal("0.1") and step * step > 9 * chance
        step = abs(numerator - numerator_before)
        larger = max(numerator, numerator_before)
        if self.kind == self.Kind.SCORE:
            return step * 5 > (self.points or larger)
        return step * 2 > larger and step * step > 9 * (numerator + numerator_before)

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


class TargetQuerySet(models.QuerySet):
    def in_force(self, day, indicators, ward=None):
        """The target of each indicator on `day`, by its id; the ward's own goes before all wards'."""
        rows = self.filter(indicator__in=indicators, since__lte=day).filter(
            Q(ward=ward) | Q(ward=None)
        )
        ordered = rows.order_by(F("ward").asc(nulls_first=True), "since")
        return dict(ordered.values_list("indicator", "value"))


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

    objects = TargetQuerySet.as_manager()

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
