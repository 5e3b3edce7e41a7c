"""One ward: where it stands, theme by theme and indicator by indicator, beside all wards."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reports import charts, measures, panels, scoring, sentences, tables, words
from wards import access

from .page import Page


def _open(request, pilot, pk):
    """The page and the ward, which must be one of the pilot's that the person may open."""
    page = Page(request, pilot)
    return page, access.get_ward(request.user, pk, among=page.pilot.wards.all())


def _sheet(page, ward):
    title = f"{ward.name} · {page.period_name}"
    cells = page.scores.cells
    cells = cells[cells["ward"] == ward.pk].set_index("indicator")
    places = scoring.places(page.frames, page.scores.cells)[ward.pk]
    targets = measures.targets(page.frames, page.days[1], ward.pk)
    return tables.ward(page.frames, cells, page.found, targets, places, title, page.notes)


def _link(page, ward):
    """How a return of the ward is reached, by those who may open it."""
    inside = page.reviewer or ward.pk in page.my_wards

    def link(period, state):
        shown = state == "approved" or (inside and state not in ("missing", "not_due"))
        return reverse("entry", args=[page.pilot.slug, period, ward.pk]) if shown else ""

    return link


@require_safe
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
        head=ward.name,
        lead=sentences.ward_head(
            scores.totals.loc[ward.pk], scores.totals["points"].count(), page.units
        ),
        returns=panels.returns(
            page.frames, measures.returns(page.frames, ward.pk, page.days[1]), _link(page, ward)
        ),
        themes={
            "id": "themes",
            "title": _("Share of the points by theme"),
            "sentence": sentences.ward_themes(shares["ours"], names),
            "figure": charts.themes(
                panels.theme_bars(shares, names),
                ward.name,
                _("all %(units)s") % {"units": page.units()},
            ),
            "link": page.address("ward", ward.pk),
        },
        indicators={
            "title": _("All indicators"),
            "open": True,
            "table": panels.table(_sheet(page, ward), page.indicator_links()),
            **page.files("ward_file", "ward", ward.pk),
        },
    )


@require_safe
def ward_file(request, pilot, ward, suffix):
    page, ward = _open(request, pilot, ward)
    return page.file(
        f"ward-{ward.code}",
        suffix,
        lambda p: _sheet(p, ward),
    )
