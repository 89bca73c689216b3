"""The avatar of a person: their photo from Asana, above their initials."""

from __future__ import annotations

from typing import Any
from unicodedata import bidirectional

from django import template
from django.template import Context

from accounts.models import User
from accounts.photos.service import key_of

register = template.Library()


@register.inclusion_tag("shared/_avatar.html", takes_context=True)
def avatar(context: Context, gid: str, name: str) -> dict[str, Any]:
    """Show a person's avatar to the signed-in user; without a gid, only the initials."""
    user = context["request"].user
    key = key_of(user, gid) if gid and isinstance(user, User) else ""
    return {"key": key, "initials": initials(name or gid)}


def initials(name: str) -> str:
    """Return one or two capital letters that stand for a person without a photo."""
    words = name.split()
    if not words:
        return ""
    # Adjacent letters of right-to-left scripts would be joined into another shape.
    is_joined = bidirectional(words[0][0]) in ("R", "AL")
    ends = words[:1] if is_joined or len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in ends).upper()
