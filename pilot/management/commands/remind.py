"""`manage.py remind [--day YYYY-MM-DD] [--dry-run]`: one mail to each person with something due."""

import datetime as dt
import smtplib

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone, translation

from pilot import reminders


class Command(BaseCommand):
    help = "Mail each person what is due or overdue and was not said before. For a daily timer."

    def add_arguments(self, parser):
        parser.add_argument("--day", type=dt.date.fromisoformat, help="default: today")
        parser.add_argument("--dry-run", action="store_true", help="list the mails, send none")

    def handle(self, *args, **options):
        day = options["day"] or timezone.localdate()
        send = self._list if options["dry_run"] else reminders.remind
        sent, failed = 0, []
        # Nobody is logged in here to have chosen a language: it is that of the office.
        with translation.override("vi"):
            for user, found in reminders.notices(day).items():
                try:
                    sent += bool(send(user, found, day))
                except IntegrityError:
                    self.stderr.write(f"{user.username}: another run is sending this")
                except (smtplib.SMTPException, OSError, ValueError) as error:
                    failed.append(f"{user.username}: {error}")
        self.stdout.write(f"{sent} mails{' would be' if options['dry_run'] else ''} sent")
        if failed:
            raise CommandError("not sent, to be tried again: " + "; ".join(failed))

    def _list(self, user, found, day):
        found = reminders.unsaid(user, found, day)
        if found:
            self.stdout.write(f"{user.username} <{user.email}>: {len(found)}")
        return len(found)
