"""`manage.py import_figures FILE --framework qd766 --period 2026-10-05`: figures from a CSV file."""

from django.core.management.base import BaseCommand, CommandError

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
            raise CommandError(f"nothing was written.\n{error}") from None
        for note in done.notes:
            self.stdout.write(f"note: {note}")
        self.stdout.write(
            f"{'would write' if options['dry_run'] else 'written'} to pilot {done.pilot.slug},"
            f" period {done.period.code}: {done.units} units, {done.created} new figures,"
            f" {done.changed} changed, {done.removed} removed, {done.unchanged} unchanged."
        )
