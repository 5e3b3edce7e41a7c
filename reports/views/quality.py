"""How far the figures can be relied on: complete, in time, revised, explained, looked after.

Wards and counts are for everybody who may browse the pilot, names of people for reviewers alone.
"""

from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from reports import charts, panels, quality, sentences, tables, words
from reports.frames import entries

from .page import Page, fresh_screen

MOST_ROWS = 20  # of a list on the page; its files have all


class Quality(Page):
    """What the page and its files are made of, each asked for once: the last twelve months."""

    @cached_property
    def chosen(self):
        return quality.window(self.frames, self.period)

    @cached_property
    def periods(self):
        """The rows of frames.periods that are looked at."""
        return self.frames.periods[self.chosen]

    @cached_property
    def found(self):
        return self.frames.once(quality.completeness_in, self.period)

    @cached_property
    def timed(self):
        return self.frames.once(quality.timeliness_in, self.period)

    @cached_property
    def by_unit(self):
        return quality.punctual(self.timed, "ward")

    @cached_property
    def by_period(self):
        return quality.punctual(self.timed, "period")

    @cached_property
    def back(self):
        return quality.given_back(entries.returns(self.pilot), self.periods.index)

    @cached_property
    def revised(self):
        log = entries.revisions(self.pilot, self.filters.including_submitted)
        return quality.revised(self.frames, log, self.periods.index)

    @cached_property
    def reasons(self):
        return entries.reasons(self.pilot, self.filters.including_submitted)

    @cached_property
    def flagged(self):
        return self.frames.once(quality.flagged_in, self.period)

    @cached_property
    def unexplained(self):
        return quality.unexplained(self.flagged, self.reasons)

    @cached_property
    def explained(self):
        return quality.explained(self.reasons, self.periods.index)

    @cached_property
    def readable(self):
        """The explanations of the wards whose returns the person may read."""
        return self.explained[self.explained["ward"].isin([0, *self.ward_links])]

    @cached_property
    def small(self):
        return quality.small(self.frames, self.chosen)

    @cached_property
    def people(self):
        return entries.people(self.pilot)

    @cached_property
    def unused(self):
        return quality.unused(self.people, self.frames.today)

    @cached_property
    def lacking(self):
        """Places where nobody enters or submits; the district where it reports itself."""
        wards = list(self.frames.wards.index)
        own = [0] if (self.frames.indicators["level"] == "district").any() else []
        return quality.unattended(self.people, own + wards, self.frames.today)

    @cached_property
    def unreported(self):
        return quality.unreported(self.frames, self.chosen)

    @cached_property
    def unkept(self):
        standings = self.pilot.milestones.standings(self.frames.today.date())
        return quality.unkept(entries.milestones(self.pilot, standings), self.frames.today)

    @cached_property
    def names(self):
        return panels.quality.names(self.frames)

    @cached_property
    def states(self):
        """The state of each return by (ward, period)."""
        return self.frames.submissions.set_index(["ward", "period"])["state"].to_dict()

    def page_of(self, ward, period):
        """Where a cell of the matrix leads: to the return, else to the ward's page; "" for neither."""
        state = self.states.get((ward, period), "")
        own = self.pilot.district_id in self.work.enters_districts
        inside = self.reviewer or (ward in self.my_wards if ward else own)
        code = self.frames.periods.at[period, "code"]
        if (ward == 0 or ward in self.ward_links) and (state == "approved" or (inside and state)):
            return reverse("entry", args=[self.pilot.slug, code, ward or None])
        if ward in self.ward_links:
            return reverse("ward", args=[self.pilot.slug, ward]) + f"?period={code}"
        return ""

    def leads(self, found):
        """Where the first rows of a list of cells lead: to their indicators, and to their origins."""
        shown = found.head(MOST_ROWS)
        if shown.empty:
            return {}, {}
        pages = self.indicator_links()
        keys = ["indicator", "ward", "period"]
        known = self.origins(*(list(dict.fromkeys(shown[name])) for name in keys))
        cells = zip(*(shown[name] for name in keys), strict=True)
        return (
            dict(zip(shown.index, shown["indicator"].map(pages), strict=True)),
            dict(zip(shown.index, map(known.get, cells), strict=True)),
        )

    def sheet(self, name):
        """The Sheet of this name, with the time it is about in its title."""
        title, make, given = SHEETS[name]
        first, last = (words.short_period(self.periods.iloc[n]) for n in (0, -1))
        span = first if first == last else f"{first} – {last}"
        when = f"{self.frames.today:%d/%m/%Y}" if name in OF_TODAY else span
        return make(self.frames, *given(self), f"{title()} · {when}", self.notes)

    def own(self, found):
        """The rows of a list that are about the reader's wards."""
        return set(found.index[found["ward"].isin(self.my_wards)])

    def panel(self, name, sentence, links=None, origins=None, mine=(), shown=None):
        """The context of a panel that is a table: its first rows, with its files.

        `mine` are the rows to stand out. It stands open where it has rows, or as `shown` says.
        """
        sheet = self.sheet(name)
        return {
            "id": name,
            "title": SHEETS[name][0](),
            "sentence": sentences.parts.listed(sentence, len(sheet.frame), MOST_ROWS),
            "open": len(sheet.frame) > 0 if shown is None else shown,
            "table": panels.parts.table(sheet.first(MOST_ROWS), links, mine, origins),
            **self.table_files(name),
        }

    def chart(self, name, sentence, **drawn):
        """The context of a chart or of the matrix: its sentence, its whole table, its files."""
        return {
            "id": name,
            "title": SHEETS[name][0](),
            "sentence": sentence,
            "table": panels.parts.table(self.sheet(name)),
            **self.table_files(name),
            **drawn,
        }

    def table_files(self, name):
        return {
            "csv": self.address("quality_file", name, "csv"),
            "xlsx": self.address("quality_file", name, "xlsx"),
            "link": self.address("quality"),
        }


# Name in addresses -> its title, who makes it, and of what.
SHEETS = {
    "completeness": (
        lambda: _("What was reported"),
        tables.quality.completeness,
        lambda page: [page.found],
    ),
    "wards": (
        lambda: _("In time, by unit"),
        tables.quality.timeliness,
        lambda page: [page.by_unit],
    ),
    "periods": (
        lambda: _("In time, by period"),
        tables.quality.timeliness,
        lambda page: [page.by_period],
    ),
    "returns": (
        lambda: _("Returns and the day they came"),
        tables.quality.lateness,
        lambda page: [page.timed],
    ),
    "given-back": (
        lambda: _("Given back, and changed since"),
        tables.quality.given_back,
        lambda page: [page.back, page.revised["ward"].value_counts()],
    ),
    "revisions": (
        lambda: _("Figures changed after the first submission"),
        tables.quality.revisions,
        lambda page: [page.revised],
    ),
    "revised": (
        lambda: _("Changed figures by indicator"),
        tables.quality.revised,
        lambda page: [quality.revised_by_indicator(page.revised)],
    ),
    "flags": (
        lambda: _("What stands out and is not explained"),
        tables.quality.flags,
        lambda page: [page.unexplained],
    ),
    "reasons": (
        lambda: _("Reasons given for odd figures"),
        tables.quality.reasons,
        lambda page: [page.readable],
    ),
    "small": (
        lambda: _("Small denominators"),
        tables.quality.small,
        lambda page: [page.small],
    ),
    "people": (
        lambda: _("Who does the work"),
        tables.quality.people,
        lambda page: [page.unused, page.lacking],
    ),
    "names": (
        lambda: _("Rights never used"),
        tables.quality.phantoms,
        lambda page: [page.unused],
    ),
    "unreported": (
        lambda: _("Indicators nobody reports"),
        tables.quality.unreported,
        lambda page: [page.unreported],
    ),
    "logs": (
        lambda: _("Milestones without news"),
        tables.quality.unkept,
        lambda page: [page.unkept],
    ),
}
OF_PEOPLE = {"names"}  # tables with names: for reviewers alone
OF_TODAY = {"people", "names", "logs"}  # tables that say how it is now


@fresh_screen
def quality_page(request, pilot):
    page = Quality(request, pilot)
    if page.period is None:
        return page.render("reports/no_figures.html")
    return page.render(
        "reports/quality.html",
        head=sentences.quality.head(page.found),
        lead=sentences.quality.lead(page.found, page.by_unit, page.periods),
        **_returns(page),
        **_figures(page),
        **_people(page),
    )


def _returns(page):
    """The matrix, and how the returns came in."""
    counts, periods = page.by_unit, page.by_period
    by_ward = quality.summed(page.found, "ward")
    draw = charts.stacks.stacks
    parts = panels.quality.time_parts()
    sentence = sentences.quality.timeliness(counts, page.names)
    return {
        "completeness": page.chart(
            "completeness",
            sentences.quality.completeness(by_ward, page.names, page.units),
        ),
        "matrix": panels.quality.matrix(
            page.frames, page.found, page.states, _("What was reported"),
            links=page.ward_links, pages=page.page_of, mine=page.my_wards,
        ),
        "wards": page.chart(
            "wards",
            sentences.parts.cut(sentence, len(counts), charts.rows.MOST_ROWS),
            figure=draw(panels.quality.times(page.frames, counts, page.ward_links), parts),
        ),
        "periods": page.chart(
            "periods",
            sentences.quality.over_time(periods, page.periods),
            figure=draw(panels.quality.times(page.frames, periods, {}), parts, upright=True),
        ),
    }  # fmt: skip


def _figures(page):
    """What became of figures, and what is to be known of them."""
    changed = len(page.revised) > 0
    copied = page.reasons["copied"] & page.reasons["period"].isin(page.periods.index)
    return {
        "back": page.panel(
            "given-back", sentences.quality.revisions(page.back, page.revised), mine=page.my_wards
        ),
        "revised": page.panel("revised", "", page.indicator_links()) if changed else None,
        "revisions": page.panel("revisions", "", *page.leads(page.revised), page.own(page.revised))
        if changed
        else None,
        "flags": page.panel(
            "flags",
            sentences.quality.flags(page.unexplained, len(page.flagged)),
            *page.leads(page.unexplained),
            page.own(page.unexplained),
        ),
        "reasons": page.panel(
            "reasons",
            sentences.quality.reasons(len(page.explained), int(copied.sum()), len(page.readable)),
            page.leads(page.readable)[0],
            mine=page.own(page.readable),
        ),
        "small": page.panel("small", sentences.quality.small(page.small), page.indicator_links()),
    }


def _people(page):
    """Who does the work, and who does not: with names for reviewers."""
    sentence = sentences.quality.people(page.unused, page.lacking, page.names)
    amiss = bool(len(page.unused) or page.lacking.any(axis=None))
    milestones = {
        key: reverse("milestone", args=[page.pilot.slug, key]) for key in page.unkept.index
    }
    return {
        "people": page.panel("people", sentence, page.ward_links, mine=page.my_wards, shown=amiss),
        "named": page.panel("names", "") if page.reviewer and len(page.unused) else None,
        "unreported": page.panel(
            "unreported", sentences.quality.unreported(page.unreported), page.indicator_links()
        )
        if len(page.unreported)
        else None,
        "logs": page.panel("logs", sentences.quality.logs(page.unkept), milestones),
    }


@fresh_screen
def quality_file(request, pilot, table, suffix):
    page = Quality(request, pilot)
    if table not in SHEETS:
        raise Http404
    if table in OF_PEOPLE and not page.reviewer:
        raise PermissionDenied
    return page.file(f"quality-{table}", suffix, lambda each: each.sheet(table))
