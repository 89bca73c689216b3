"""Jinja2, the second template engine, which renders the grid of a week.

Templates whose name ends with `.jinja` are Jinja2's, all others are Django's.
docs/decisions/templates.md says where the border is, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import jinja2
from django.template.defaultfilters import date as date_filter
from django.urls import reverse
from django.utils import translation

from timesheet.templatetags import team
from timesheet.templatetags import timesheet as filters
from timesheet.week import locked_days, versions

SUFFIX = ".jinja"


class SuffixLoader(jinja2.FileSystemLoader):
    """Finds only templates whose name ends with `SUFFIX`; Django's engine finds the others."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the source, the file name and a function that tells whether it is up to date."""
        if not template.endswith(SUFFIX):
            raise jinja2.TemplateNotFound(template)
        return super().get_source(environment, template)


def environment(*, loader: jinja2.FileSystemLoader, **options: Any) -> jinja2.Environment:
    """Create the environment. Django calls it with a loader for the folders of the settings, and
    with autoescape on."""
    env = jinja2.Environment(  # noqa: S701
        loader=SuffixLoader(loader.searchpath),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    # The new style escapes the values of a sentence: `_("Pin %(name)s", name=row.task.name)`.
    env.install_gettext_translations(translation, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(url=url, edit_id=filters.edit_id)
    env.filters.update(
        cell_text=filters.text,
        date=date_filter,
        full_date=filters.full_date,
        hours=filters.hours,
        in_asana=filters.in_asana,
        in_asana_app=team.in_asana_app,
        lock_of=locked_days.find_lock,
        query_value=query_value,
        spoken=filters.spoken,
        version_of=versions.version_of,
    )
    return env


def url(view: str, *args: object) -> str:
    """Return the address of a view."""
    return reverse(view, args=args)


def query_value(text: str) -> str:
    """Quote a text as a value in the query of an address."""
    return quote(text, safe="")
