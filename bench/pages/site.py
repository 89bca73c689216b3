"""The web server of a measurement: `gunicorn bench.pages.site:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.pages.site_settings"
application = get_wsgi_application()
