"""Django's `makemessages`, which finds the sentences of Jinja2 templates too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.commands import makemessages
from django.template import engines

from timesheet.jinja_environment import SUFFIX


class TranslatableFile(makemessages.BuildFile):
    """A file with sentences; a Jinja2 template is turned into calls that gettext's tools read."""

    def preprocess(self) -> None:
        """Write the file that the tools of gettext read; Django's hook."""
        if self.path.endswith(SUFFIX):
            calls = as_calls(Path(self.path).read_text(encoding="utf-8"))
            Path(self.work_path).write_text(calls, encoding="utf-8")
        else:
            super().preprocess()


class Command(makemessages.Command):
    """Collects the sentences of the code and of all templates for translators."""

    build_file_class = TranslatableFile

    def handle(self, *args: Any, **options: Any) -> None:
        options["extensions"] = options["extensions"] or ["html", "txt", "py", SUFFIX]
        super().handle(*args, **options)


def as_calls(source: str) -> str:
    """Return a line of Python for each line of a Jinja2 template, with its calls of gettext."""
    lines = [""] * (source.count("\n") + 1)
    environment: Any = engines["jinja2"].env  # type: ignore[attr-defined]
    for number, function, message in environment.extract_translations(source):
        texts = [message] if isinstance(message, str) else [text for text in message if text]
        lines[number - 1] += f"{function}({', '.join(map(repr, texts))});"
    return "\n".join(lines)
