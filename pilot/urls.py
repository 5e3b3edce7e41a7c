"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("wards.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("reports.urls")),
]
handler400 = "reports.views.errors.bad_request"
