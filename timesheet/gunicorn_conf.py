"""The configuration of gunicorn, used as `-c python:timesheet.gunicorn_conf`.

gunicorn logs like the app, and has no access log, which would have whole addresses: the callback of
a sign-in with its code. The settings are read before any process is forked: a wrong one stops the
start.
"""

import sys

from timesheet import settings

logconfig_dict = settings.LOGGING

if not settings.DEBUG and not (settings.STATIC_ROOT / "staticfiles.json").is_file():
    sys.exit(
        f"STATIC_ROOT has no static files yet: {settings.STATIC_ROOT}.\n"
        "Run: manage.py collectstatic --no-input"
    )

# A request gets a thread once it has arrived as a whole.
worker_class = "timesheet.web.receiving_worker.ReceivingWorker"
worker_connections = 2000
workers = settings.WEB_CONCURRENCY
threads = 32
# An address may have what is selected in a long list. The worker limits all of the head.
limit_request_line = 0
# Files that a request makes are for this user alone.
umask = 0o077
# Otherwise gunicorn creates a file in the home directory.
control_socket_disable = True
