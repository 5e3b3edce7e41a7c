"""`manage.py periods PILOT [--from D] [--to D] [--grace-days N] [--dry-run]`: the pilot's calendar."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from pilot.models import Period, Pilot


class Command(BaseCommand):
    help = "Create the periods that a pilot's indicators are reported by. What is there stays."

    def add_arguments(self, parser):
        day = dt.date.fromisoformat
        parser.add_argument("pilot", help="short name of the pilot")
        parser.add_argument("--from", dest="first", type=day, help="default: the pilot's start")
        parser.add_argument(
            "--to", dest="last", type=day, help="default: the pilot's end, or the end of next year"
        )
        parser.add_argument(
            "--grace-days", type=int, default=8, help="due so many days after the last (default 8)"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell only, write nothing")

    @transaction.atomic
    def handle(self, *args, **options):
        pilot = Pilot.objects.filter(slug=options["pilot"]).first()
        if pilot is None:
            raise CommandError(_("no pilot is called %(slug)s") % {"slug": options["pilot"]})
        try:
            created, kept = Period.objects.fill(
                pilot, options["first"], options["last"], options["grace_days"]
            )
        except ValidationError as fault:
            raise CommandError(fault.messages[0]) from None
        for period in created:
            self.stdout.write(f"+ {period.code:<10} {period.start} {period.end} {period.due}")
        told = _("%(pilot)s: %(created)s periods created, %(kept)s were there already.")
        names = {"pilot": pilot, "created": len(created), "kept": len(kept)}
        self.stdout.write(told % names)
        if options["dry_run"]:
            transaction.set_rollback(True)
            self.stdout.write(_("This was a trial: nothing was written."))
