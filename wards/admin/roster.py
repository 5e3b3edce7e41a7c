"""Positions, the posts assigned to them, and the officers who hold them."""

from django.contrib import admin
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..exchange import PositionSheet
from ..models import Assignment, Establishment, Officer, Position, Rating
from .desk import FileDesk, HistoryDesk, Lines, SmallDesk, section


@admin.register(Position)
class PositionAdmin(FileDesk, SmallDesk):
    resource_classes = [PositionSheet]
    list_display = ("__str__", "code", "order", "leads", "required_level", "required_theory")
    list_filter = ("leads", "required_level", "required_theory")
    search_fields = ("code", "name_vi", "name_en")


@admin.register(Establishment)
class EstablishmentAdmin(HistoryDesk):
    list_display = ("ward", "position", "posts", "since", "decision")
    list_filter = ("position", ("ward__district", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("ward", "position")
    search_fields = ("ward__search_key", "position__code", "decision")
    ordering = ("ward__sort_key", "position__order", "-since")
    date_hierarchy = "since"
    autocomplete_fields = ("ward", "position")
    fieldsets = [
        section(
            None,
            *("ward", "position", "posts", "since", "decision"),
            note=_(
                "Holds until the next entry of the same ward and position begins. When the number"
                " changes, add an entry; 0 posts means abolished."
            ),
        )
    ]


class AssignmentLines(Lines):
    model = Assignment
    template = "admin/edit_inline/stacked.html"  # Too much for one line.
    fields = ("ward", "position", ("start", "end"), "concurrent", "decision")
    autocomplete_fields = ("ward", "position")
    related = ("officer", "ward", "position")


class RatingLines(Lines):
    model = Rating
    related = ("officer",)


@admin.register(Officer)
class OfficerAdmin(HistoryDesk):
    inlines = [AssignmentLines, RatingLines]
    list_display = ("full_name", "birth_year", "posts", "level", "theory")
    list_filter = (
        ("assignments__ward__district", admin.RelatedOnlyFieldListFilter),
        *("assignments__position", "sex", "level", "theory", "training"),
    )
    search_fields = ("search_key", "assignments__ward__search_key")
    search_help_text = _("Name of the officer or of the ward, with or without tones.")
    fields = (
        *("full_name", ("birth_year", "sex"), ("level", "field"), "theory", "training"),
        ("foreign_language", "it"),
    )

    def label(self, officer):
        return f"{officer} · {officer.birth_year or ''}"

    def get_queryset(self, request):
        today = Assignment.objects.on(timezone.localdate()).select_related("ward", "position")
        held = Prefetch("assignments", today, to_attr="held")
        return super().get_queryset(request).prefetch_related(held)

    @admin.display(description=_("posts held today"))
    def posts(self, officer):
        return "; ".join(f"{each.position}, {each.ward}" for each in officer.held)


@admin.register(Assignment)
class AssignmentAdmin(HistoryDesk):
    list_display = ("officer", "position", "ward", "start", "end", "concurrent", "decision")
    list_filter = (
        *(("end", admin.EmptyFieldListFilter), "concurrent", "position"),
        ("ward__district", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("officer", "position", "ward")
    search_fields = ("officer__search_key", "ward__search_key", "decision")
    ordering = ("officer__sort_key", "-start")
    date_hierarchy = "start"
    autocomplete_fields = ("officer", "ward", "position")
    fields = ("officer", "ward", "position", "concurrent", ("start", "end"), "decision")
