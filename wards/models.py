"""Places, people and rights: who works where, and what each may do. Knows nothing of pilots."""

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from .vietnamese import fold, given_name_key, nfc, sort_key


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

    @property
    def in_sentence(self):
        """The name as it stands inside a sentence: «quận Nam Từ Liêm»."""
        kind, space, rest = self.name.partition(" ")
        return f"{kind.lower()}{space}{rest}" if kind.lower() in KINDS else self.name


KINDS = {"phường", "xã", "quận", "huyện", "tỉnh", "đặc", "tp"}


class District(Place):
    """The level above the wards: a district until 2025, a province or city since."""

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
    OFFICER = 1, _("officer")
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


class AssignmentQuerySet(models.QuerySet):
    def on(self, day):
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)


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

    class Meta:
        ordering = ["officer", "-year"]
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "year"], name="one_rating_per_officer_and_year"
            )
        ]

    def __str__(self):
        return f"{self.officer} · {self.year}"
