"""The roster of a ward: its posts and who holds them, for those who keep it; sums for the others."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import access, changes, forms, roster, uploads
from .staffing import Staffing, qualities

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def staff(request, ward):
    ward, may = access.get_roster(request.user, ward)
    look = forms.Look(request.GET, ward)
    day, asked, said = look.read()
    staffing = Staffing(ward)
    context = {
        "ward": ward,
        "may": may,
        "look": look,
        "day": day,
        "asked": asked,
        "standing": staffing.on(day),
        "over_time": staffing.over_time(day),
    }
    if may.names:
        context["qualities"] = qualities(staffing.on(day))
        context["records"] = set(access.records(ward, may).values_list("pk", flat=True))
        context["people"] = staffing.people(day, said.get("q", ""), said.get("former"))
    return render(request, "wards/staff.html", context, status=200 if look.is_valid() else 400)


@require_safe
def officer(request, ward, officer):
    officer, ward, may = access.get_officer(request.user, ward, officer)
    kept = access.records(ward, may).filter(pk=officer.pk).exists()
    posts = officer.assignments.select_related("ward", "position").order_by("-start", "-pk")
    context = {
        "ward": ward,
        "officer": officer,
        "kept": kept,
        "edit": may.edit,
        "move": may.move,
        "assignments": posts if kept else posts.filter(ward=ward),
        "ratings": officer.ratings.all(),
        "changes": changes.of_officer(officer, None if may.district else ward),
    }
    return render(request, "wards/officer.html", context)


@require_safe
def posts(request, ward):
    ward, may = access.get_roster(request.user, ward)
    rows = ward.establishment.select_related("position").order_by("position", "-since")
    context = {"ward": ward, "may": may, "rows": rows, "changes": changes.of_posts(ward)}
    return render(request, "wards/posts.html", context)


# What is typed ---------------------------------------------------------------------------------


def _typed(request, ward, form, back, head, lead="", then=None):
    """The page of `form`. Once it is kept, on to `back`, or to what `then` makes of the form."""
    if request.method == "POST" and form.keep(request.user):
        told = _("This is recorded already; nothing was changed.") if form.again else _("Saved.")
        messages.success(request, told)
        return redirect(*(then(form) if then else back))
    context = {"ward": ward, "form": form, "head": head, "lead": lead}
    return render(request, "wards/form.html", context | {"back": resolve_url(*back)})


@form_page
def officer_add(request, ward):
    ward, may = access.get_roster(request.user, ward, to="edit")
    wards = access.wards_kept(request.user, ward)
    form = forms.NewOfficerForm(request.POST or None, ward=ward, wards=wards)
    head = _("Add an officer of %(ward)s") % {"ward": ward.in_sentence}
    lead = _("Somebody who comes from another ward of the district is moved by the district.")
    return _typed(
        request,
        ward,
        form,
        ("staff", ward.pk),
        head,
        "" if may.move else lead,
        then=lambda form: ("officer", ward.pk, form.instance.pk),
    )


@form_page
def officer_edit(request, ward, officer):
    officer, ward, _may = access.get_officer(request.user, ward, officer, to="edit")
    form = forms.OfficerForm(request.POST or None, instance=officer, holder=officer)
    head = _("Personal record: %(name)s") % {"name": officer}
    return _typed(request, ward, form, ("officer", ward.pk, officer.pk), head)


@form_page
def assignment_add(request, ward, officer):
    officer, ward, _may = access.get_officer(request.user, ward, officer, to="edit")
    wards = access.wards_kept(request.user, ward)
    form = forms.AssignmentForm(request.POST or None, officer=officer, ward=ward, wards=wards)
    head = _("New post: %(name)s") % {"name": officer}
    return _typed(request, ward, form, ("officer", ward.pk, officer.pk), head)


@form_page
def assignment_end(request, ward, assignment):
    post, ward = access.get_assignment(request.user, ward, assignment)
    back = ("officer", ward.pk, post.officer_id)
    if post.end:
        messages.info(request, _("This post has an end already. Correct the entry instead."))
        return redirect(*back)
    form = forms.EndForm(request.POST or None, instance=post)
    head = _("End of the post: %(name)s") % {"name": post.officer}
    lead = _("%(position)s, from %(day)s.") % {
        "position": post.position,
        "day": forms.shown(post.start),
    }
    return _typed(request, ward, form, back, head, lead)


@form_page
def assignment_correct(request, ward, assignment):
    post, ward = access.get_assignment(request.user, ward, assignment)
    form = forms.AssignmentCorrection(request.POST or None, instance=post, holder=post.officer)
    head = _("Correct an entry: %(name)s") % {"name": post.officer}
    lead = _("For what was typed wrong. When somebody moves or leaves, end the post instead.")
    back = ("officer", ward.pk, post.officer_id)
    gone = ("staff", ward.pk)
    return _typed(
        request, ward, form, back, head, lead, then=lambda f: back if f.holder.pk else gone
    )


@form_page
def rating_add(request, ward, officer):
    officer, ward, _may = access.get_officer(request.user, ward, officer, to="edit")
    form = forms.RatingForm(request.POST or None, officer=officer)
    head = _("Rating of a year: %(name)s") % {"name": officer}
    return _typed(request, ward, form, ("officer", ward.pk, officer.pk), head)


@form_page
def rating_correct(request, ward, officer, year):
    rating, ward = access.get_rating(request.user, ward, officer, year)
    form = forms.RatingCorrection(request.POST or None, instance=rating, holder=rating.officer)
    head = _("Correct the rating of %(year)s: %(name)s")
    said = {"year": rating.year, "name": rating.officer}
    return _typed(request, ward, form, ("officer", ward.pk, rating.officer_id), head % said)


@form_page
def posts_add(request, ward):
    ward, _may = access.get_roster(request.user, ward, to="district")
    form = forms.PostsForm(request.POST or None, ward=ward)
    head = _("Posts assigned to %(ward)s") % {"ward": ward.in_sentence}
    lead = _("They hold until the next decision on the same position; 0 posts means abolished.")
    return _typed(request, ward, form, ("posts", ward.pk), head, lead)


@form_page
def posts_correct(request, ward, entry):
    entry, ward = access.get_posts(request.user, ward, entry)
    form = forms.PostsCorrection(request.POST or None, instance=entry, holder=ward)
    head = _("Correct an entry: %(name)s") % {"name": entry.position}
    lead = _("For what was typed wrong. When the posts change, add a decision instead.")
    return _typed(request, ward, form, ("posts", ward.pk), head, lead)


# By Excel --------------------------------------------------------------------------------------

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def roster_file(request, ward):
    """The form in Excel, with those whose records the ward keeps filled in."""
    ward, _may = access.get_roster(request.user, ward, to="names")
    day, _asked, _said = forms.Look(request.GET, ward).read()
    response = HttpResponse(roster.write(ward, day), content_type=XLSX)
    name = f"nhan-su-{ward.code}-{day.isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@form_page
def roster_upload(request, ward):
    """Choose a form that was filled in; a POST shows what it would change, and changes nothing."""
    ward, _may = access.get_roster(request.user, ward, to="edit")
    posted = request.method == "POST"
    form = uploads.UploadForm(request.POST, request.FILES) if posted else uploads.UploadForm()
    context = {"ward": ward, "form": form}
    if not form.is_valid():
        return render(request, "wards/upload.html", context)
    file = form.cleaned_data["file"]
    reading = roster.read(file, ward)
    token = uploads.keep(file, request.user, ["roster", ward.pk], reading.shown())
    context |= {"reading": reading, "token": token, "file": file}
    return render(request, "wards/upload_found.html", context)


@require_POST
def roster_import(request, ward):
    """Import what the dry run showed, or nothing, as the person answered."""
    ward, _may = access.get_roster(request.user, ward, to="edit")
    try:
        kept = uploads.take(request.POST.get("token", ""), request.user, ["roster", ward.pk])
        if "nothing" in request.POST:
            messages.info(request, _("Nothing was imported."))
        else:
            count = roster.bring_in(request.user, ward, kept)
            said = ngettext("%(count)s row imported.", "%(count)s rows imported.", count)
            messages.success(request, said % {"count": count})
        kept.drop()
    except uploads.Gone:
        messages.error(request, _("This file is not waiting any more. Please choose it again."))
        return redirect("roster_upload", ward.pk)
    except roster.Moved:
        text = _("The roster was changed after you saw what the file does. Please choose it again.")
        messages.error(request, text)
        return redirect("roster_upload", ward.pk)
    return redirect("staff", ward.pk)
