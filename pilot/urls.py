"""Every address of the site."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from .views import desk, entry, milestones, people, review, upload


class Unit:
    """Whose return it is: a ward's number, or the district's own."""

    regex = "district|[0-9]{1,18}"

    def to_python(self, value):
        return None if value == "district" else int(value)

    def to_url(self, value):
        return "district" if value is None else str(value)


register_converter(Unit, "unit")
RETURN = "pilots/<slug:pilot>/returns/<slug:period>/<unit:unit>/"
CELL = RETURN + "cells/<int:indicator>/"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("wards.urls")),
    # The log-in page has the switch too.
    path("language/", login_not_required(set_language), name="set_language"),
    path("desk/", desk.desk, name="desk"),
    path(RETURN, entry.entry, name="entry"),
    path(CELL, entry.cell, name="cell"),
    path(CELL + "comment/", entry.comment, name="comment"),
    path(CELL + "evidence/", entry.evidence, name="cell_evidence"),
    path(RETURN + "evidence/<int:evidence>/", entry.evidence_file, name="evidence_file"),
    path(RETURN + "paste/", entry.paste, name="paste"),
    path(RETURN + "submit/", entry.submit, name="submit"),
    path(RETURN + "decision/", review.decide, name="decide"),
    path(RETURN + "reopening/", review.reopen, name="reopen"),
    path(RETURN + "form.xlsx", upload.sheet, name="sheet"),
    path(RETURN + "upload/", upload.upload, name="upload"),
    path(RETURN + "import/", upload.import_sheet, name="import_sheet"),
    path("pilots/<slug:pilot>/review/", review.queue, name="queue"),
    path("pilots/<slug:pilot>/milestones/", milestones.milestones, name="milestones"),
    path("pilots/<slug:pilot>/milestones/add/", milestones.milestone_add, name="milestone_add"),
    path("pilots/<slug:pilot>/milestones/<int:milestone>/", milestones.milestone, name="milestone"),
    path(
        "pilots/<slug:pilot>/milestones/<int:milestone>/edit/",
        milestones.milestone_edit,
        name="milestone_edit",
    ),
    path(
        "pilots/<slug:pilot>/milestones/<int:milestone>/remove/",
        milestones.milestone_remove,
        name="milestone_remove",
    ),
    path(
        "pilots/<slug:pilot>/milestones/<int:milestone>/evidence/<int:file>/",
        milestones.progress_evidence,
        name="progress_evidence",
    ),
    path("pilots/<slug:pilot>/people/", people.people, name="people"),
    path("", include("reports.urls")),
]
handler400 = "reports.views.errors.bad_request"
