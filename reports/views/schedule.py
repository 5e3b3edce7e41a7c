"""The plan of milestones in time: bars, what slipped, how they stand, what is next."""

from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilot import plan
from reports import charts, panels, schedule, sentences, tables
from reports.frames import entries

from .page import Room, screen

MOST_ROWS = 20  # of the slipped ones on the page; the file has all


class Schedule(Room):
    """What the page and its files are made of: the chosen milestones, as they stand today."""

    @cached_property
    def filters(self):
        return plan.FilterForm(self.request.GET, self.pilot)

    @property
    def query(self):
        return self.filters.address

    @cached_property
    def standings(self):
        return self.pilot.milestones.standings(timezone.localdate())

    @cached_property
    def plan(self):
        chosen = self.filters.chosen(self.standings)
        return entries.plan(self.pilot, chosen, timezone.localdate())

    @cached_property
    def milestones(self):
        return schedule.slippage(self.plan.milestones, self.plan.today)

    @cached_property
    def slipped(self):
        return schedule.slipped(self.milestones)

    @cached_property
    def themes(self):
        return schedule.standing(self.milestones, "theme")

    @cached_property
    def wards(self):
        return schedule.standing(self.milestones, "ward")

    @cached_property
    def links(self):
        """Address of each milestone's page, by id."""
        slug = self.pilot.slug
        return {key: reverse("milestone", args=[slug, key]) for key in self.milestones.index}

    def chosen(self, name, values):
        """Addresses of this page with one filter set, by id."""
        place = reverse("schedule", args=[self.pilot.slug])
        return {key: f"{place}?{name}={value}" for key, value in values.items()}

    def sheet(self, name):
        """The Sheet of this name."""
        title, make, given = SHEETS[name]
        day = tables.schedule.day(self.plan.today)
        return make(self.plan, given(self), f"{title()} · {day}", self.notes)

    def panel(self, name, sentence, **drawn):
        """The context of a chart or table: its sentence, its table, its files."""
        slug = self.pilot.slug
        files = {
            each: reverse("schedule_file", args=[slug, name, each]) + self.query
            for each in ("csv", "xlsx")
        }
        return {
            "id": name,
            "title": SHEETS[name][0](),
            "sentence": sentence,
            "table": panels.parts.table(self.sheet(name), self.links),
            "link": reverse("schedule", args=[slug]) + self.query,
            **files,
            **drawn,
        }


# Name in addresses -> its title, who makes it, and of what.
SHEETS = {
    "plan": (lambda: _("The plan in time"), tables.schedule.plan, lambda page: page.milestones),
    "slippage": (lambda: _("Slippage"), tables.schedule.slippage, lambda page: page.slipped),
    "themes": (lambda: _("States by theme"), tables.schedule.standing, lambda page: page.themes),
    "wards": (lambda: _("States by unit"), tables.schedule.standing, lambda page: page.wards),
}


@screen
def schedule_page(request, pilot):
    page = Schedule(request, pilot)
    found = schedule.upcoming(page.milestones, page.plan.today)
    return page.render(
        "reports/schedule.html",
        head=plan.head(page.standings),
        lead=plan.lead(page.standings),
        filters=page.filters,
        plan=_bars(page),
        gantt=panels.schedule.gantt(
            page.milestones, tables.schedule.theme_names(page.plan), page.plan.today, page.links
        ),
        themes=_stacks(page, "themes", page.themes),
        wards=_stacks(page, "wards", page.wards),
        slippage=_slippage(page),
        upcoming={
            "sentence": sentences.schedule.upcoming(found),
            "todo": panels.schedule.upcoming(found, page.links),
        },
    )


def _bars(page):
    sentence = sentences.schedule.plan(page.milestones)
    return page.panel(
        "plan", sentences.parts.cut(sentence, len(page.milestones), panels.schedule.MOST_BARS)
    )


def _slippage(page):
    sheet = page.sheet("slippage")
    sentence = sentences.schedule.slippage(page.milestones)
    return page.panel(
        "slippage",
        sentences.parts.listed(sentence, len(page.slipped), MOST_ROWS),
        open=len(page.slipped) > 0,
        table=panels.parts.table(sheet.first(MOST_ROWS), page.links),
    )


def _stacks(page, name, counts):
    """The bars of how many stand how, by theme or by unit; each leads to its milestones."""
    if name == "themes":
        names = tables.schedule.theme_names(page.plan)
        links = page.chosen("theme", page.plan.themes["code"])
        none = _("In no theme a milestone is overdue or at risk.")
    else:
        names = tables.schedule.place_names(page.plan)
        links = page.chosen(
            "ward", {0: plan.WHOLE_PILOT, **{key: key for key in page.plan.wards.index}}
        )
        none = _("In no unit a milestone is overdue or at risk.")
    rows = panels.schedule.standing(counts, names, links)
    figure = charts.stacks.stacks(rows, panels.schedule.state_parts()) if len(rows) else None
    sentence = sentences.schedule.standing(counts, names, none)
    return page.panel(
        name,
        sentences.parts.cut(sentence, len(rows), charts.rows.MOST_ROWS),
        figure=figure,
        empty=none,
        table=panels.parts.table(page.sheet(name), links),
    )


@screen
def schedule_file(request, pilot, table, suffix):
    page = Schedule(request, pilot)
    if table not in SHEETS:
        raise Http404
    day = timezone.localdate()
    return page.download(f"milestones-{table}-{day}", suffix, [page.sheet(table)])
