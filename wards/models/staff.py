"""The roster: positions and their posts, officers, who holds what, and how they are rated.

What must be true of it stands here; what is reckoned from it in wards/staffing.py.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from ..vietnamese import fold, given_name_key, nfc
from .places import Named, Ward, shown


class Level(models.IntegerChoices):
    """Professional qualification, low to high, so that a requirement can be compared."""

    NONE = 0, _("none")
    INTERMEDIATE = 1, _("intermediate")
    COLLEGE = 2, _("college")
    UNIVERSITY = 3, _("university")
    MASTER = 4, _("master")
    DOCTOR = 5, _("doctor")


class Theory(models.IntegerChoices):
    """Political theory, low to high."""

    NONE = 0, _("none")
    ELEMENTARY = 1, _("elementary")
    INTERMEDIATE = 2, _("intermediate")
    ADVANCED = 3, _("advanced")
    BACHELOR = 4, _("bachelor")


class Training(models.IntegerChoices):
    """State-management training, by grade of the civil-service ladder it is meant for."""

    NONE = 0, _("none")
    OFFICER = 1, pgettext_lazy("grade", "officer")
    SPECIALIST = 2, _("specialist")
    PRINCIPAL = 3, _("principal specialist")
    SENIOR = 4, _("senior specialist")


class Position(Named):
    """A job position (vị trí việc làm) of a ward: what the law foresees, and what it asks of its holder."""

    code = models.SlugField(_("code"), unique=True, allow_unicode=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    leads = models.BooleanField(_("leads the ward"), default=False)
    required_level = models.PositiveSmallIntegerField(
        _("qualification required"), choices=Level, default=Level.UNIVERSITY
    )
    required_theory = models.PositiveSmallIntegerField(
        _("political theory required"), choices=Theory, default=Theory.NONE
    )
    required_fields = models.TextField(_("fields of study accepted"), blank=True)
    source = models.TextField(_("source of law"), blank=True)

    class Meta:
        ordering = ["order", "code"]
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def accepts(self, field):
        """Whether somebody who studied `field` may hold it; without a list everybody may."""
        accepted = {fold(line) for line in self.required_fields.splitlines() if line.strip()}
        return not accepted or fold(field) in accepted


class EstablishmentQuerySet(models.QuerySet):
    def on(self, day):
        """The row in force on `day` for each ward and position: the last one that had begun."""
        later = self.model.objects.filter(
            ward=models.OuterRef("ward"),
            position=models.OuterRef("position"),
            since__gt=models.OuterRef("since"),
            since__lte=day,
        )
        return self.filter(~models.Exists(later), since__lte=day)


class Establishment(models.Model):
    """Posts assigned to a ward for a position, from a day on.

    A row holds until the next one of the same ward and position begins, so two intervals cannot
    overlap whatever anybody types. 0 posts means abolished.
    """

    ward = models.ForeignKey(
        Ward, models.PROTECT, related_name="establishment", verbose_name=_("ward")
    )
    position = models.ForeignKey(
        Position, models.PROTECT, related_name="establishment", verbose_name=_("position")
    )
    posts = models.PositiveSmallIntegerField(_("posts"))
    since = models.DateField(_("from"))
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        ordering = ["ward", "position", "since"]
        verbose_name = _("establishment")
        verbose_name_plural = _("establishment")
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "position", "since"],
                name="one_establishment_per_ward_position_and_day",
                violation_error_message=_("The posts from that day are already recorded."),
            )
        ]

    def __str__(self):
        return f"{self.ward} · {self.position}: {self.posts}"

    def clean(self):
        if self.since and self.ward_id:
            self.ward.check_day(self.since)


class OfficerQuerySet(models.QuerySet):
    def of(self, ward):
        """Everybody who holds, held or will hold a post of the ward."""
        return self.filter(models.Exists(ward.assignments.filter(officer=models.OuterRef("pk"))))

    def kept_by(self, ward):
        """Those whose records are in the hands of the ward: their last main post was there."""
        held = Assignment.objects.filter(officer=models.OuterRef("pk"))
        last = held.order_by("concurrent", "-start", "-pk").values("ward")[:1]
        return self.of(ward).alias(keeper=models.Subquery(last)).filter(keeper=ward.pk)

    def twins(self, officer, wards):
        """Officers of `wards` who bear the same name and are not known to be of another age."""
        held = Assignment.objects.filter(officer=models.OuterRef("pk"), ward__in=wards)
        named = self.filter(models.Exists(held), search_key=fold(officer.full_name)[:200])
        if officer.birth_year is None:
            return named
        return named.filter(Q(birth_year=officer.birth_year) | Q(birth_year=None))


class Officer(models.Model):
    """Somebody on the roster. No identity number, no address: only what the official forms count."""

    class Sex(models.TextChoices):
        FEMALE = "f", _("female")
        MALE = "m", _("male")

    full_name = models.CharField(_("full name"), max_length=150)
    sort_key = models.CharField(max_length=400, editable=False, default="")
    search_key = models.CharField(max_length=200, editable=False, default="")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    level = models.PositiveSmallIntegerField(
        _("professional qualification"), choices=Level, default=Level.NONE
    )
    field = models.CharField(_("field of study"), max_length=150, blank=True)
    theory = models.PositiveSmallIntegerField(
        _("political theory"), choices=Theory, default=Theory.NONE
    )
    training = models.PositiveSmallIntegerField(
        _("state-management training"), choices=Training, default=Training.NONE
    )
    foreign_language = models.CharField(_("foreign language"), max_length=100, blank=True)
    it = models.CharField(_("information technology"), max_length=100, blank=True)
    history = HistoricalRecords()

    objects = OfficerQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("officer")
        verbose_name_plural = _("officers")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True)
                | Q(birth_year__gte=1930, birth_year__lte=2100),
                name="birth_year_is_a_year",
                violation_error_message=_("This is not a year of birth."),
            )
        ]

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        self.fill_keys()
        super().save(*args, **kwargs)

    def fill_keys(self):
        self.full_name = nfc(self.full_name)
        self.sort_key = given_name_key(self.full_name)[:400]
        self.search_key = fold(self.full_name)[:200]

    def clean(self):
        if self.birth_year and timezone.localdate().year - self.birth_year < YOUNGEST:
            raise ValidationError({"birth_year": _t("This is not a year of birth.")})

    def lacks(self, position):
        """What the officer lacks of what `position` asks for: sentences, none where all is there."""
        asked = []
        if self.level < position.required_level:
            has, needs = self.get_level_display(), position.get_required_level_display()
            text = _t("Qualification: %(has)s; the position asks for %(needs)s.")
            asked.append(text % {"has": has, "needs": needs})
        if not self.field and not position.accepts(""):
            asked.append(_t("The field of study is not recorded."))
        elif not position.accepts(self.field):
            text = _t("Field of study: %(field)s is not among those accepted.")
            asked.append(text % {"field": self.field})
        if self.theory < position.required_theory:
            has, needs = self.get_theory_display(), position.get_required_theory_display()
            text = _t("Political theory: %(has)s; the position asks for %(needs)s.")
            asked.append(text % {"has": has, "needs": needs})
        return asked

    def main_post(self):
        """The main post that has no end yet, or None."""
        return self.assignments.filter(concurrent=False, end=None).first()


YOUNGEST = 16  # years: whoever is younger was typed wrong


class AssignmentQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)

    def during(self, start, end):
        """In force on any day from `start` to `end` (None: without an end)."""
        begun = self if end is None else self.filter(start__lte=end)
        return begun.filter(Q(end__isnull=True) | Q(end__gte=start))


class Assignment(models.Model):
    """An officer in a position of a ward for a time. `concurrent` posts come on top of a main one."""

    officer = models.ForeignKey(
        Officer, models.CASCADE, related_name="assignments", verbose_name=_("officer")
    )
    ward = models.ForeignKey(
        Ward, models.PROTECT, related_name="assignments", verbose_name=_("ward")
    )
    position = models.ForeignKey(
        Position, models.PROTECT, related_name="assignments", verbose_name=_("position")
    )
    start = models.DateField(_("from"), default=timezone.localdate)
    end = models.DateField(_("until"), null=True, blank=True)
    concurrent = models.BooleanField(_("concurrent post"), default=False)
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    history = HistoricalRecords()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["ward", "position", "start"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="assignment_starts_before_it_ends",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(end__isnull=True, concurrent=False),
                name="one_main_post_at_a_time",
                violation_error_message=_(
                    "This officer already holds a main post. End it first, or mark this one as"
                    " concurrent."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.officer} · {self.position}"

    follows = None  # the post that is ended the day before this one begins, when somebody moves

    def on(self, day):
        """Whether it is in force on `day`."""
        return self.start <= day <= (self.end or day)

    @property
    def lacking(self):
        return self.officer.lacks(self.position)

    def clean(self):
        if self.start and self.ward_id:
            self.ward.check_day(self.start)
            if self.end:
                self.ward.check_day(self.end)

    def validate_constraints(self, exclude=None):
        """With them, what SQL cannot say on every database: posts of one officer do not collide."""
        super().validate_constraints(exclude)
        if self.officer_id and self.ward_id and self.position_id and self.start:
            self._check_others()

    def _check_others(self):
        others = Assignment.objects.filter(officer=self.officer_id).exclude(pk=self.pk)
        if self.follows:
            others = others.exclude(pk=self.follows.pk)
        others = others.during(self.start, self.end)
        if others.filter(ward=self.ward_id, position=self.position_id).exists():
            raise ValidationError(_t("This officer already holds this position at that time."))
        main = others.filter(concurrent=False)
        if not self.concurrent and main.exists():
            raise ValidationError(self._meta.constraints[1].violation_error_message)
        if self.concurrent and not main.on(self.start).exists():
            fault = _t("A concurrent post comes on top of a main one; there is none on %(day)s.")
            raise ValidationError(fault % {"day": shown(self.start)})

    def finish(self, user, day, reason=""):
        """End it on `day`, and with the last main post whatever was held on top of it."""
        self.end = day
        self.keep(user, reason)
        others = Assignment.objects.filter(officer=self.officer_id).exclude(pk=self.pk)
        if self.concurrent or others.filter(concurrent=False).during(day, None).exists():
            return
        for each in others.filter(concurrent=True).on(day).exclude(end=day):
            each.end = day
            each.keep(user, reason)

    def keep(self, user, reason=""):
        """Save it in the name of `user`, with the reason in the history."""
        self._history_user, self._change_reason = user, reason[:100] or None
        self.save()


class Rating(models.Model):
    """The yearly classification of a civil servant (Decree 90/2020, from 2026 Decree 335/2025)."""

    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("excellent")
        GOOD = "good", _("good")
        FULFILLED = "fulfilled", _("fulfilled")
        NOT_FULFILLED = "not_fulfilled", _("not fulfilled")

    officer = models.ForeignKey(
        Officer, models.CASCADE, related_name="ratings", verbose_name=_("officer")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    grade = models.CharField(_("grade"), max_length=15, choices=Grade)
    history = HistoricalRecords()

    class Meta:
        ordering = ["officer", "-year"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "year"],
                name="one_rating_per_officer_and_year",
                violation_error_message=_("The grade of that year is recorded already."),
            )
        ]

    def __str__(self):
        return f"{self.officer} · {self.year}"
