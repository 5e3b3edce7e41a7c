"""The administrator's desk for programmes, periods, returns and milestones, and the site's own words."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wards.admin import Desk, Ended, FixedForm, HistoryDesk, Kept, Lines, SmallDesk

from . import numbers
from .models import (
    Evidence,
    Indicator,
    Milestone,
    Period,
    Pilot,
    Progress,
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


class KeptLines(Kept, Lines):
    show_change_link = True


# Programme -------------------------------------------------------------------------------------


class PilotForm(FixedForm):
    fixed = ("slug", "framework", "framework_version", "classes")


class ThemeLines(Lines):
    model = Theme
    form = FixedForm
    fields = ("order", "code", "name_vi", "name_en", "short_vi", "short_en")
    can_delete = False  # Indicators would go with it: that is asked on the theme's own page.
    show_change_link = True


@admin.register(Pilot)
class PilotAdmin(SmallDesk):
    form = PilotForm
    inlines = [ThemeLines]
    list_display = ("named", "slug", "district", "start", "end", "framework", "illustrative")
    list_filter = ("illustrative", ("district", admin.RelatedOnlyFieldListFilter), "framework")
    list_select_related = ("district",)
    search_fields = ("slug", "name_vi", "name_en", "district__search_key")
    ordering = ("-start", "slug")
    autocomplete_fields = ("district", "wards")
    fieldsets = [
        (
            None,
            {
                "fields": ["name_vi", "name_en", "slug", "district"],
                "description": _(
                    "The short name stands in every address and file name and cannot be changed"
                    " later."
                ),
            },
        ),
        (
            _("From when to when"),
            {
                "fields": [("start", "end"), ("baseline_start", "baseline_end")],
                "description": _(
                    "The baseline is the time before the pilot that its results are compared with."
                ),
            },
        ),
        (_("Wards"), {"fields": ["wards"]}),
        (
            _("What readers are told"),
            {
                "fields": [
                    "illustrative",
                    "legal_basis_vi",
                    "legal_basis_en",
                    "source_vi",
                    "source_en",
                ]
            },
        ),
        (
            _("Framework"),
            {
                "fields": [
                    ("framework", "framework_version"),
                    "minimum_weight",
                    "classes",
                    "framework_note_vi",
                    "framework_note_en",
                ],
                "classes": ["collapse"],
                "description": _(
                    "Loaded from a file that was reviewed. To change it, change that file and load"
                    " it again."
                ),
            },
        ),
    ]

    @admin.display(description=_("name"), ordering="name_vi")
    def named(self, pilot):
        return pilot.name


@admin.register(Theme)
class ThemeAdmin(SmallDesk):
    form = FixedForm
    list_display = ("named", "code", "pilot", "order")
    list_filter = ("pilot",)
    list_select_related = ("pilot",)
    search_fields = ("code", "name_vi", "name_en")
    ordering = ("pilot", "order")
    autocomplete_fields = ("pilot",)
    fieldsets = [
        (
            None,
            {
                "fields": ["pilot", "code", "order", "name_vi", "name_en", "short_vi", "short_en"],
                "description": _("The code stands in addresses and files and then stays."),
            },
        )
    ]

    def label(self, theme):
        return f"{theme} · {theme.pilot.slug}"

    @admin.display(description=_("name"), ordering="name_vi")
    def named(self, theme):
        return theme.name


class TargetLines(Lines):
    model = Target
    autocomplete_fields = ("ward",)
    related = ("indicator", "ward")


@admin.register(Indicator)
class IndicatorAdmin(SmallDesk):
    form = FixedForm
    inlines = [TargetLines]
    list_display = ("named", "code", "theme", "kind", "level", "frequency", "points", "headline")
    list_filter = ("theme__pilot", "kind", "level", "frequency", "direction", "headline")
    list_select_related = ("theme__pilot",)
    search_fields = ("code", "name_vi", "name_en")
    ordering = ("theme", "order")
    autocomplete_fields = ("theme",)
    fieldsets = [
        (
            None,
            {
                "fields": ["theme", "code", "order", "name_vi", "name_en", "short_vi", "short_en"],
                "description": _("The code stands in addresses and files and then stays."),
            },
        ),
        (
            _("What is reported"),
            {
                "fields": ["kind", "level", "frequency", "over_time"],
                "description": _(
                    "A ratio has a numerator and a denominator; everything else is one figure."
                ),
            },
        ),
        (
            _("How it is entered"),
            {
                "fields": [
                    ("unit_vi", "unit_en"),
                    "numerator_vi",
                    "numerator_en",
                    "denominator_vi",
                    "denominator_en",
                    ("decimals", "within"),
                    ("plausible_low", "plausible_high"),
                ],
                "description": _(
                    "Outside the usual range a figure is kept, but asks for a reason."
                ),
            },
        ),
        (
            _("How it is scored"),
            {
                "fields": [
                    "direction",
                    ("worst", "best"),
                    ("best_high", "worst_high"),
                    "points",
                    "whole_theme",
                    "nothing_due",
                    "smallest_denominator",
                ],
                "description": _(
                    "Goalposts of a ratio are fractions: 0.95 for 95 %. Points grow evenly from the"
                    " first goalpost to the second. A changed goalpost changes every score that was"
                    " not frozen."
                ),
            },
        ),
        (
            _("What readers are told"),
            {
                "fields": [
                    "headline",
                    "definition_vi",
                    "definition_en",
                    "why_vi",
                    "why_en",
                    "source_vi",
                    "source_en",
                    "owner_vi",
                    "owner_en",
                ]
            },
        ),
    ]

    def label(self, indicator):
        return f"{indicator} · {indicator.code} · {indicator.theme.pilot.slug}"

    @admin.display(description=_("name"), ordering="name_vi")
    def named(self, indicator):
        return indicator.name


@admin.register(Target)
class TargetAdmin(SmallDesk):
    list_display = ("indicator", "ward", "since", "value")
    list_filter = ("indicator__theme__pilot",)
    list_select_related = ("indicator", "ward")
    search_fields = (
        "indicator__code",
        "indicator__name_vi",
        "indicator__name_en",
        "ward__search_key",
    )
    ordering = ("indicator", "ward__sort_key", "since")
    date_hierarchy = "since"
    autocomplete_fields = ("indicator", "ward")


@admin.register(Period)
class PeriodAdmin(Desk):
    form = FixedForm
    actions = ["lock", "unlock"]
    list_display = ("named", "code", "kind", "pilot", "start", "end", "due", "locked")
    list_filter = ("pilot", "kind", "locked")
    list_select_related = ("pilot",)
    search_fields = ("code", "pilot__slug")
    search_help_text = _("Code of the period, for example 2022-Q2, or short name of the pilot.")
    ordering = ("-end", "start")
    date_hierarchy = "end"
    autocomplete_fields = ("pilot",)
    fieldsets = [
        (
            None,
            {
                "fields": ["pilot", "kind", "code", ("start", "end"), "due", "locked"],
                "description": _(
                    "The code stands in addresses: 2022-06, 2022-Q2, 2022-H1, 2022-9M, 2022. In a"
                    " locked period nobody can enter or change figures."
                ),
            },
        )
    ]

    def label(self, period):
        return f"{period} · {period.pilot.slug}"

    @admin.display(description=_("reporting period"), ordering="end")
    def named(self, period):
        return str(period)

    @admin.action(description=_("Lock the chosen periods"), permissions=["change"])
    def lock(self, request, queryset):
        queryset.update(locked=True)

    @admin.action(description=_("Unlock the chosen periods"), permissions=["change"])
    def unlock(self, request, queryset):
        queryset.update(locked=False)


# Returns: looked at here, entered and decided on their own pages -------------------------------


def _written(number):
    if number is None:
        return admin.site.empty_value_display
    return numbers.write(number, language=get_language())


class Figures:
    """The two numbers of a cell as people write them, without the zeros the database adds."""

    @admin.display(description=_("figure"), ordering="numerator")
    def figure(self, value):
        return _written(value.numerator)

    @admin.display(description=_("denominator"), ordering="denominator")
    def out_of(self, value):
        return _written(value.denominator)


class ValueLines(Figures, KeptLines):
    model = Value
    fields = ("indicator", "state", "figure", "out_of", "happened_on", "reason")
    readonly_fields = fields
    related = ("indicator",)
    ordering = ("indicator__theme__order", "indicator__order")


class EvidenceLines(KeptLines):
    model = Evidence
    fields = ("name", "value", "uploaded_at", "uploaded_by", "sha256")
    readonly_fields = fields
    related = ("value__indicator", "uploaded_by")


@admin.register(Submission)
class SubmissionAdmin(Kept, HistoryDesk):
    inlines = [ValueLines, EvidenceLines]
    list_display = ("who", "period", "state", "submitted_at", "submitted_by", "decided_at")
    list_filter = (
        "state",
        "period__pilot",
        "period__kind",
    )
    list_select_related = ("ward", "period__pilot__district", "submitted_by", "decided_by")
    search_fields = ("ward__search_key", "period__code")
    search_help_text = _("Ward, with or without tones, or code of the period.")
    ordering = ("-period__end", "ward__sort_key")
    date_hierarchy = "period__end"
    fieldsets = [
        (
            None,
            {
                "fields": ["ward", "period", "state", "source"],
                "description": _(
                    "Returns are entered, submitted and decided on their own pages; here they are"
                    " only looked at."
                ),
            },
        ),
        (_("Submitted"), {"fields": [("submitted_at", "submitted_by")]}),
        (_("Decided"), {"fields": [("decided_at", "decided_by"), "reason"]}),
    ]

    @admin.display(description=_("reported by"), ordering="ward__sort_key")
    def who(self, submission):
        return submission.ward or submission.period.pilot.district


class ReturnState(admin.ChoicesFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("state of the return")


@admin.register(Value)
class ValueAdmin(Kept, Figures, HistoryDesk):
    list_display = ("measured", "who", "period", "state", "figure", "out_of")
    list_filter = (
        "state",
        ("submission__state", ReturnState),
        "submission__period__pilot",
        "submission__period__kind",
        ("indicator__theme", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = (
        "indicator",
        "submission__ward",
        "submission__period__pilot__district",
    )
    search_fields = ("indicator__code", "submission__ward__search_key", "submission__period__code")
    search_help_text = _("Code of the indicator, ward, or code of the period.")
    ordering = ("-submission__period__end", "submission__ward__sort_key", "indicator__order")
    date_hierarchy = "submission__period__end"
    readonly_fields = ("figure", "out_of")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "submission",
                    "indicator",
                    "state",
                    "figure",
                    "out_of",
                    "happened_on",
                    "reason",
                ],
                "description": _("History, above, shows who entered what and when."),
            },
        )
    ]

    @admin.display(description=_("indicator"), ordering="indicator__order")
    def measured(self, value):
        return value.indicator.said("short")

    @admin.display(description=_("reported by"), ordering="submission__ward__sort_key")
    def who(self, value):
        return value.submission.ward or value.submission.period.pilot.district

    @admin.display(description=_("reporting period"), ordering="submission__period__end")
    def period(self, value):
        return str(value.submission.period)


@admin.register(Evidence)
class EvidenceAdmin(Kept, Desk):
    list_display = ("name", "submission", "uploaded_by", "uploaded_at")
    list_filter = ("submission__period__pilot",)
    list_select_related = (
        "submission__ward",
        "submission__period__pilot__district",
        "uploaded_by",
        "value__indicator",
    )
    search_fields = ("name", "sha256", "submission__ward__search_key")
    ordering = ("-uploaded_at",)
    date_hierarchy = "uploaded_at"
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "submission", "value", "uploaded_at", "uploaded_by", "sha256"],
                "description": _("The file itself is opened from the return it belongs to."),
            },
        )
    ]


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
    form = FixedForm
    inlines = [ProgressLines]
    list_display = ("named", "code", "pilot", "ward", "due", "done", "percent")
    list_filter = (
        "pilot",
        ("done", Ended),
        ("theme", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("pilot", "theme__pilot", "ward")
    search_fields = ("code", "name_vi", "name_en", "owner_vi", "ward__search_key")
    ordering = ("due", "code")
    date_hierarchy = "due"
    autocomplete_fields = ("pilot", "theme", "ward")
    fieldsets = [
        (None, {"fields": ["pilot", "code", "name_vi", "name_en"]}),
        (
            _("Whose it is"),
            {
                "fields": ["theme", "ward", ("owner_vi", "owner_en")],
                "description": _("Without a ward it belongs to the whole pilot."),
            },
        ),
        (_("From when to when"), {"fields": [("start", "due", "done")]}),
        (_("Source"), {"fields": ["source_vi", "source_en"], "classes": ["collapse"]}),
    ]

    def label(self, milestone):
        return f"{milestone} · {milestone.code} · {milestone.pilot.slug}"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("progress")

    def save_formset(self, request, form, formset, change):
        for entry in formset.save(commit=False):
            entry.author = request.user
            entry.save()

    @admin.display(description=_("name"), ordering="name_vi")
    def named(self, milestone):
        return milestone.name

    @admin.display(description=_("progress, %"))
    def percent(self, milestone):
        entries = [*milestone.progress.all()]
        return entries[-1].percent if entries else None


@admin.register(Progress)
class ProgressAdmin(HistoryDesk):
    list_display = ("milestone", "day", "percent", "author", "note")
    list_filter = ("milestone__pilot",)
    list_select_related = ("milestone__pilot", "author")
    search_fields = ("milestone__code", "milestone__ward__search_key")
    search_help_text = _("Code of the milestone, or ward.")
    ordering = ("-day", "-pk")
    date_hierarchy = "day"
    autocomplete_fields = ("milestone",)
    readonly_fields = ("author",)
    fieldsets = [
        (
            None,
            {
                "fields": ["milestone", "day", "percent", "note", "author"],
                "description": _(
                    "A log: entries are added, never changed. A later one corrects an earlier one."
                ),
            },
        )
    ]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.author = request.user
        super().save_model(request, obj, form, change)
