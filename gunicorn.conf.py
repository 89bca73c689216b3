"""What gunicorn reads where it is started: it logs as the app does. All else is said on its command
line."""

import sys
from pathlib import Path

from environs import FileAwareEnv
from marshmallow.validate import OneOf

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from timesheet import logs  # noqa: E402 (found only now)

env = FileAwareEnv()
env.read_env(str(ROOT / ".env"), recurse=False)

logconfig_dict = logs.config(
    env.str("LOG_FORMAT", "line", validate=OneOf(logs.FORMATS)), env.str("LOG_LEVEL", "INFO")
)
