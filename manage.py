#!/usr/bin/env python
"""The development door: runs with nothing set (SQLite, DEBUG)."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilot.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
