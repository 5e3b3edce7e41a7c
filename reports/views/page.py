"""What every screen of a pilot needs before it can show anything: the pilot, its frames, the filters."""

import hashlib
from functools import cache, cached_property, wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from pilot.duties import duties
from pilot.models import Pilot
from reports import frames, measures, scoring, words
from reports.exports import csv, xlsx
from reports.forms import FilterForm
from wards import access

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@cache
def _release():
    """What the answers of this release are known by: when the newest of its files was written."""
    folders = [settings.BASE_DIR / name for name in ("pilot", "wards", "reports", "templates")]
    files = [path for folder in folders for path in folder.rglob("*.*")]
    return max(path.stat().st_mtime_ns for path in files)


def _known(request, slug):
    """The pilot of this name or None, the pilots of the menu and the person's Work, asked for once."""
    if not hasattr(request, "pilots"):
        request.pilots = list(Pilot.objects.listed(request.user))
        request.pilot = Pilot.objects.find(request.user, slug, request.pilots)
        request.work = access.work_of(request.user)
    return request.pilot, request.pilots, request.work


def fingerprint(request, pilot=None, **place):
    """What an answer rests on, or None where it must not be kept: the person, the figures, the day.

    Without a pilot it rests on the figures of all districts that the person may browse.
    """
    if len(get_messages(request)):
        return None
    found, pilots, work = _known(request, pilot)
    user, session = request.user, request.session.session_key
    if pilot is None:
        revisions = list(access.districts_for(user).values_list("pk", "revision").order_by("pk"))
    else:
        revisions = found and (found.pk, found.district.revision)
    parts = [
        *(_release(), timezone.localdate(), get_language(), bool(request.htmx)),
        *(request.htmx.target, request.get_full_path(), request.META.get("CSRF_COOKIE"), session),
        *(user.pk, user.get_full_name(), user.office, user.is_staff, work, revisions),
        *((each.pk, each.name) for each in pilots),
    ]
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def screen(view):
    """A page or file of a pilot, or of many, for reading. Where nothing has changed: 304."""
    return require_safe(condition(etag_func=fingerprint)(_private(view)))


def fresh_screen(view):
    """The same for what tells more than revisions know of, as comments and log-ins: never 304."""
    return require_safe(_private(view))


def _private(view):
    @wraps(view)
    def answer(request, **place):
        response = view(request, **place)
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie", "HX-Request", "HX-Target"])
        return response

    answer.is_screen = True  # what people may save as a view of their own
    return answer


def download(made, suffix, filename):
    """Sheets as a file: all of them in a workbook, the first alone as CSV."""
    content = xlsx.workbook(made) if suffix == "xlsx" else csv.office(made[0])
    response = HttpResponse(content, content_type=TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{filename}.{suffix}"'
    return response


def _duties(kept, pilot):
    """Kept with the figures: whoever changes a return, the plan or a roster revises the district."""
    return duties(pilot, kept.today.date())


class Room:
    """A pilot as one person enters it, and how its pages are answered. A stranger gets 404."""

    warning = ""

    def __init__(self, request, slug):
        self.request = request
        self.pilot, self.pilots, self.work = _known(request, slug)
        if self.pilot is None:
            raise Http404
        self.reviewer = self.work.reviewer_of(self.pilot.district)

    @property
    def query(self):
        """The query string that shows the same again."""
        return ""

    @cached_property
    def my_wards(self):
        """Ids of the wards the person works in."""
        return {ward.pk for ward in self.work.wards}

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

    def download(self, name, suffix, made):
        """Sheets of this pilot as a file."""
        return download(made, suffix, f"{self.pilot.slug}-{name}")

    def render(self, template, **context):
        """The whole page; for htmx only the part that changes, or what stands in the drawer."""
        whole = not self.request.htmx or self.request.htmx.history_restore_request
        drawer = self.request.htmx.target == "drawer-body"
        response = render(
            self.request,
            template,
            {
                "layout": "base.html" if whole else "_drawer.html" if drawer else "_screen.html",
                "pilot": self.pilot,
                "pilots": self.pilots,
                "action": self.request.path,
                "notes": self.notes,
                "warning": self.warning,
                **context,
            },
        )
        if not whole and not drawer:
            # The address without what is chosen by default, as links have it.
            response["HX-Push-Url"] = self.request.path + self.query
        return response


class Page(Room):
    """One request for one screen of a pilot's figures.

    Figures that are not approved are loaded for reviewers alone, and shown on their word.
    """

    def __init__(self, request, slug, fields=("period",), form=FilterForm):
        super().__init__(request, slug)
        loaded = frames.kept(self.pilot)
        fields = (*fields, "counted") if self.reviewer else fields
        self.filters = form(request.GET, loaded.approved, fields).read()
        self.period, self.against = self.filters.period_id, self.filters.against_id
        self.frames = loaded if self.filters.including_submitted else loaded.approved

    @property
    def query(self):
        return self.filters.query(*self.filters.fields)

    @cached_property
    def days(self):
        """First and last day of the chosen period."""
        return tuple(self.frames.periods.loc[self.period, ["start", "end"]])

    @cached_property
    def cells(self):
        return self.frames.once(measures.cells_in, self.period)

    @cached_property
    def scores(self):
        return self.frames.once(scoring.scores_in, self.period)

    @cached_property
    def found(self):
        """The district's figure of every indicator, with target and change: `measures.overview`."""
        return self.frames.once(measures.overview_in, self.period, self.against)

    @cached_property
    def duties(self):
        """What the district has to look after today: `pilot.duties.Duties`."""
        return self.frames.once(_duties, self.pilot)

    @cached_property
    def months(self):
        """How many months the pilot had run by the end of the period."""
        return measures.months_since(self.pilot.start, self.days[1])

    @property
    def horizon(self):
        """The day by which targets are to be met."""
        return measures.horizon(self.days[1], self.pilot.end)

    @property
    def warning(self):
        """Said in words above every figure when not only approved ones count."""
        if self.filters.including_submitted:
            return _("Including figures that are not approved yet")
        return ""

    @cached_property
    def period_name(self):
        return words.period(self.frames.periods.loc[self.period])

    @cached_property
    def against_name(self):
        """The period that changes are told against, "" for the time before the pilot."""
        if self.against is None:
            return ""
        return words.period(self.frames.periods.loc[self.against])

    def units(self, count=2):
        """What the wards of this pilot are called, by number."""
        return words.units(self.frames.wards, count)

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

    def theme_links(self):
        """Address of a theme's page by id."""
        query = self.filters.query("period", "against", "counted")
        return {
            theme: reverse("theme", args=[self.pilot.slug, code]) + query
            for theme, code in self.frames.themes["code"].items()
        }

    def address(self, name, *args):
        """The address of a page or file of this pilot that shows the same selection."""
        return reverse(name, args=[self.pilot.slug, *args]) + self.query

    def origins(self, indicators, wards=(0,), periods=()):
        """Where the drawer tells how figures came about: addresses by (indicator, ward, period).

        Ward 0 is the whole district; without periods the one that the page shows. Of a period that
        has not begun there is nothing to tell: "".
        """
        known = self.frames.periods.reindex(periods or [self.period])
        codes = known["code"].where(known["start"] <= self.frames.today, "")
        of = self.frames.indicators.reindex(indicators)
        themes = self.frames.themes["code"].reindex(of["theme"])
        counted = self.filters.query("counted").replace("?", "&")
        found = {}
        for key, theme, code in zip(of.index, themes, of["code"], strict=True):
            place = reverse("origin", args=[self.pilot.slug, theme, code])
            for period, name in codes.items():
                for ward in wards:
                    asked = {"period": name} | ({"ward": ward} if ward else {})
                    told = f"{place}?{urlencode(asked)}{counted}"
                    found[key, ward, period] = told if name else ""
        return found

    def origins_by(self, place, indicators, wards=(0,)):
        """`origins` of the period shown, by what stands in one place of their keys: 0 for the
        indicator, 1 for the ward. For tables of one indicator, or of one ward.
        """
        return {key[place]: told for key, told in self.origins(indicators, wards).items()}

    def score_origins(self, wards=(0,), theme=None, period=None):
        """The same for scores, in all or in one theme: addresses by ward; 0 is the mean of all."""
        place = reverse("score", args=[self.pilot.slug])
        asked = {"period": self.frames.periods.at[period or self.period, "code"]}
        if theme is not None:
            asked["theme"] = self.frames.themes.at[theme, "code"]
        counted = self.filters.query("counted").replace("?", "&")
        return {
            ward: f"{place}?{urlencode(asked | ({'ward': ward} if ward else {}))}{counted}"
            for ward in wards
        }

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
        period = self.frames.periods.at[self.period, "code"]
        return self.download(f"{name}-{period}", suffix, made)

    def render(self, template, **context):
        period = self.period_name if self.period is not None else ""
        return super().render(
            template, **{"filters": self.filters, "period_name": period} | context
        )

    def part(self, content):
        """One panel alone, for htmx: the same that stands in the whole page."""
        response = HttpResponse(content)
        response["HX-Push-Url"] = self.request.path + self.query
        return response

    def asks_for(self, target):
        """Whether htmx asks for the panel of this id alone."""
        htmx = self.request.htmx
        return bool(htmx) and htmx.target == target and not htmx.history_restore_request
