"""What every page of the administration is made of. Registers nothing."""

from functools import wraps

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from import_export.tmp_storages import CacheStorage
from simple_history.admin import SimpleHistoryAdmin

from ..exchange import Csv, Xlsx
from ..models import District
from ..vietnamese import fold


def section(title, *fields, note="", folded=False):
    """A part of a form: its title, its fields (a tuple shares a line) and what to know of them."""
    return title, {"fields": fields, "description": note, "classes": ["collapse"] * folded}


def label(obj):
    """What tells `obj` apart from others of its name: the desk of its table knows."""
    return getattr(admin.site.get_model_admin(type(obj)), "label", str)(obj)


class Choices(AutocompleteJsonView):
    """What a field offers while somebody types."""

    def serialize_result(self, obj, to_field_name):
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


def revising(view):
    """The view, after whose POST nothing is shown again that was worked out before it."""

    @wraps(view)
    def revised(request, *args, **kwargs):
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            District.objects.all().revise()
        return response

    return revised


checked = admin.site.admin_view
admin.site.admin_view = lambda view, cacheable=False: checked(revising(view), cacheable)
admin.site.autocomplete_view = lambda request: Choices.as_view(admin_site=admin.site)(request)


class Labelled:
    """Fields that point to another table name its rows as the choices do."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            field.label_from_instance = label
        return field


class Desk(Labelled, admin.ModelAdmin):
    """A table as an administrator sees it. `search_fields` point to folded columns and plain codes."""

    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    save_on_top = True
    search_help_text = _("Tones and capitals do not matter: “me tri” finds Mễ Trì.")
    fixed = ()  # What addresses and files rest on: chosen once, only read from then on.

    def get_queryset(self, request):
        # Here and not in the list alone: choices and forms show related rows as well.
        return super().get_queryset(request).select_related(*self.list_select_related or ())

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), *(self.fixed if obj else ()))

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))

    def get_deleted_objects(self, objs, request):
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        # The page would blame the administrator's own rights before it names what stands in the way.
        return deleted, counts, set() if protected else lacking, protected[:50]


class SmallDesk(Desk):
    """For tables of some hundred rows without a folded column: their texts are folded on the spot."""

    def get_search_results(self, request, queryset, search_term):
        words = fold(search_term).split()
        if not words:
            return queryset, False
        rows = queryset.order_by().values_list("pk", *self.search_fields)
        texts = ((pk, fold(" ".join(filter(None, cells)))) for pk, *cells in rows)
        found = [pk for pk, text in texts if all(word in text for word in words)]
        return queryset.filter(pk__in=found), False


class Kept:
    """Rows that are only looked at here: what was reported stays as it was reported."""

    def has_add_permission(self, *args):
        return False

    has_change_permission = has_delete_permission = has_add_permission


class HistoryDesk(SimpleHistoryAdmin, Desk):
    """With a page of who changed what and when, from which an earlier state can be put back.

    Needs `fields` or `fieldsets`.
    """

    object_history_list_template = "admin/history_list.html"

    def get_readonly_fields(self, request, obj=None):
        # The page of an earlier state asks for these only, not for the right to change.
        if obj and not self.has_change_permission(request, obj):
            return flatten_fieldsets(self.get_fieldsets(request, obj))
        return super().get_readonly_fields(request, obj)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        # simple_history hides the button where nothing may be changed, but would still save a POST.
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)


class FileDesk(ImportExportMixin, Desk):
    """With files in and out: nothing is written before the preview, nor when any row is wrong."""

    import_formats = export_formats = [Xlsx, Csv]
    export_form_class = ExportForm  # The one with tick boxes needs inline scripts.
    tmp_storage_class = CacheStorage  # Every worker sees it, and what nobody confirms goes away.
    to_encoding = "utf-8-sig"

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_import_data_kwargs(self, **kwargs):
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def process_result(self, result, request):
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        # Somebody changed the table between the preview and the confirmation.
        message = _("Nothing was imported. Please look at the preview again.")
        self.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))


class Lines(Labelled, admin.TabularInline):
    """Rows edited together with the one they belong to."""

    extra = 0
    # Narrower than the admin's own, so that a row fits on a screen of 1,366 px.
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"size": 15})}}
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)
