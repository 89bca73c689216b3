"""For gunicorn, as `-c python:timesheet.gunicorn_conf`: threads, and logs as the app's. It has no
log of its own of requests: it would write down whole addresses, with the code of a sign-in."""

from pathlib import Path

from environs import FileAwareEnv
from marshmallow.validate import OneOf

from timesheet.core import log_config

env = FileAwareEnv()
env.read_env(str(Path(__file__).resolve().parent.parent / ".env"), recurse=False)

logconfig_dict = log_config.config(
    env.str("LOG_FORMAT", "line", validate=OneOf(log_config.FORMATS)), env.str("LOG_LEVEL", "INFO")
)

worker_class = "gthread"
workers = 1
threads = 32
# Else it makes a file in the home folder.
control_socket_disable = True
