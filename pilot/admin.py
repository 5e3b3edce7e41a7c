"""The administrator's pages for programmes, periods, returns and milestones, and the site's words."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from wards.admin.desk import Desk, HistoryDesk, Kept, Lines, SmallDesk, section

from . import numbers
from .models import (
    Comment,
    Evidence,
    Indicator,
    Milestone,
    Period,
    Pilot,
    Progress,
    ProgressEvidence,
    Reminder,
    Submission,
    Target,
    Theme,
    Value,
)

admin.site.site_header = admin.site.site_title = "Sơ Kết"
admin.site.index_title = _("Reference data, people and rights")
admin.site.empty_value_display = "–"
# One door: the lock after five wrong passwords holds for administrators too.
admin.site.login = secure_admin_login(admin.site.login)

# Programme -------------------------------------------------------------------------------------

FRAMEWORK = (
    *("framework", "framework_version", "minimum_weight", "classes"),
    *("framework_note_vi", "framework_note_en"),
)


@admin.register(Pilot)
class PilotAdmin(SmallDesk):
    actions = ["create_calendar"]
    fixed = ("slug",)
    readonly_fields = FRAMEWORK
    list_display = ("__str__", "slug", "district", "start", "end", "framework", "illustrative")
    list_filter = ("illustrative", ("district", admin.RelatedOnlyFieldListFilter), "framework")
    list_select_related = ("district",)
    search_fields = ("slug", "name_vi", "name_en", "district__search_key")
    autocomplete_fields = ("district", "wards")
    fieldsets = [
        section(
            None,
            *("name_vi", "name_en", "slug", "district", "wards"),
            *(("start", "end"), ("baseline_start", "baseline_end")),
            note=_(
                "The short name stands in every address and file name and cannot be changed later."
                " The baseline is the time before the pilot that its results are compared with."
            ),
        ),
        section(
            _("What readers are told"),
            *("illustrative", "legal_basis_vi", "legal_basis_en", "source_vi", "source_en"),
        ),
        section(
            _("Framework"),
            *FRAMEWORK,
            note=_("To change it, change the file that was reviewed and load it again."),
            folded=True,
        ),
    ]

    def has_calendar_permission(self, request):
        return request.user.has_perm("pilot.add_period")

    @admin.action(description=_("Create the calendar of periods"), permissions=["calendar"])
    def create_calendar(self, request, queryset):
        """From each pilot's start to its end or that of next year; what is there stays."""
        told = _t("%(pilot)s: %(created)s periods created, %(kept)s were there already.")
        for pilot in queryset:
            try:
                created, kept = Period.objects.fill(pilot)
            except ValidationError as fault:
                self.message_user(request, f"{pilot}: {fault.messages[0]}", messages.ERROR)
                continue
            names = {"pilot": pilot, "created": len(created), "kept": len(kept)}
            self.message_user(request, told % names)


@admin.register(Theme)
class ThemeAdmin(SmallDesk):
    fixed = ("code",)
    list_display = ("__str__", "code", "pilot", "order")
    list_filter = ("pilot",)
    list_select_related = ("pilot",)
    search_fields = ("code", "name_vi", "name_en")
    autocomplete_fields = ("pilot",)

    def label(self, theme):
        return f"{theme} · {theme.pilot.slug}"


class TargetLines(Lines):
    model = Target
    autocomplete_fields = ("ward",)
    related = ("indicator", "ward")


@admin.register(Indicator)
class IndicatorAdmin(SmallDesk):
    fixed = ("code",)
    inlines = [TargetLines]
    list_display = ("__str__", "code", "theme", "kind", "level", "frequency", "points", "headline")
    list_filter = ("theme__pilot", "kind", "level", "frequency", "direction", "headline")
    list_select_related = ("theme__pilot",)
    search_fields = ("code", "name_vi", "name_en")
    autocomplete_fields = ("theme",)
    fieldsets = [
        section(
            None,
            *("theme", "code", "order", "name_vi", "name_en", "short_vi", "short_en"),
            note=_("The code stands in addresses and files and then stays."),
        ),
        section(
            _("What is reported"),
            *("kind", "level", "frequency", "over_time"),
            note=_("A ratio has a numerator and a denominator; everything else is one figure."),
        ),
        section(
            _("How it is entered"),
            *(("unit_vi", "unit_en"), "numerator_vi", "numerator_en"),
            *("denominator_vi", "denominator_en", ("decimals", "within")),
            ("plausible_low", "plausible_high"),
            note=_("Outside the usual range a figure is kept, but asks for a reason."),
        ),
        section(
            _("How it is scored"),
            *("direction", ("worst", "best"), ("best_high", "worst_high"), "points"),
            *("whole_theme", "nothing_due", "smallest_denominator"),
            note=_(
                "Goalposts of a ratio are fractions: 0.95 for 95 %. Points grow evenly from the"
                " first goalpost to the second. A changed goalpost changes every score that was"
                " not frozen."
            ),
        ),
        section(
            _("What readers are told"),
            *("headline", "definition_vi", "definition_en", "why_vi", "why_en"),
            *("source_vi", "source_en", "owner_vi", "owner_en"),
        ),
    ]


@admin.register(Period)
class PeriodAdmin(Desk):
    actions = ["lock", "unlock"]
    fixed = ("code",)
    list_display = ("__str__", "code", "kind", "pilot", "start", "end", "due", "locked")
    list_filter = ("pilot", "kind", "locked")
    list_select_related = ("pilot",)
    search_fields = ("code", "pilot__slug")
    search_help_text = _("Code of the period, for example 2022-Q2, or short name of the pilot.")
    ordering = ("-end", "start")
    date_hierarchy = "end"
    autocomplete_fields = ("pilot",)
    fieldsets = [
        section(
            None,
            *("pilot", "kind", "code", ("start", "end"), "due", "locked"),
            note=_(
                "The code stands in addresses: 2022-06, 2022-Q2, 2022-H1, 2022-9M, 2022. In a"
                " locked period nobody can enter or change figures."
            ),
        )
    ]

    @admin.action(description=_("Lock the chosen periods"), permissions=["change"])
    def lock(self, request, queryset):
        self._set_locked(request, queryset, True)

    @admin.action(description=_("Open the chosen periods again"), permissions=["change"])
    def unlock(self, request, queryset):
        self._set_locked(request, queryset, False)

    def _set_locked(self, request, queryset, locked):
        """The log of each period tells who did it."""
        periods = list(queryset.exclude(locked=locked))
        for period in periods:
            period.locked = locked
            period.save(update_fields=["locked"])
            self.log_change(request, period, [{"changed": {"fields": ["locked"]}}])
        told = _t("%(count)s periods locked.") if locked else _t("%(count)s periods opened again.")
        self.message_user(request, told % {"count": len(periods)})


# Returns: looked at here, entered and decided on their own pages -------------------------------


@admin.display(description=_("figure"), ordering="numerator")
def figure(value):
    """The numbers of a cell as people write them: 9/12, without the zeros the database adds."""
    parts = [each for each in (value.numerator, value.denominator) if each is not None]
    written = "/".join(numbers.write(each, language=get_language()) for each in parts)
    return written or admin.site.empty_value_display


class ValueLines(Kept, Lines):
    model = Value
    fields = readonly_fields = ("indicator", "state", figure, "happened_on", "reason")
    related = ("indicator",)
    ordering = ("indicator__theme__order", "indicator__order")
    show_change_link = True


class CommentLines(Kept, Lines):
    model = Comment
    fields = readonly_fields = ("indicator", "text", "asks", "author", "at")
    related = ("indicator", "author")


class EvidenceLines(Kept, Lines):
    model = Evidence
    fields = readonly_fields = ("name", "indicator", "uploaded_at", "uploaded_by", "sha256")
    related = ("indicator", "uploaded_by")


@admin.register(Submission)
class SubmissionAdmin(Kept, HistoryDesk):
    inlines = [ValueLines, CommentLines, EvidenceLines]
    list_display = ("__str__", "state", "submitted_at", "submitted_by", "decided_at")
    list_filter = ("state", "period__pilot", "period__kind")
    list_select_related = ("ward", "period__pilot__district", "submitted_by", "decided_by")
    search_fields = ("ward__search_key", "period__code")
    search_help_text = _("Ward, with or without tones, or code of the period.")
    ordering = ("-period__end", "ward__sort_key")
    date_hierarchy = "period__end"
    fields = (
        *("period", "ward", "state", "source", "first_submitted_at"),
        ("submitted_at", "submitted_by"),
        *(("decided_at", "decided_by"), "reason"),
    )


@admin.register(Value)
class ValueAdmin(Kept, HistoryDesk):
    list_display = ("indicator", "submission", "state", figure)
    list_filter = (
        *("state", "submission__period__pilot", "submission__period__kind"),
        ("indicator__theme", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = (
        *("indicator", "submission__ward", "submission__period__pilot__district"),
    )
    search_fields = ("indicator__code", "submission__ward__search_key", "submission__period__code")
    search_help_text = _("Code of the indicator, ward, or code of the period.")
    ordering = ("-submission__period__end", "submission__ward__sort_key", "indicator__order")
    date_hierarchy = "submission__period__end"
    readonly_fields = (figure,)
    fields = ("submission", "indicator", "state", figure, "happened_on", "reason")


# Milestones ------------------------------------------------------------------------------------


class ProgressLines(Lines):
    """A log: an entry is added, and corrected by a later one."""

    model = Progress
    fields = ("day", "percent", "note", "author")
    readonly_fields = ("author",)
    related = ("author",)
    can_delete = False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Milestone)
class MilestoneAdmin(SmallDesk, HistoryDesk):
    fixed = ("code",)
    inlines = [ProgressLines]
    list_display = ("__str__", "code", "pilot", "ward", "due", "done")
    list_filter = (
        *("pilot", ("done", admin.EmptyFieldListFilter)),
        ("theme", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("pilot", "theme__pilot", "ward")
    search_fields = ("code", "name_vi", "name_en", "owner_vi", "ward__search_key")
    date_hierarchy = "due"
    autocomplete_fields = ("pilot", "theme", "ward")
    fieldsets = [
        section(
            None,
            *("pilot", "code", "name_vi", "name_en", "theme", "ward", ("owner_vi", "owner_en")),
            *(("start", "due", "done"), "source_vi", "source_en"),
            note=_("Without a ward it belongs to the whole pilot."),
        )
    ]

    def save_formset(self, request, form, formset, change):
        entries = formset.save(commit=False)
        for entry in entries:
            entry.author = request.user
            entry.save()
        if entries:
            form.instance.settle(request.user)


@admin.register(ProgressEvidence)
class ProgressEvidenceAdmin(Kept, SmallDesk):
    list_display = ("__str__", "progress", "uploaded_at", "uploaded_by")
    list_select_related = ("progress__milestone", "uploaded_by")
    search_fields = ("name", "progress__milestone__code", "progress__milestone__name_vi")
    fields = ("name", "progress", "uploaded_at", "uploaded_by", "sha256")


@admin.register(Reminder)
class ReminderAdmin(Kept, SmallDesk):
    list_display = ("__str__", "user", "sent_on")
    list_select_related = ("user",)
    search_fields = ("key", "user__username", "user__full_name")
    date_hierarchy = "sent_on"
    fields = ("user", "key", "sent_on")
