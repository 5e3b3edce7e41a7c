"""Districts and wards: official units with a code, a first and perhaps a last day."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..exchange import WardSheet
from ..models import District, Ward
from .desk import Desk, FileDesk


class InForce(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("now", _("today")), ("ended", _("no longer")), ("later", _("not yet"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        found = {
            "now": queryset.on(today),
            "ended": queryset.filter(valid_to__lt=today),
            "later": queryset.filter(valid_from__gt=today),
        }
        return found.get(self.value(), queryset)


class PlaceDesk(Desk):
    search_fields = ("search_key",)

    def label(self, place):
        """Official codes are used again for other places, so the years belong to it."""
        last = place.valid_to.year if place.valid_to else ""
        return f"{place} · {place.code} · {place.valid_from.year}–{last}"


@admin.register(District)
class DistrictAdmin(PlaceDesk):
    list_display = ("__str__", "code", "valid_from", "valid_to")
    list_filter = (InForce,)
    fields = ("code", ("name_vi", "name_en"), ("valid_from", "valid_to"), "source")


@admin.register(Ward)
class WardAdmin(FileDesk, PlaceDesk):
    resource_classes = [WardSheet]
    list_display = ("__str__", "code", "district", "valid_from", "valid_to", "population")
    list_filter = (InForce, ("district", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("district",)
    autocomplete_fields = ("district", "predecessors")
    fields = (
        *("code", ("name_vi", "name_en"), "district", ("valid_from", "valid_to"), "predecessors"),
        *("area_km2", ("population", "population_year"), ("map_row", "map_column"), "source"),
    )
