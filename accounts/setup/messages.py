"""What the results of the app check mean, in sentences for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.setup.app_check import AppCheck, Finding

_EXPLANATIONS = {
    Finding.RIGHT: (
        _("Connected to your Asana app"),
        _("The client ID, redirect URL and client secret are correct."),
    ),
    Finding.UNREACHABLE: (
        _("Asana didn’t respond"),
        _(
            "%(asana)s didn’t respond (%(words)s), so we couldn’t check the client ID and "
            "secret. Make sure this server can reach that address through its firewall and "
            "proxy, then check again."
        ),
    ),
    Finding.TROUBLE: (
        _("Asana isn’t working right now"),
        _(
            "Asana returned “%(words)s”, so we couldn’t check the client ID and secret. "
            "Check again in a few minutes."
        ),
    ),
    Finding.WRONG_ID: (
        _("Wrong client ID"),
        _(
            "Asana has no app with this client ID. Copy it again from the developer "
            "console. We haven’t checked the secret yet."
        ),
    ),
    Finding.WRONG_REDIRECT: (
        _("Redirect URL not registered"),
        _(
            "The client ID is correct, but this redirect URL isn’t registered for the app. "
            "Add the exact URL from step 2 in the developer console, including the slash at"
            " the end, then check again. We haven’t checked the secret yet."
        ),
    ),
    Finding.WRONG_SECRET: (
        _("Wrong client secret"),
        _(
            "The client ID and redirect URL are correct, but the client secret isn’t. Copy "
            "it again from the developer console, or create a new one there."
        ),
    ),
    Finding.WRONG_PAIR: (
        _("Wrong client ID or secret"),
        _("Asana doesn’t accept this combination. Copy both again from the developer console."),
    ),
    Finding.UNKNOWN: (
        _("Not verified"),
        _(
            "We couldn’t tell whether the client ID and secret are correct. To find out, "
            "sign in with Asana in step 5."
        ),
    ),
}


@dataclass(frozen=True)
class Explanation:
    """The result of an app check, for the set-up page."""

    heading: str
    sentence: str


def explain(check: AppCheck) -> Explanation:
    """Return the explanation of a result."""
    if check.by_sign_in and check.finding is Finding.RIGHT:
        by_sign_in = gettext("Someone has already signed in with this client ID and secret.")
        return Explanation(str(_EXPLANATIONS[Finding.RIGHT][0]), by_sign_in)
    heading, template = _EXPLANATIONS[check.finding]
    sentence = str(template) % {"asana": settings.ASANA_URL, "words": check.words.rstrip(". ")}
    if check.finding is Finding.UNKNOWN and check.words:
        answer = gettext("Asana returned “%(words)s”.") % {"words": check.words}
        sentence = f"{answer} {sentence}"
    return Explanation(str(heading), sentence)
