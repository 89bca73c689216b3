"""Jinja2 beside Django's templates: which templates it renders, escaping, and its sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.template.loader import get_template
from django.utils.html import escape

from timesheet.management.commands.makemessages import as_calls

TEMPLATES = Path(__file__).parents[1] / "templates"
NAME = '<b>Q&A"'


def render(source: str, **values: object) -> str:
    return engines["jinja2"].from_string(source).render(values)


@pytest.mark.parametrize(
    ("name", "engine"), [("week/row.jinja", "jinja2"), ("week/week.html", "django")]
)
def test_the_end_of_a_name_tells_the_engine(name, engine):
    template: Any = get_template(name)
    assert template.backend.name == engine


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}",
        '{{ _("%(name)s", name=name) }}',
        "{% macro title() %}{{ name }}{% endmacro %}{{ title() }}",
        '{{ [name]|join(", ") }}',
    ],
)
def test_names_are_escaped(source):
    assert render(source, name=NAME) == escape(NAME).replace("&quot;", "&#34;")


def test_translators_get_the_sentences_of_every_template():
    for path in TEMPLATES.rglob("*.jinja"):
        source = path.read_text()
        calls = as_calls(source)
        assert calls.count("gettext(") + calls.count("_(") >= source.count('_("'), path
        assert len(calls.splitlines()) <= len(source.splitlines()) + 1
        compile(calls, path, "exec")


def test_a_sentence_keeps_its_line_and_its_plural():
    calls = as_calls('\n{{ ngettext("%(num)s entry", "%(num)s entries", count) }}')
    assert calls.splitlines() == ["", "ngettext('%(num)s entry', '%(num)s entries');"]
