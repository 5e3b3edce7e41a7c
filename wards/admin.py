"""The administrator's desk for places, people and rights, and what the desks of other apps share."""

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal

import allauth.account.admin  # noqa: F401  (for what it registers, which happens once)
import tablib
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy
from import_export import fields, resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm
from import_export.tmp_storages import CacheStorage
from simple_history.admin import SimpleHistoryAdmin

from .models import (
    Assignment,
    District,
    Establishment,
    Level,
    Membership,
    Officer,
    Position,
    Rating,
    Theory,
    User,
    Ward,
)
from .vietnamese import fold, nfc

IDLE = timedelta(days=45)  # Information-security level 2: longer unused, an account is closed.

# Desks -----------------------------------------------------------------------------------------


class SaysWhich:
    """Fields that point to another table name its rows the way that table's desk tells them apart."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return self._labelled(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return self._labelled(super().formfield_for_manytomany(db_field, request, **kwargs))

    def _labelled(self, field):
        if field and self.admin_site.is_registered(field.queryset.model):
            desk = self.admin_site.get_model_admin(field.queryset.model)
            field.label_from_instance = getattr(desk, "label", str)
        return field


class Desk(SaysWhich, admin.ModelAdmin):
    """A table as an administrator sees it. `search_fields` point to folded columns and plain codes."""

    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    list_per_page = 50
    save_on_top = True
    search_help_text = _("Tones and capitals do not matter: “me tri” finds Mễ Trì.")

    def label(self, obj):
        """What tells `obj` apart from others of the same name, in choices."""
        return str(obj)

    def get_queryset(self, request):
        # Here and not in the list alone: choices and forms show related rows as well.
        return super().get_queryset(request).select_related(*self.list_select_related or ())

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
        found = [pk for pk, *texts in rows if _has_all(words, texts)]
        return queryset.filter(pk__in=found), False


def _has_all(words, texts):
    text = fold(" ".join(text for text in texts if text))
    return all(word in text for word in words)


class Kept:
    """Rows that are only looked at here: what was reported stays as it was reported."""

    def has_add_permission(self, *args):
        return False

    def has_change_permission(self, *args):
        return False

    def has_delete_permission(self, *args):
        return False


class HistoryDesk(SimpleHistoryAdmin, Desk):
    """With a page of who changed what and when, from which an earlier state can be put back."""

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


class Lines(SaysWhich, admin.TabularInline):
    """Rows edited together with the one they belong to."""

    extra = 0
    # Narrower than the admin's own, so that a row fits on a screen of 1,366 px.
    formfield_overrides = {models.CharField: {"widget": forms.TextInput(attrs={"size": 15})}}
    related = ()

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.related)


class FixedForm(forms.ModelForm):
    """What addresses and files rest on is chosen once and then stays."""

    fixed = ("code",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in set(self.fixed) & set(self.fields):
            self.fields[name].disabled = bool(self.instance.pk and getattr(self.instance, name))


class Choices(AutocompleteJsonView):
    """What a field offers while somebody types."""

    def serialize_result(self, obj, to_field_name):
        found = super().serialize_result(obj, to_field_name)
        if isinstance(self.model_admin, Desk):
            found["text"] = self.model_admin.label(obj)
        return found


admin.site.autocomplete_view = lambda request: Choices.as_view(admin_site=admin.site)(request)

# Nobody signs up or confirms an address here, so a second list of e-mail addresses only confuses.
admin.site.unregister(EmailAddress)

# Files in and out ------------------------------------------------------------------------------


def _tidy(dataset):
    """`dataset` without the nameless columns and the empty rows at the end that Excel leaves behind."""
    named = [i for i, name in enumerate(dataset.headers or ()) if str(name or "").strip()]
    rows = [[_unguarded(row[i]) for i in named] for row in dataset]
    while rows and all(cell in (None, "") for cell in rows[-1]):
        rows.pop()
    return tablib.Dataset(*rows, headers=[str(dataset.headers[i]).strip() for i in named])


def _guard(dataset):
    """Put an apostrophe before what a spreadsheet would run as a formula; `_tidy` takes it off."""
    for _row in range(len(dataset)):
        dataset.append([_guarded(cell) for cell in dataset.lpop()])


def _guarded(cell):
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def _unguarded(cell):
    return cell[1:] if isinstance(cell, str) and re.match(r"'[=+\-@\t\r]", cell) else cell


class Csv(base_formats.CSV):
    """As Vietnamese Excel writes and opens it, with semicolons; commas are read as well."""

    def create_dataset(self, in_stream, **kwargs):
        text = in_stream.decode(self.encoding) if isinstance(in_stream, bytes) else in_stream
        header = text.partition("\n")[0]
        delimiter = max(";,\t", key=header.count)
        return _tidy(super().create_dataset(text, delimiter=delimiter))

    def export_data(self, dataset, **kwargs):
        return super().export_data(dataset, delimiter=";", **kwargs)

    def _escape_formulae(self, dataset):
        _guard(dataset)


class Xlsx(base_formats.XLSX):
    def create_dataset(self, in_stream):
        return _tidy(super().create_dataset(in_stream))

    def _escape_formulae(self, dataset):
        # The library's own writes an empty cell as the word None and drops the sign.
        _guard(dataset)


class Line(widgets.CharWidget):
    """One line of text."""

    def clean(self, value, row=None, **kwargs):
        return nfc(super().clean(value, row, **kwargs) or "")


class Text(widgets.CharWidget):
    """Text of several lines."""

    def clean(self, value, row=None, **kwargs):
        return unicodedata.normalize("NFC", super().clean(value, row, **kwargs) or "")


class Day(widgets.DateWidget):
    """Never month first, whatever the language of the page: 2021-07-01 or 01/07/2021."""

    def __init__(self):
        super().__init__()
        self.formats = ("%Y-%m-%d", "%d/%m/%Y")

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, datetime):
            return value.date()
        text = value.strip() if isinstance(value, str) else value
        try:
            return super().clean(text, row, **kwargs)
        except ValueError:
            message = _t("“%(text)s” is not a date: write 2021-07-01 or 01/07/2021.")
            raise ValueError(message % {"text": value}) from None


class Number(widgets.Widget):
    """Digits without separators: 1.234 may be a thousand or little more than one."""

    pattern = r"\d{1,9}([.,]\d{1,2})?"
    number = Decimal

    def clean(self, value, row=None, **kwargs):
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        if not re.fullmatch(self.pattern, text, re.ASCII):
            message = _t("“%(text)s” is not a number: write digits without separators.")
            raise ValueError(message % {"text": text})
        return self.number(text.replace(",", "."))

    def render(self, value, obj=None, **kwargs):
        return value if kwargs.get("force_native_type") else super().render(value)


class Whole(Number):
    pattern = r"\d{1,9}"
    number = int


class Word(widgets.Widget):
    """A choice, written as a word that is the same in every language. `words`: word -> value."""

    def __init__(self, words):
        super().__init__()
        self.words = words

    @classmethod
    def of(cls, choices):
        return cls({choice.name.lower(): choice.value for choice in choices})

    def clean(self, value, row=None, **kwargs):
        word = "" if value is None else str(value).strip().lower()
        if word and word not in self.words:
            message = _t("“%(text)s” is not one of: %(words)s.")
            raise ValueError(message % {"text": value, "words": ", ".join(self.words)})
        return self.words[word] if word else None

    def render(self, value, obj=None, **kwargs):
        return next((word for word, meant in self.words.items() if meant == value), "")


class YesNo(Word):
    def __init__(self):
        super().__init__({"1": True, "0": False, "true": True, "false": False})


class WardCode(Line):
    def clean(self, value, row=None, **kwargs):
        code = super().clean(value, row, **kwargs)
        if code.isdecimal() and len(code) < 5:
            message = _t("“%(code)s” has lost its leading zeros: a ward's code has five digits.")
            raise ValueError(message % {"code": code})
        return code


class DistrictCode(widgets.Widget):
    """The district of that code; where the code was used again, the one of the ward's first day."""

    def clean(self, value, row=None, **kwargs):
        code = "" if value is None else nfc(str(value))
        if not code:
            return None
        districts = District.objects.filter(code=code)
        if len(districts) > 1 and (day := Day().clean(row["valid_from"])):
            districts = districts.on(day)
        if len(districts) != 1:
            raise ValueError(_t("There is no district with the code “%(code)s”.") % {"code": code})
        return districts[0]

    def render(self, value, obj=None, **kwargs):
        return value.code if value else ""


class PlainDiff(resources.Diff):
    """The library marks changes with inline styles, which the content-security policy refuses."""

    def as_html(self):
        return [self._marked(*pair) for pair in zip(self.left, self.right, strict=True)]

    def _marked(self, old, new):
        if self.new or old == new:
            return new
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)


class Sheet(resources.ModelResource):
    """A table as a file. Its columns have the names of the fields, in every language."""

    WIDGETS_MAP = {
        **resources.ModelResource.WIDGETS_MAP,
        "BooleanField": YesNo,
        "CharField": Line,
        "DateField": Day,
        "DecimalField": Number,
        "PositiveIntegerField": Whole,
        "PositiveSmallIntegerField": Whole,
        "TextField": Text,
    }

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True

    @classmethod
    def get_diff_class(cls):
        return PlainDiff

    def get_import_fields(self):
        return [f for f in super().get_import_fields() if f.attribute and not f.readonly]

    def before_import(self, dataset, **kwargs):
        self.rows_by_key = {}
        known = [field.column_name for field in self.fields.values()]
        missing = [name for name in self.get_import_id_fields() if name not in dataset.headers]
        unknown = [name for name in dataset.headers if name not in known]
        if missing:
            raise ValueError(_t("Missing column: %(names)s.") % {"names": ", ".join(missing)})
        if unknown:
            message = _t("Unknown column: %(names)s. Columns are: %(known)s.")
            raise ValueError(message % {"names": ", ".join(unknown), "known": ", ".join(known)})

    def get_instance(self, instance_loader, row):
        try:
            return super().get_instance(instance_loader, row)
        except ValueError:  # The key is wrong, which `import_instance` will say of the column.
            return None

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        key = tuple(getattr(instance, name) for name in self.get_import_id_fields())
        first = self.rows_by_key.setdefault(key, kwargs["row_number"])
        if first != kwargs["row_number"]:
            raise ValidationError(_t("The same as row %(row)s of the file.") % {"row": first + 1})


class WardSheet(Sheet):
    code = fields.Field("code", widget=WardCode())
    district = fields.Field("district", widget=DistrictCode())

    class Meta:
        model = Ward
        import_id_fields = ("code", "valid_from")
        fields = (
            "code",
            "valid_from",
            "valid_to",
            "name_vi",
            "name_en",
            "district",
            "area_km2",
            "population",
            "population_year",
            "map_row",
            "map_column",
            "source",
        )


class PositionSheet(Sheet):
    required_level = fields.Field(
        "required_level", widget=Word.of(Level), default=Level.UNIVERSITY.value
    )
    required_theory = fields.Field(
        "required_theory", widget=Word.of(Theory), default=Theory.NONE.value
    )

    class Meta:
        model = Position
        import_id_fields = ("code",)
        fields = (
            "code",
            "name_vi",
            "name_en",
            "order",
            "leads",
            "required_level",
            "required_theory",
            "required_fields",
            "source",
        )


class UserSheet(Sheet):
    """People, never their passwords or powers: those are given by hand, one by one."""

    is_active = fields.Field("is_active", widget=YesNo(), readonly=True)
    last_login = fields.Field("last_login", readonly=True)
    rights = fields.Field()

    class Meta:
        model = User
        import_id_fields = ("username",)
        fields = ("username", "full_name", "office", "email", "is_active", "last_login", "rights")

    def init_instance(self, row=None):
        user = User()
        user.set_unusable_password()
        return user

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        alike = User.objects.filter(username__iexact=instance.username).exclude(pk=instance.pk)
        if alike.exists():
            raise ValidationError({"username": _t("Somebody has this user name already.")})

    def before_save_instance(self, instance, row, **kwargs):
        if instance.is_superuser:
            raise ValidationError(_t("An administrator's account is not changed by a file."))

    def dehydrate_last_login(self, user):
        return (
            timezone.localtime(user.last_login).strftime("%Y-%m-%d %H:%M")
            if user.last_login
            else ""
        )

    def dehydrate_rights(self, user):
        return "; ".join(
            f"{each.role} {(each.ward or each.district).code}" for each in user.memberships.all()
        )


class FileDesk(ImportExportMixin, Desk):
    """With files in and out: nothing is written before the preview, nor when any row is wrong."""

    import_formats = export_formats = [Xlsx, Csv]
    export_form_class = ExportForm  # The one with tick boxes needs inline scripts.
    tmp_storage_class = CacheStorage  # Every worker sees it, and what nobody confirms goes away.
    to_encoding = "utf-8-sig"
    import_note = ""

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_import_context_data(self, **kwargs):
        return {"import_note": self.import_note}

    def get_import_data_kwargs(self, **kwargs):
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_result(self, result, request):
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        # Somebody changed the table between the preview and the confirmation.
        self.message_user(
            request, _("Nothing was imported. Please look at the preview again."), messages.ERROR
        )
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))


# Places ----------------------------------------------------------------------------------------


class InForce(admin.SimpleListFilter):
    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("now", _("today")), ("ended", _("no longer")), ("later", _("not yet"))]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "now":
                return queryset.on(today)
            case "ended":
                return queryset.filter(valid_to__lt=today)
            case "later":
                return queryset.filter(valid_from__gt=today)
        return queryset


class PlaceDesk(Desk):
    search_fields = ("search_key",)
    ordering = ("sort_key", "valid_from")

    def label(self, obj):
        return f"{obj} · {obj.code} · {obj.valid_from.year}–{obj.valid_to.year if obj.valid_to else ''}"

    @admin.display(description=_("name"), ordering="sort_key")
    def named(self, obj):
        return obj.name


IN_FORCE = (
    _("In force"),
    {
        "fields": [("valid_from", "valid_to")],
        "description": _(
            "Official codes are used again for other places, so a place is known by its code"
            " together with its first day."
        ),
    },
)
SOURCE = (_("Source"), {"fields": ["source"], "classes": ["collapse"]})


@admin.register(District)
class DistrictAdmin(PlaceDesk):
    list_display = ("named", "code", "valid_from", "valid_to", "wards")
    list_filter = (InForce,)
    fieldsets = [
        (None, {"fields": ["code", "name_vi", "name_en"]}),
        IN_FORCE,
        SOURCE,
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(ward_count=Count("wards"))

    @admin.display(description=_("wards"), ordering="ward_count")
    def wards(self, district):
        return district.ward_count


@admin.register(Ward)
class WardAdmin(FileDesk, PlaceDesk):
    resource_classes = [WardSheet]
    list_display = ("named", "code", "district", "valid_from", "valid_to", "population", "area_km2")
    list_filter = (InForce, ("district", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("district",)
    autocomplete_fields = ("district", "predecessors")
    fieldsets = [
        (None, {"fields": ["code", "name_vi", "name_en", "district"]}),
        IN_FORCE,
        (
            _("Formed from"),
            {
                "fields": ["predecessors"],
                "description": _("The wards whose area it took over, wholly or in part."),
            },
        ),
        (_("Size"), {"fields": ["area_km2", ("population", "population_year")]}),
        (
            _("Place on the tile map"),
            {
                "fields": [("map_row", "map_column")],
                "description": _("Row 0 is the northernmost, column 0 the westernmost."),
            },
        ),
        SOURCE,
    ]
    import_note = _(
        "A ward is recognised by code and valid_from; district is the code of the district. Dates"
        " are written 2021-07-01 or 01/07/2021. Format the code column as text, or Excel drops the"
        " leading zeros. To begin, export the list and fill in the file."
    )


# People ----------------------------------------------------------------------------------------


class Seen(admin.SimpleListFilter):
    title = _("last log-in")
    parameter_name = "seen"

    def lookups(self, request, model_admin):
        return [
            ("never", _("never logged in")),
            ("lately", _("in the last 45 days")),
            ("idle", _("more than 45 days ago")),
        ]

    def queryset(self, request, queryset):
        limit = timezone.now() - IDLE
        match self.value():
            case "never":
                return queryset.filter(last_login__isnull=True)
            case "lately":
                return queryset.filter(last_login__gte=limit)
            case "idle":
                return queryset.filter(last_login__lt=limit)
        return queryset


class RightLines(Lines):
    model = Membership
    autocomplete_fields = ("ward", "district")
    related = ("user", "ward", "district")


class NewUserForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User


class UserForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


POWERS = ("is_staff", "is_superuser", "groups")


@admin.register(User)
class PersonAdmin(FileDesk, SmallDesk, UserAdmin):
    """People are never deleted, since returns name them: an account is deactivated instead."""

    form = UserForm
    add_form = NewUserForm
    resource_classes = [UserSheet]
    inlines = [RightLines]
    actions = ["deactivate", "activate"]
    list_display = ("named", "username", "office", "rights", "last_login", "is_active")
    list_filter = ("memberships__role", Seen, "is_active", "is_staff")
    search_fields = ("username", "full_name", "office", "email")
    ordering = ("sort_key", "username")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["full_name", "office", "email"]}),
        (
            _("Account"),
            {
                "fields": ["is_active", ("last_login", "date_joined")],
                "description": _(
                    "Somebody who leaves is deactivated, not deleted: returns keep the name of who"
                    " submitted them."
                ),
            },
        ),
        (
            _("Powers of administration"),
            {
                "fields": [*POWERS],
                "classes": ["collapse"],
                "description": _(
                    "Only for those who look after this system. What people may do with returns is"
                    " set below, under Rights."
                ),
            },
        ),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("Person"), {"fields": ["full_name", "office", "email"]}),
    ]
    import_note = _(
        "A person is recognised by username. A file never sets passwords or powers: give each new"
        " person a password on their own page, and rights under Rights. The columns is_active,"
        " last_login and rights are for reading only."
    )

    def label(self, user):
        return f"{user} ({user.username})"

    def get_queryset(self, request):
        people = super().get_queryset(request)
        return people.prefetch_related("memberships__ward", "memberships__district")

    def has_change_permission(self, request, obj=None):
        # Otherwise staff could give an administrator a new password and become one.
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        kept = super().get_readonly_fields(request, obj)
        return kept if request.user.is_superuser else (*kept, *POWERS)

    @admin.display(description=_("full name"), ordering="sort_key")
    def named(self, user):
        return user.get_full_name()

    @admin.display(description=_("rights"))
    def rights(self, user):
        return "; ".join(
            f"{each.get_role_display()}: {each.ward or each.district}"
            for each in user.memberships.all()
        )

    @admin.action(description=_("Deactivate the chosen people"), permissions=["change"])
    def deactivate(self, request, queryset):
        self._set_active(request, queryset, False, _t("%(count)s accounts deactivated."))

    @admin.action(description=_("Activate the chosen people"), permissions=["change"])
    def activate(self, request, queryset):
        self._set_active(request, queryset, True, _t("%(count)s accounts activated."))

    def _set_active(self, request, queryset, active, message):
        others = queryset.exclude(Q(pk=request.user.pk) | Q(is_active=active))
        people = [each for each in others if self.has_change_permission(request, each)]
        for person in people:
            person.is_active = active
            person.save(update_fields=["is_active"])
            self.log_change(request, person, [{"changed": {"fields": ["is_active"]}}])
        self.message_user(request, message % {"count": len(people)})


@admin.register(Membership)
class MembershipAdmin(SmallDesk):
    list_display = ("user", "role", "ward", "district")
    list_filter = ("role", ("district", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "ward", "district")
    search_fields = (
        "user__username",
        "user__full_name",
        "ward__search_key",
        "district__search_key",
    )
    ordering = ("user__sort_key", "role")
    autocomplete_fields = ("user", "ward", "district")
    fieldsets = [
        (
            None,
            {
                "fields": ["user", "role", "ward", "district"],
                "description": _("A right holds in one ward or in one district, never in both."),
            },
        )
    ]


# Posts and officers ----------------------------------------------------------------------------


@admin.register(Position)
class PositionAdmin(FileDesk, SmallDesk):
    resource_classes = [PositionSheet]
    list_display = ("named", "code", "order", "leads", "required_level", "required_theory")
    list_filter = ("leads", "required_level", "required_theory")
    search_fields = ("code", "name_vi", "name_en")
    ordering = ("order", "code")
    fieldsets = [
        (None, {"fields": ["code", "name_vi", "name_en", "order", "leads"]}),
        (
            _("What it asks of its holder"),
            {
                "fields": ["required_level", "required_theory", "required_fields"],
                "description": _("Officers are compared with this on the staff page."),
            },
        ),
        SOURCE,
    ]
    import_note = _(
        "A position is recognised by code. leads is 1 or 0. required_level and required_theory are"
        " written as in an exported file, for example university or none."
    )

    @admin.display(description=_("name"), ordering="name_vi")
    def named(self, position):
        return position.name


@admin.register(Establishment)
class EstablishmentAdmin(HistoryDesk):
    list_display = ("ward", "position", "posts", "since", "decision")
    list_filter = (
        "position",
        ("ward__district", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("ward", "position")
    search_fields = ("ward__search_key", "position__code", "decision")
    ordering = ("ward__sort_key", "position__order", "-since")
    date_hierarchy = "since"
    autocomplete_fields = ("ward", "position")
    fieldsets = [
        (
            None,
            {
                "fields": ["ward", "position", "posts", "since", "decision"],
                "description": _(
                    "Holds until the next entry of the same ward and position begins. When the"
                    " number changes, add an entry; 0 posts means abolished."
                ),
            },
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
        "assignments__position",
        "sex",
        "level",
        "theory",
        "training",
    )
    search_fields = ("search_key", "assignments__ward__search_key")
    search_help_text = _("Name of the officer or of the ward, with or without tones.")
    ordering = ("sort_key",)
    fieldsets = [
        (
            None,
            {
                "fields": ["full_name", ("birth_year", "sex")],
                "description": _(
                    "Personal data: keep what the official forms count, and no identity numbers."
                ),
            },
        ),
        (
            _("Qualification"),
            {"fields": ["level", "field", "theory", "training", "foreign_language", "it"]},
        ),
    ]

    def label(self, officer):
        return f"{officer} · {officer.birth_year}" if officer.birth_year else str(officer)

    def get_queryset(self, request):
        officers = super().get_queryset(request)
        return officers.prefetch_related("assignments__ward", "assignments__position")

    @admin.display(description=_("posts held today"))
    def posts(self, officer):
        today = timezone.localdate()
        return "; ".join(
            f"{each.position}, {each.ward}"
            for each in officer.assignments.all()
            if each.start <= today and (each.end is None or each.end >= today)
        )


class Ended(admin.EmptyFieldListFilter):
    """Whether there is a last day, in words that say what that means."""

    def choices(self, changelist):
        for choice, word in zip(
            super().choices(changelist), (_("All"), _("not yet"), _("yes")), strict=True
        ):
            yield {**choice, "display": word}


@admin.register(Assignment)
class AssignmentAdmin(HistoryDesk):
    list_display = ("officer", "position", "ward", "start", "end", "concurrent", "decision")
    list_filter = (
        ("end", Ended),
        "concurrent",
        "position",
        ("ward__district", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("officer", "position", "ward")
    search_fields = ("officer__search_key", "ward__search_key", "decision")
    ordering = ("officer__sort_key", "-start")
    date_hierarchy = "start"
    autocomplete_fields = ("officer", "ward", "position")
    fieldsets = [
        (None, {"fields": ["officer", "ward", "position", "concurrent"]}),
        (
            _("From when to when"),
            {
                "fields": [("start", "end"), "decision"],
                "description": _("When somebody moves on, end this post and add the new one."),
            },
        ),
    ]


@admin.register(Rating)
class RatingAdmin(Desk):
    list_display = ("officer", "year", "grade")
    list_filter = ("year", "grade")
    list_select_related = ("officer",)
    search_fields = ("officer__search_key",)
    ordering = ("-year", "officer__sort_key")
    autocomplete_fields = ("officer",)


# Texts of Django, import-export and simple_history that they do not have in Vietnamese; named here,
# they are in our catalogue, which comes before theirs.
BORROWED = (
    gettext_noop("Import"),
    gettext_noop("Export"),
    gettext_noop("Resource"),
    gettext_noop("Format"),
    gettext_noop("File to import"),
    gettext_noop("Submit"),
    gettext_noop("This importer will import the following fields: "),
    gettext_noop("This exporter will export the following fields: "),
    gettext_noop(
        "Below is a preview of data to be imported. If you are satisfied with the results, click"
        " 'Confirm import'"
    ),
    gettext_noop("Confirm import"),
    gettext_noop("Preview"),
    gettext_noop("New"),
    gettext_noop("Skipped"),
    gettext_noop("Delete"),
    gettext_noop("Update"),
    gettext_noop("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    gettext_noop(
        "%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct"
        " format for the file."
    ),
    gettext_noop(
        "No valid data to import. Ensure your file has the correct headers or data for import."
    ),
    gettext_noop(
        "Choose a date from the list below to revert to a previous version of this object."
    ),
    gettext_noop("This object doesn't have a change history."),
    gettext_noop("Press the 'Revert' button below to revert to this version of the object."),
    gettext_noop("Revert"),
    gettext_noop("Close"),
    gettext_noop("View history: %s"),
    gettext_noop("Change history: %s"),
    gettext_noop("View %s"),
    gettext_noop("Revert %s"),
    gettext_noop("View %(verbose_name)s"),
    gettext_noop("Revert %(verbose_name)s"),
    gettext_noop("Created"),
    gettext_noop("Changed"),
    gettext_noop("Deleted"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Breadcrumbs"),
    gettext_noop("Constraint “%(name)s” is violated."),
    gettext_noop("Disable password-based authentication"),
    gettext_noop("Enable password-based authentication"),
    gettext_noop("Enable password-based authentication for this user by setting a password."),
    gettext_noop("Enter a valid JSON."),
    gettext_noop("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    gettext_noop("Filter navigation items"),
    gettext_noop("Hide counts"),
    gettext_noop("Show counts"),
    gettext_noop("Messages"),
    gettext_noop("Password-based authentication was disabled."),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop("Reset password"),
    gettext_noop("Set password"),
    gettext_noop("Set password: %s"),
    gettext_noop("Sidebar"),
    gettext_noop("Skip to main content"),
    gettext_noop("Toggle navigation"),
    gettext_noop("View selected %(model)s"),
    ngettext_lazy("entry", "entries"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
