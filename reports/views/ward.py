"""One ward: where it stands, theme by theme and indicator by indicator, beside all wards."""

from django.urls import reverse
from django.utils.translation import gettext as _

from pilot.models import Pilot
from reports import charts, measures, panels, scoring, sentences, standing, tables, words
from reports.evaluation import effect
from wards import access

from .page import Page, screen


def _open(request, pilot, pk):
    """The page and the ward, which must be one of the pilot's that the person may open."""
    ward = access.get_ward(request.user, pk, among=Pilot.wards_of(pilot))
    return Page(request, pilot), ward


def _sheet(page, ward):
    title = f"{ward.name} · {page.period_name}"
    cells = _cells(page, ward)
    places = scoring.places(page.frames, page.scores.cells)[ward.pk]
    targets = measures.targets(page.frames, page.days[1], ward.pk)
    return tables.ward.ward(page.frames, cells, page.found, targets, places, title, page.notes)


def _themes_sheet(page, ward):
    themes = page.scores.themes
    shares = scoring.theme_shares(page.scores, ward.pk)
    own = themes[themes["ward"] == ward.pk].set_index("theme").reindex(shares.index)
    title = f"{ward.name} · {page.period_name}"
    return tables.ward.themes(page.frames, own.assign(**shares), title, page.notes)


def _link(page, ward):
    """How a return of the ward is reached, by those who may open it."""
    inside = page.reviewer or ward.pk in page.my_wards

    def link(period, state):
        shown = state == "approved" or (inside and state not in ("missing", "not_due"))
        return reverse("entry", args=[page.pilot.slug, period, ward.pk]) if shown else ""

    return link


@screen
def ward(request, pilot, ward):
    page, ward = _open(request, pilot, ward)
    if page.period is None:
        return page.render("reports/no_figures.html", ward=ward)
    scores = page.scores
    shares = scoring.theme_shares(scores, ward.pk)
    names = words.named(page.frames.themes, "short")
    return page.render(
        "reports/ward.html",
        ward=ward,
        day=page.days[1],
        origin=page.score_origins([ward.pk])[ward.pk],
        head=ward.name,
        lead=sentences.ward.head(
            scores.totals.loc[ward.pk], scores.totals["points"].count(), page.units
        ),
        returns=panels.ward.returns(
            page.frames, measures.returns(page.frames, ward.pk, page.days[1]), _link(page, ward)
        ),
        ends=_ends(page, ward),
        moves=_moves(page, ward),
        duties=_duties(page, ward),
        themes={
            "id": "themes",
            "title": _("Share of the points by theme"),
            "sentence": sentences.ward.themes(shares["ours"], names),
            "figure": charts.rows.themes(
                panels.ward.theme_bars(shares, names),
                ward.name,
                _("all %(units)s") % {"units": page.units()},
            ),
            "table": panels.parts.table(_themes_sheet(page, ward)),
            **page.files("ward_themes_file", "ward", ward.pk),
        },
        indicators={
            "title": _("All indicators"),
            "open": True,
            "table": panels.parts.table(
                _sheet(page, ward),
                page.indicator_links(),
                origins=page.origins_by(0, page.frames.indicators.index, [ward.pk]),
            ),
            **page.files("ward_file", "ward", ward.pk),
        },
    )


def _cells(page, ward):
    """The ward's scored cells by indicator."""
    cells = page.scores.cells
    return cells[cells["ward"] == ward.pk].set_index("indicator")


def _ends(page, ward):
    """Where it does best and worst, by the share of the points."""
    cells, places = _cells(page, ward), scoring.places(page.frames, page.scores.cells)[ward.pk]
    best, worst = standing.ends(cells, places)
    origins = page.origins_by(0, page.frames.indicators.index, [ward.pk])
    said = (page.frames, cells, places, origins)
    return [
        {"title": _("Strongest"), "lines": panels.ward.ends(best, *said)},
        {"title": _("Weakest"), "lines": panels.ward.ends(worst, *said)},
    ]


def _moves(page, ward):
    """What has improved and worsened since the time before the pilot."""
    start = measures.day(page.pilot.start)
    window = (start, max(start, page.days[1]))
    changes = page.frames.once(effect.before_after, *window)
    # What the district reports itself has no row of a ward.
    own = changes[changes.index.get_level_values("ward") == ward.pk].droplevel("ward")
    better, worse = standing.moves(own)
    said = (page.frames, own, page.indicator_links())
    return [
        {"title": _("Improving"), "lines": panels.ward.moves(better, *said)},
        {"title": _("Worsening"), "lines": panels.ward.moves(worse, *said)},
    ]


def _duties(page, ward):
    """Its posts, its milestones and its late returns, as of today."""
    late = [each for each in page.duties.late if each.ward and each.ward.pk == ward.pk]
    plan = [each for each in page.duties.standings if each.milestone.ward_id == ward.pk]
    found = measures.returns(page.frames, ward.pk, page.days[1], most=12)
    return {
        "posts": sentences.ward.posts(page.duties.posts.get(ward.pk), page.scores, ward.pk),
        "returns": sentences.ward.timeliness(found, len(late)),
        "plan": sentences.ward.plan(plan),
        "todo": panels.ward.milestones(
            plan,
            page.frames.today.date(),
            lambda pk: reverse("milestone", args=[page.pilot.slug, pk]),
        ),
    }


@screen
def ward_file(request, pilot, ward, suffix):
    page, ward = _open(request, pilot, ward)
    return page.file(
        f"ward-{ward.code}",
        suffix,
        lambda p: _sheet(p, ward),
        lambda p: _themes_sheet(p, ward),
    )


@screen
def ward_themes_file(request, pilot, ward, suffix):
    page, ward = _open(request, pilot, ward)
    return page.file(f"ward-{ward.code}-themes", suffix, lambda p: _themes_sheet(p, ward))
