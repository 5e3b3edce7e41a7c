"""The production door."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilot.settings")
application = get_wsgi_application()
gc.freeze()  # what is loaded by now stays: it need not be looked at again
