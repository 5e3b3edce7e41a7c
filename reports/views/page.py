"""What every screen of a pilot needs before it can show anything: the pilot, its frames, the filters."""

from functools import cached_property

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pilot.models import Pilot
from reports import frames, measures, scoring, words
from reports.exports import csv, xlsx
from reports.forms import FilterForm
from wards import access

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Page:
    """One request for one screen of a pilot. A stranger to the pilot gets 404.

    Figures that are not approved are loaded for reviewers alone, and shown on their word.
    """

    def __init__(self, request, slug, fields=("period",)):
        self.request = request
        self.pilots = list(Pilot.objects.for_user(request.user))
        self.pilot = next((each for each in self.pilots if each.slug == slug), None)
        if self.pilot is None:
            raise Http404
        self.work = request.work = access.work_of(request.user)  # the tabs want it too
        self.reviewer = self.work.reviewer_of(self.pilot.district)
        loaded = frames.live(self.pilot, including_submitted=self.reviewer)
        fields = (*fields, "counted") if self.reviewer else fields
        self.filters = FilterForm(request.GET, loaded.approved(), fields).read()
        self.period = self.filters.period_id
        self.frames = loaded if self.filters.including_submitted else loaded.approved()

    @cached_property
    def days(self):
        """First and last day of the chosen period."""
        return tuple(self.frames.periods.loc[self.period, ["start", "end"]])

    @cached_property
    def cells(self):
        return measures.cells(self.frames, measures.span(self.frames, *self.days))

    @cached_property
    def scores(self):
        return scoring.scores(self.frames, self.cells)

    @cached_property
    def found(self):
        """The district's figure of every indicator, with target and change: `measures.overview`."""
        return measures.overview(self.frames, *self.days, self.cells)

    @cached_property
    def months(self):
        """How many months the pilot had run by the end of the period."""
        return measures.months_since(self.pilot.start, self.days[1])

    @property
    def warning(self):
        """Said in words above every figure when not only approved ones count."""
        if self.filters.including_submitted:
            return _("Including figures that are not approved yet")
        return ""

    @cached_property
    def notes(self):
        """What must be said wherever the figures of this page go."""
        source = self.pilot.said("source")
        notes = [
            (self.pilot.illustrative, _("Illustrative figures")),
            (self.warning, self.warning),
            (source, _("Source: %(source)s") % {"source": source}),
        ]
        return [note for said, note in notes if said]

    @cached_property
    def period_name(self):
        return words.period(self.frames.periods.loc[self.period])

    def units(self, count=2):
        """What the wards of this pilot are called, by number."""
        return words.units(self.frames.wards, count)

    @cached_property
    def my_wards(self):
        """Ids of the wards the person works in."""
        return {ward.pk for ward in self.work.wards}

    @cached_property
    def ward_links(self):
        """Address of a ward's page by id, for the wards whose page the person may open."""
        open_to = access.wards_for(self.request.user).filter(pilots=self.pilot)
        query = self.filters.query("period", "counted")
        return {
            ward: reverse("ward", args=[self.pilot.slug, ward]) + query
            for ward in open_to.values_list("pk", flat=True)
        }

    def indicator_links(self, indicators=None):
        """Address of an indicator's page by id, for rows of frames.indicators (all without any)."""
        indicators = self.frames.indicators if indicators is None else indicators
        query = self.filters.query("period", "counted")
        themes = self.frames.themes["code"].reindex(indicators["theme"])
        return {
            indicator: reverse("indicator", args=[self.pilot.slug, theme, code]) + query
            for indicator, theme, code in zip(
                indicators.index, themes, indicators["code"], strict=True
            )
        }

    def address(self, name, *args):
        """The address of a page or file of this pilot that shows the same selection."""
        query = self.filters.query(*self.filters.fields)
        return reverse(name, args=[self.pilot.slug, *args]) + query

    def files(self, name, place, *args):
        """The addresses under a chart or table: its files, and the link that shows it again."""
        return {
            "csv": self.address(name, *args, "csv"),
            "xlsx": self.address(name, *args, "xlsx"),
            "link": self.address(place, *args),
        }

    def file(self, name, suffix, *sheets):
        """A download of tables: all of them in a workbook, the first alone as CSV.

        `sheets` are functions that make a Sheet from this page; a pilot without figures has none.
        """
        if self.period is None:
            raise Http404
        made = [sheet(self) for sheet in (sheets if suffix == "xlsx" else sheets[:1])]
        content = xlsx.workbook(made) if suffix == "xlsx" else csv.office(made[0])
        response = HttpResponse(content, content_type=TYPES[suffix])
        period = self.frames.periods.at[self.period, "code"]
        filename = f"{self.pilot.slug}-{name}-{period}.{suffix}"
        response["Content-Disposition"] = f'attachment; filename="{filename}"'
        return response

    def render(self, template, **context):
        """The whole page, or for htmx only the part that changes."""
        whole = not self.request.htmx or self.request.htmx.history_restore_request
        response = render(
            self.request,
            template,
            {
                "layout": "base.html" if whole else "_screen.html",
                "pilot": self.pilot,
                "pilots": self.pilots,
                "filters": self.filters,
                "period_name": self.period_name if self.period is not None else "",
                "action": self.request.path,
                "notes": self.notes,
                "warning": self.warning,
                **context,
            },
        )
        if not whole:
            # The address without what is chosen by default, as links have it.
            query = self.filters.query(*self.filters.fields)
            response["HX-Push-Url"] = self.request.path + query
        return response
