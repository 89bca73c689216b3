"""The configuration of gunicorn, used as `-c python:timesheet.gunicorn_conf`.

gunicorn logs like the app, and has no access log, which would have whole addresses: the callback of
a sign-in with its code.
"""

import os
from pathlib import Path

from environs import FileAwareEnv
from marshmallow.validate import OneOf, Range

from timesheet.core import log_config

env = FileAwareEnv()
env.read_env(str(Path(__file__).resolve().parent.parent / ".env"), recurse=False)

logconfig_dict = log_config.config(
    env.str("LOG_FORMAT", "line", validate=OneOf(log_config.FORMATS)), env.str("LOG_LEVEL", "INFO")
)

worker_class = "gthread"
# One process for each core that this one may use.
workers = env.int("WEB_CONCURRENCY", len(os.sched_getaffinity(0)), validate=Range(min=1))
threads = 32
# Otherwise gunicorn creates a file in the home directory.
control_socket_disable = True
