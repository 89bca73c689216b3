"""The WSGI application: `gunicorn timesheet.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timesheet.settings")
# As in manage.py: what is loaded at the start stays.
gc.disable()
application = get_wsgi_application()
gc.enable()
