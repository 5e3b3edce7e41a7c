"""What needs attention on the overview, and where each line leads."""

from django.urls import reverse
from django.utils.translation import gettext as _

from pilot import plan
from pilot.models import Milestone
from reports import concerns, measures, panels, sentences, words
from reports.evaluation import forecast


def needed(page):
    """The list of what needs attention, as of today and in the figures of the period shown."""
    day, theme = page.frames.today.date(), page.filters.theme_id
    found = concerns.found(page.duties, day, *_figures(page, theme), theme)
    shown, rest = concerns.shown(found)
    return {
        "title": _("Needs attention"),
        "sentence": sentences.attention.lead(len(found)),
        "todo": panels.attention.lines(shown, page.frames, day, lambda each: _link(page, each)),
        "more": panels.attention.more(rest, _rooms(page)),
    }


def _figures(page, theme):
    """What got worse, and the targets at risk, of the indicators of one theme or of all."""
    frames = page.frames
    indicators = measures.of_theme(frames, theme).index
    fallen = frames.once(concerns.fallen, page.period)
    forecasts = frames.once(forecast.forecasts, page.days[1], page.horizon)
    aims = concerns.aims(forecasts, indicators)
    return [each for each in fallen if each.indicator in indicators], aims


def _link(page, concern):
    """Where a line leads: the thing itself, as far as the person may open it."""
    slug, about = page.pilot.slug, concern.about
    if concern.kind in ("overdue", "milestone"):
        return reverse("milestone", args=[slug, about.milestone.pk])
    if concern.kind == "late":
        return _return(page, about[0])
    if concern.kind == "fall":
        ward = f"&ward={about.ward}" if about.ward else ""
        return (
            page.indicator_links(page.frames.indicators.loc[[about.indicator]])[about.indicator]
            + ward
        )
    if concern.kind in ("missed", "target"):
        return page.indicator_links(page.frames.indicators.loc[[about[0]]])[about[0]]
    return _rooms(page)["vacancy"]


def _return(page, owed):
    """The return for those who may see it before it is handed in; else the page of the ward."""
    ward = owed.ward and owed.ward.pk
    if page.reviewer or ward in page.my_wards:
        return reverse("entry", args=[page.pilot.slug, owed.period.code, ward])
    return page.ward_links.get(ward, "")


def _rooms(page):
    """The page of each kind, which has all of them."""
    slug, query = page.pilot.slug, page.filters.query("period", "counted")
    milestones, quality = reverse("milestones", args=[slug]), reverse("quality", args=[slug])
    indicators = reverse("indicators", args=[slug])
    return {
        "late": quality + query,
        "overdue": f"{milestones}?state=overdue",
        "milestone": f"{milestones}?state=at_risk",
        "fall": quality + query,
        "missed": indicators + query,
        "target": indicators + query,
        "vacancy": reverse("workforce", args=[slug]),
    }


def milestones(page):
    """The plan by state: a bar whose parts lead to the milestones that stand so."""
    theme = page.filters.theme_id
    standings = [each for each in page.duties.standings if theme in (None, each.milestone.theme_id)]
    address = reverse("milestones", args=[page.pilot.slug])
    code = "" if theme is None else f"&theme={page.frames.themes.at[theme, 'code']}"
    return {
        "title": _("Milestones by state"),
        "sentence": plan.lead(standings),
        **panels.attention.plan(
            standings,
            Milestone.State,
            words.named(page.frames.themes, "short"),
            lambda state: f"{address}?state={state}{code}",
        ),
    }
