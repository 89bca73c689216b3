"""What the results of the app check mean, in sentences for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.setup.app_check import AppCheck, Finding

_EXPLANATIONS = {
    Finding.RIGHT: (
        _("Asana accepts this app"),
        _(
            "Asana knows the client id, has the redirect address for it, and accepts the client "
            "secret."
        ),
    ),
    Finding.UNREACHABLE: (
        _("Asana did not answer"),
        _(
            "No answer came from %(asana)s (%(words)s), so nothing is known about the client id "
            "and the secret. See that this machine may reach that address, through its firewall "
            "and proxy, then check again."
        ),
    ),
    Finding.TROUBLE: (
        _("Asana has trouble"),
        _(
            "Asana answered “%(words)s”, so nothing is known about the client id and the secret. "
            "Check again in a few minutes."
        ),
    ),
    Finding.WRONG_ID: (
        _("The client id is wrong"),
        _(
            "Asana knows no app with this client id. Copy it once more from the developer console; "
            "the secret was not looked at."
        ),
    ),
    Finding.WRONG_REDIRECT: (
        _("The redirect address is not registered"),
        _(
            "Asana knows the client id, but not this redirect address for it. Add the address of "
            "step 2 in the developer console, to the letter and with the slash at its end, then "
            "check again; the secret was not looked at."
        ),
    ),
    Finding.WRONG_SECRET: (
        _("The client secret is wrong"),
        _(
            "Asana knows the client id and the redirect address, but does not accept the client "
            "secret. Copy it once more from the developer console, or have a new one made there."
        ),
    ),
    Finding.WRONG_PAIR: (
        _("The client id or the secret is wrong"),
        _(
            "Asana does not accept the two together, and does not tell which of them is wrong. "
            "Copy both once more from the developer console."
        ),
    ),
    Finding.UNKNOWN: (
        _("Asana does not tell"),
        _(
            "Asana’s answers do not tell whether the client id and the secret are right. Try them: "
            "sign in with Asana in step 5. If you come back signed in, they are."
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
        by_sign_in = gettext("Somebody has signed in with this client id and secret.")
        return Explanation(str(_EXPLANATIONS[Finding.RIGHT][0]), by_sign_in)
    heading, template = _EXPLANATIONS[check.finding]
    sentence = str(template) % {"asana": settings.ASANA_URL, "words": check.words.rstrip(". ")}
    if check.finding is Finding.UNKNOWN and check.words:
        answer = gettext("Asana answered “%(words)s”.") % {"words": check.words}
        sentence = f"{answer} {sentence}"
    return Explanation(str(heading), sentence)
