"""The tag that puts a Jinja2 template into one of Django's."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def jinja(context: Context, name: str, **values: Any) -> SafeString:
    """Render the Jinja2 template `name` with the page's context, and `values` besides.

    A value that a page does not have is undefined in Jinja2, and counts as false.
    """
    page: dict[str, Any] = context.flatten()  # type: ignore[assignment]
    # Escaped by Jinja2, which has autoescape on for all of its templates.
    return mark_safe(render_to_string(name, {**page, **values}))  # noqa: S308
