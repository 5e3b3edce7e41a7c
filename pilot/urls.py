"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("wards.urls")),
    # The log-in page has the switch too.
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("reports.urls")),
]
handler400 = "reports.views.errors.bad_request"
