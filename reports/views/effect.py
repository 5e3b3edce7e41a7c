"""What a return that is not approved yet would change in the district's figures."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from pilot.views.door import open_return
from reports import frames, measures, panels, sentences, words


@require_safe
def effect(request, pilot, period, unit):
    """A fragment for the people who enter, submit or review the return."""
    sheet, _rights = open_return(request, pilot, period, unit)
    with_it = frames.live(sheet.pilot, also=sheet.submission and sheet.submission.pk)
    asked = measures.asked_for(with_it, sheet.period.pk, of_district=sheet.ward is None)
    before, after = (
        measures.overview_in(each, sheet.period.pk).loc[asked.index]
        for each in (with_it.approved, with_it)
    )
    better = measures.better(asked, before["per_cell"], after["per_cell"])
    context = {
        "lines": panels.ward.effect(before["value"], after["value"], better, asked),
        "sentence": sentences.ward.effect(
            *measures.returned(with_it.approved, sheet.period.pk),
            lambda count: words.units(with_it.wards, count),
        ),
    }
    return render(request, "reports/_effect.html", context)
