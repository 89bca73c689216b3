"""How amounts of money are written for the person of the current request."""

from __future__ import annotations

from django.utils.formats import number_format

# From this amount on, cents are left out.
WHOLE_FROM = 1000


def show_money(amount: float, currency: str) -> str:
    """Write an amount with its ISO 4217 code, as EUR 29,650 or EUR 12.50."""
    decimals = 0 if abs(amount) >= WHOLE_FROM or amount == round(amount) else 2
    number = number_format(round(amount, decimals), decimals, use_l10n=True, force_grouping=True)
    return f"{currency}\u00a0{number}".strip()
