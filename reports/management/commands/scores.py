"""`manage.py scores PILOT [--period P]`: the points of a pilot's wards as CSV."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pilot.models import Pilot
from reports import frames, measures, scoring
from reports.exports import csv


class Command(BaseCommand):
    help = "Print the points of every ward: indicators, themes (no indicator), totals (no theme)."

    def add_arguments(self, parser):
        parser.add_argument("pilot", help="short name of the pilot")
        parser.add_argument("--period", help="e.g. 2026-10-05; default: the last with figures")

    def handle(self, *args, **options):
        pilot = Pilot.objects.filter(slug=options["pilot"]).first()
        if pilot is None:
            known = ", ".join(Pilot.objects.values_list("slug", flat=True)) or "-"
            raise CommandError(
                _("There is no pilot “%(pilot)s”; there are: %(known)s")
                % {"pilot": options["pilot"], "known": known}
            )
        bundle, code = frames.live(pilot), options["period"]
        period = measures.named_period(bundle, code) if code else measures.last_period(bundle)
        if period is None:
            periods = ", ".join(bundle.periods["code"]) or "-"
            fault = _("The pilot has no period “%(period)s”; its periods: %(known)s")
            if not code:
                fault = _("The pilot has no figures yet; its periods: %(known)s")
            raise CommandError(fault % {"period": code, "known": periods})
        cells = measures.cells(bundle, measures.span_of(bundle, period))
        listing = scoring.listing(bundle, scoring.scores(bundle, cells))
        self.stdout.write(csv.plain(listing), ending="")
