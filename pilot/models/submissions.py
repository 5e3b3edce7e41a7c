"""Returns: what a ward reported for a period, cell by cell, and who did what to it.

Every step of a return's life is a method here. It locks the return, looks at it afresh, and holds
or refuses as a whole: of two people who decide at once, the second is told that it is done.
"""

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from wards.models import District, Ward

from .cells import Value
from .indicators import Indicator
from .programme import Period
from .told import Comment


class StepRefused(Exception):
    """The return does not allow this step now; the text says why, to the person who tried."""


class Collision(Exception):
    """Somebody else's entry stands in the cell: `value`, or None when they emptied it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


class SubmissionQuerySet(models.QuerySet):
    def claim(self, pilot, period, ward):
        """The return, locked until the transaction ends; made when there is none yet.

        `pilot` and `period` are as in addresses, `ward` is None for the district's own. Raises
        Period.DoesNotExist.
        """
        names = {"period__pilot__slug": pilot, "period__code": period, "ward": ward}
        claimed = self.select_for_update(of=("self",)).select_related("period__pilot", "ward")
        found = claimed.filter(**names).first()
        if found is None:
            period = Period.objects.select_related("pilot").get(pilot__slug=pilot, code=period)
            # Two first saves at once: the unique constraint lets one of them make it.
            found, new = self.get_or_create(period=period, ward=ward)
            found = claimed.get(pk=found.pk)
            if new:
                District.objects.filter(pilots=period.pilot_id).revise()
        return found

    def counted(self, including_submitted=False, also=None):
        """The returns whose figures count: the approved, and on demand those waiting for it.

        `also` is the pk of one more, to see what it would change.
        """
        states = [Submission.State.APPROVED]
        if including_submitted:
            states.append(Submission.State.SUBMITTED)
        return self.filter(Q(state__in=states) | Q(pk=also))

    def before(self, period, ward):
        """The returns of `ward` for earlier periods of the same kind, the latest first."""
        return self.filter(
            ward=ward,
            period__pilot=period.pilot_id,
            period__kind=period.kind,
            period__end__lt=period.end,
        ).order_by("-period__end")


class Submission(models.Model):
    """One return of one ward for one period; without a ward it is the district's own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        APPROVED = "approved", _("approved")

    period = models.ForeignKey(
        Period, models.PROTECT, related_name="submissions", verbose_name=_("reporting period")
    )
    ward = models.ForeignKey(
        Ward,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("ward"),
        help_text=_("Empty: the district's own return."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    first_submitted_at = models.DateTimeField(
        _("first submitted at"),
        null=True,
        blank=True,
        help_text=_("What lateness is measured by: mending a returned return makes nobody late."),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.TextField(_("reason"), blank=True)
    source = models.CharField(
        _("source"),
        max_length=250,
        blank=True,
        help_text=_("The file or system the figures came from, if nobody typed them."),
    )
    history = HistoricalRecords()

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["period", "ward"]
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        indexes = [
            # Every page of a reviewer counts them; few among all there are.
            models.Index(
                fields=["period"], condition=Q(state="submitted"), name="returns_that_wait"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "period"],
                name="one_submission_per_ward_and_period",
                violation_error_message=_("There is already a return for this ward and period."),
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(ward__isnull=True),
                name="one_district_submission_per_period",
                violation_error_message=_("The district's return for this period exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"]) | Q(submitted_at__isnull=False),
                name="submitted_return_says_when",
                violation_error_message=_("A submitted return needs the time of submission."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "approved"]) | Q(decided_at__isnull=False),
                name="decided_return_says_when",
                violation_error_message=_("A decided return needs the time of the decision."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""),
                name="returned_return_says_why",
                violation_error_message=_("A return is sent back with a reason."),
            ),
        ]

    def __str__(self):
        return f"{self.ward or self.period.pilot.district} · {self.period}"

    @property
    def open(self):
        """Whether its cells may be changed now."""
        return self.state in OPEN and self.period.takes(self.ward)

    @property
    def late(self):
        """Whether it came in after the day it was due (what nobody typed cannot be late)."""
        if self.source or self.first_submitted_at is None:
            return False
        return timezone.localdate(self.first_submitted_at) > self.period.due

    def asked(self, edit=None):
        """The indicators that this return asks for, in the order of the programme.

        With the mark of an entry, each says as `arrived` whether its cell ever held that entry.
        """
        asked = Indicator.objects.asked(self.period, district=self.ward_id is None)
        return asked.annotate(arrived=Exists(self._log(OuterRef("pk"), edit))) if edit else asked

    def _log(self, indicator, edit):
        return Value.history.filter(submission_id=self.pk, indicator=indicator, edit=edit)

    # Steps -------------------------------------------------------------------------------------

    def enter(self, user, indicator, fields, base, edit):
        """Keep a cell, or empty it where `fields` is None; returns the Value, or None.

        `base` is the mark of the entry the person saw ("" for none) and `edit` the mark of this
        one, made where it was typed: the same entry sent twice is kept once. Call it on a claimed
        return. Raises StepRefused, Collision, or ValidationError for what the cell may not hold.
        """
        value, _last = self.now_and_last(indicator)
        arrived = self._log(indicator, edit).exists()
        return self.replace(user, indicator, value, fields, base, edit, arrived)

    def now_and_last(self, indicator):
        """The Value of a cell here and in the return before this one; None where there is none."""
        last = type(self).objects.before(self.period, self.ward_id).values("pk")[:1]
        rows = Value.objects.filter(Q(submission=self.pk) | Q(submission=last), indicator=indicator)
        found = {row.submission_id: row for row in rows}
        now = found.pop(self.pk, None)
        return now, next(iter(found.values()), None)

    def replace(self, user, indicator, value, fields, base, edit, arrived):
        """As `enter`, where the caller has fetched the present `value` of the cell, or None.

        `arrived`: whether the cell ever held this very entry, as `asked` tells.
        """
        if fields == (value.content() if value else None):
            return value
        if value is not None and value.edit == edit:
            return value  # its answer was lost on the way
        if arrived or base != (value.edit if value else ""):
            raise Collision(value)  # it may have been kept, but something else stands there since
        self.must_be_open()
        if fields is None:
            if value is not None:
                value._history_user, value.edit = user, edit
                value.delete()
            return None
        value = value or Value(submission=self, indicator=indicator)
        value.indicator = indicator
        for name, content in fields.items():
            setattr(value, name, content)
        value._history_user = user
        value.save(edit=edit)
        return value

    @transaction.atomic
    def submit(self, user):
        """Hand it to the district. StepRefused while a cell is empty or odd without a reason."""
        self._lock()
        self.must_be_open()
        missing = self.asked().exclude(values__submission=self).count()
        if missing:
            fault = _t("%(count)s figures are still missing.")
            raise StepRefused(fault % {"count": missing})
        if odd := self._unexplained():
            fault = _t("%(count)s warnings have no reason yet.")
            raise StepRefused(fault % {"count": odd})
        self.state, self.submitted_by = self.State.SUBMITTED, user
        self.submitted_at = timezone.now()
        self.first_submitted_at = self.first_submitted_at or self.submitted_at
        self.decided_at = self.decided_by = None
        self.reason = ""
        self._step(user)

    def _unexplained(self):
        """How many of its cells are odd and do not say why."""
        last = type(self).objects.before(self.period, self.ward_id).first()
        before = {row.indicator_id: row for row in last.values.all()} if last else {}
        rows = self.values.filter(indicator__in=self.asked(), reason="")
        rows = rows.select_related("indicator")
        return sum(bool(row.indicator.odd(row, before.get(row.indicator_id))) for row in rows)

    def approve(self, user, seen):
        """Let its figures count. `seen`: when the return that the reviewer read was submitted."""
        self._decide(user, seen, self.State.APPROVED, "")

    def send_back(self, user, seen, reason, cells=()):
        """Return it to the ward with a reason, and reasons for single cells: (indicator, text)."""
        with transaction.atomic():
            self._decide(user, seen, self.State.RETURNED, _stated(reason))
            Comment.objects.bulk_create(
                Comment(submission=self, indicator=indicator, author=user, text=text, asks=True)
                for indicator, text in cells
                if text.strip()
            )

    @transaction.atomic
    def reopen(self, user, reason):
        """Give an approved return back to the ward; until it is approved again it does not count."""
        self._lock()
        if self.state != self.State.APPROVED:
            raise StepRefused(self._now())
        self._must_not_be_locked()
        self.state, self.reason = self.State.RETURNED, _stated(reason)
        self.decided_at, self.decided_by = timezone.now(), user
        self._step(user)

    @transaction.atomic
    def _decide(self, user, seen, state, reason):
        self._lock()
        if self.state != self.State.SUBMITTED:
            raise StepRefused(self._now())
        if self.submitted_at != seen:
            raise StepRefused(
                _t("The return was submitted again after you opened it. Please read it again.")
            )
        if self.submitted_by_id == user.pk:
            raise StepRefused(_t("Whoever submits a return cannot decide on it."))
        self.state, self.reason = state, reason
        self.decided_at, self.decided_by = timezone.now(), user
        self._step(user)

    def _lock(self):
        """Look at the row afresh and hold it, so that nobody else can take a step meanwhile."""
        locked = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(locked, field.attname))

    def _step(self, user):
        self._history_user = user
        self.save()
        District.objects.filter(pilots=self.period.pilot_id).revise()

    def must_be_open(self):
        """StepRefused unless its cells, and the files beside them, may be changed now."""
        if self.state not in OPEN:
            raise StepRefused(self._now())
        self._must_not_be_locked()
        if not self.period.opened():
            raise StepRefused(_t("This period has not begun."))
        if not self.period.concerns(self.ward):
            raise StepRefused(_t("The ward was not in force at the end of this period."))

    def _must_not_be_locked(self):
        if self.period.locked:
            raise StepRefused(_t("This period is locked. The district can open it again."))

    def _now(self):
        """How the return stands, for somebody who wanted to do something else with it."""
        if self.state == self.State.SUBMITTED:
            return _t("The return has been submitted to the district.")
        by = self.decided_by or self.submitted_by or ""
        words = {
            self.State.DRAFT: _t("The return is a draft."),
            self.State.APPROVED: _t("The return has been approved already (%(by)s)."),
            self.State.RETURNED: _t("The return has been sent back already (%(by)s)."),
        }
        return words[self.state] % {"by": by}


OPEN = (Submission.State.DRAFT, Submission.State.RETURNED)


def _stated(reason):
    if not reason.strip():
        raise StepRefused(_t("A reason is needed."))
    return reason.strip()
