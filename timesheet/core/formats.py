"""How durations and days are written for the person of the current request, in their language and
style."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, get_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timesheet.domain import duration

CLOCK, DECIMAL = "clock", "decimal"

_style: ContextVar[Callable[[], str]] = ContextVar("style", default=lambda: CLOCK)


@contextmanager
def override(style: Callable[[], str]) -> Iterator[None]:
    """Write durations in another style within the block.

    `style` returns `CLOCK` or `DECIMAL`; it is called only when a duration is written.
    """
    token = _style.set(style)
    try:
        yield
    finally:
        _style.reset(token)


def show_weekdays(minutes: Sequence[int]) -> str:
    """Write the minutes of each weekday, Monday's first, as Mon–Thu 8:00, Fri 4:00.

    Days without any are left out; 0:00 stands for a week without any.
    """
    names = [str(WEEKDAYS_ABBR[weekday]) for weekday in range(7)]
    texts = []
    for amount, group in groupby(range(7), key=lambda weekday: minutes[weekday]):
        first, *others = (names[weekday] for weekday in group)
        days = f"{first}\N{EN DASH}{others[-1]}" if others else first
        texts.append(f"{days} {show(amount)}" if amount else "")
    return ", ".join(filter(None, texts)) or show(0)


def show(minutes: int) -> str:
    """Write 90 as 1:30, or as 1.5 with the decimal separator of the person's language."""
    if _style.get()() == DECIMAL:
        return duration.show_decimal(minutes, sign=get_format("DECIMAL_SEPARATOR"))
    return duration.show(minutes)


def spoken(minutes: int) -> str:
    """Write 90 as 1 hour 30 minutes, for screen readers."""
    hours, rest = divmod(abs(minutes), 60)
    words = []
    if hours:
        words.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if rest:
        words.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    text = " ".join(words) or _("no time")
    return _("minus %(time)s") % {"time": text} if minutes < 0 else text


def percentage(percent: float | None, decimals: int = 0) -> str:
    """Write percent as 92%, or as its language writes it; a dash if it is not known."""
    if percent is None:
        return "–"
    number = number_format(round(percent, decimals), decimals, use_l10n=True)
    return _("%(number)s%%") % {"number": number}


def short_day(day: date, parts: str = "") -> str:
    """Write a day as 24 Nov, or as Nov 24 where the month comes first.

    `parts` can name `weekday` and `year`: Tue 24 Nov 2026, or Tue, Nov 24, 2026.
    """
    order = str(get_format("MONTH_DAY_FORMAT")).replace("F", "M")
    comma = "," if order.startswith("M") else ""
    before = f"D{comma} " if "weekday" in parts else ""
    after = f"{comma} Y" if "year" in parts else ""
    return capfirst(date_format(day, f"{before}{order}{after}"))


def short_span(start: date, end: date, parts: str = "") -> str:
    """Write days as 16 – 22 Nov or 30 Nov – 6 Dec, or as Nov 16 – 22 where the month comes first.

    `parts` can name the `year`, which is then that of the last day.
    """
    if start.month != end.month:
        return f"{short_day(start)} – {short_day(end, parts)}"
    order = str(get_format("MONTH_DAY_FORMAT"))
    day = order.replace("F", "").strip()
    if order.startswith("F"):
        year = date_format(end, ", Y") if "year" in parts else ""
        return f"{short_day(start)} – {date_format(end, day)}{year}"
    return f"{date_format(start, day)} – {short_day(end, parts)}"


def day_with_weekday(day: date) -> str:
    """Write a day as Tuesday, 24 November, or as Tuesday, November 24."""
    return f"{capfirst(date_format(day, 'l'))}, {date_format(day, 'MONTH_DAY_FORMAT')}"
