"""People and their rights. Nobody is deleted, since returns name people, and nobody rises unasked."""

import allauth.account.admin  # noqa: F401  (for what it registers, which happens once)
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from ..access import IDLE
from ..exchange import UserSheet
from ..models import Membership, User
from .desk import FileDesk, Lines, SmallDesk, section

POWERS = ("is_staff", "is_superuser", "groups")

# Nobody signs up or confirms an address here, so a second list of e-mail addresses only confuses.
admin.site.unregister(EmailAddress)


class Seen(admin.SimpleListFilter):
    title = _("last log-in")
    parameter_name = "seen"

    def lookups(self, request, model_admin):
        return [("never", _("never logged in")), ("idle", _("more than 45 days ago"))]

    def queryset(self, request, queryset):
        long_ago = Q(last_login__lt=timezone.now() - IDLE)
        found = {"never": Q(last_login=None), "idle": long_ago}
        return queryset.filter(found.get(self.value(), Q()))


class RightLines(Lines):
    model = Membership
    autocomplete_fields = ("ward", "district")
    related = ("user", "ward", "district")


@admin.register(User)
class PersonAdmin(FileDesk, SmallDesk, UserAdmin):
    resource_classes = [UserSheet]
    inlines = [RightLines]
    actions = ["deactivate"]
    list_display = ("__str__", "username", "office", "rights", "last_login", "is_active")
    list_filter = ("memberships__role", Seen, "is_active", "is_staff")
    search_fields = ("username", "full_name", "office", "email", "memberships__ward__search_key")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
    fieldsets = [
        section(None, "username", "password", "full_name", "office", "email"),
        section(
            _("Account"),
            *("is_active", ("last_login", "date_joined")),
            note=_("Whoever leaves is deactivated, not deleted: returns keep the name."),
        ),
        section(
            _("Powers of administration"),
            *POWERS,
            note=_("Only over this system. What people may do with returns is set under Rights."),
            folded=True,
        ),
    ]
    add_fieldsets = [
        section(None, "username", "password1", "password2", "full_name", "office", "email")
    ]

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

    @admin.display(description=_("rights"))
    def rights(self, user):
        return "; ".join(
            f"{each.get_role_display()}: {each.ward or each.district}"
            for each in user.memberships.all()
        )

    @admin.action(description=_("Deactivate the chosen people"), permissions=["change"])
    def deactivate(self, request, queryset):
        """Neither oneself nor an administrator above; the log of each tells who did it."""
        others = queryset.filter(is_active=True).exclude(pk=request.user.pk)
        people = [each for each in others if self.has_change_permission(request, each)]
        for person in people:
            person.is_active = False
            person.save(update_fields=["is_active"])
            self.log_change(request, person, [{"changed": {"fields": ["is_active"]}}])
        self.message_user(request, _t("%(count)s accounts deactivated.") % {"count": len(people)})
