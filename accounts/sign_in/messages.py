"""Why a sign-in failed, in sentences for people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.problems import Problem, quoted

SignInKind = Literal["cancelled", "state_lost", "app_not_allowed", "code_refused", "unexpected"]

_SIGN_IN = {
    "cancelled": (
        403,
        gettext_lazy("You did not allow it"),
        gettext_lazy(
            "You did not allow this timesheet to use your Asana account. Nothing was connected. "
            "If that was a mistake, sign in again."
        ),
    ),
    "state_lost": (
        400,
        gettext_lazy("This sign-in was interrupted"),
        gettext_lazy(
            "This sign-in was begun in another browser, or too long ago. Nothing was connected. "
            "Sign in again; your browser must accept cookies."
        ),
    ),
    "app_not_allowed": (
        403,
        gettext_lazy("Asana does not let this app in"),
        gettext_lazy(
            "Asana does not let this app in and said: “%(words)s”. Nothing was connected. Show "
            "this to your Asana admin, or to whoever runs this timesheet."
        ),
    ),
    "code_refused": (
        403,
        gettext_lazy("Asana did not accept the sign-in"),
        gettext_lazy(
            "Asana did not accept the sign-in and said: “%(words)s”. Nothing was connected. Sign "
            "in again."
        ),
    ),
    "unexpected": (
        502,
        gettext_lazy("Asana’s answer was unexpected"),
        gettext_lazy(
            "Asana answered the sign-in with: “%(words)s”. Nothing was connected. Sign in again; "
            "if that does not help, tell whoever runs this timesheet."
        ),
    ),
}


def sign_in_failed(kind: SignInKind, words: str) -> Problem:
    """Return the problem of a failed sign-in through Asana; `words` are Asana's message."""
    status, heading, sentence = _SIGN_IN[kind]
    return Problem(status, str(heading), str(sentence) % {"words": quoted(words)}, "sign_in")


def deactivated() -> Problem:
    """Return the problem of a deactivated person who tries to sign in."""
    sentence = _(
        "Your account in this timesheet was switched off. Nothing was connected. Ask an admin of "
        "this timesheet to switch it on."
    )
    return Problem(403, _("Your account is switched off"), sentence, "sign_in")


def not_a_member(workspaces: Collection[str]) -> Problem:
    """Return the problem of a person who is in none of the chosen workspaces, by their names."""
    sentence = _(
        "This timesheet is for %(names)s. Your Asana account isn’t a member there, so you weren’t "
        "signed in. Sign in with another Asana account, or ask an admin there to invite you."
    ) % {"names": ", ".join(workspaces)}
    return Problem(403, _("Not a member of this workspace"), sentence, "sign_in")


def tokens_turned_off() -> Problem:
    """Return the problem of a personal access token where these are turned off."""
    sentence = _("Personal access tokens are turned off here. Sign in with Asana instead.")
    return Problem(403, _("Sign in with Asana"), sentence, "sign_in")


def too_many_attempts(seconds: int) -> Problem:
    """Return the problem of a blocked network, which may try again in `seconds`."""
    minutes = -(-seconds // 60)
    sentence = ngettext(
        "They came from your network. Nothing was connected, and Asana was not asked. "
        "Try again in %(minutes)d minute.",
        "They came from your network. Nothing was connected, and Asana was not asked. "
        "Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}
    return Problem(429, _("Too many refused sign-ins"), sentence, "sign_in", retry_after=seconds)
