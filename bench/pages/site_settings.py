"""The app's settings with the reference pages beside its own, and a count of queries."""

from timesheet.settings import *  # noqa: F403
from timesheet.settings import MIDDLEWARE

ROOT_URLCONF = "bench.pages.references"
MIDDLEWARE = ["bench.pages.references.count_queries", *MIDDLEWARE]
