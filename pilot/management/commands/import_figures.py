"""`manage.py import_figures FILE --framework qd766 --period 2026-10-05`: figures from a CSV file."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pilot.figures import Refused, import_figures


class Command(BaseCommand):
    help = "Read a CSV file of figures into approved returns: all of it, or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--framework", required=True, help="code of the framework, e.g. qd766")
        parser.add_argument("--period", required=True, help="e.g. 2026-10-05, 2026-10, 2026-Q4")
        parser.add_argument("--pilot", help="short name of the pilot; default: the framework's")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")

    def handle(self, *args, **options):
        try:
            done = import_figures(
                options["file"],
                options["framework"],
                options["period"],
                options["pilot"],
                options["dry_run"],
            )
        except Refused as error:
            raise CommandError(_("Nothing was written.") + f"\n{error}") from None
        for note in done.notes:
            self.stdout.write(note)
        told = _(
            "Pilot %(pilot)s, period %(period)s: %(units)s units, %(created)s new figures,"
            " %(changed)s changed, %(removed)s removed, %(unchanged)s unchanged."
        )
        counts = vars(done) | {"pilot": done.pilot.slug, "period": done.period.code}
        self.stdout.write(told % counts)
        if options["dry_run"]:
            self.stdout.write(_("This was a trial: nothing was written."))
