"""How durations are written for the person of this request, as Django keeps their language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timesheet.domain import duration

CLOCK, DECIMAL = "clock", "decimal"

_style: ContextVar[Callable[[], str]] = ContextVar("style", default=lambda: CLOCK)


@contextmanager
def override(style: Callable[[], str]) -> Iterator[None]:
    """`style` is called only when a duration is written."""
    before = _style.set(style)
    try:
        yield
    finally:
        _style.reset(before)


def show(minutes: int) -> str:
    """90 as 1:30, or as 1.5 with the decimal sign of the person's language."""
    if _style.get()() == DECIMAL:
        return duration.show_decimal(minutes, sign=get_format("DECIMAL_SEPARATOR"))
    return duration.show(minutes)


def spoken(minutes: int) -> str:
    """In words, for those who hear it: 1 hour 30 minutes."""
    hours, rest = divmod(abs(minutes), 60)
    words = []
    if hours:
        words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if rest:
        words.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    said = " ".join(words) or _("no time")
    return _("minus %(time)s") % {"time": said} if minutes < 0 else said
