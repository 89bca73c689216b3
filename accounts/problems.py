"""Problems in sentences for people: what happened, what was not done, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.asana.errors import (
    AppRefused,
    AsanaError,
    Busy,
    Forbidden,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unreachable,
    may_have_taken_place,
)

ProblemLink = Literal["", "retry", "home", "sign_in", "connect"]


@dataclass(frozen=True)
class Problem:
    """A problem as its page or its message shows it."""

    # The HTTP status of our response.
    status: int
    heading: str
    # Complete without the heading, and short enough for a cell.
    sentence: str
    # The link that the page offers.
    action: ProblemLink = ""
    # Seconds, for the Retry-After header.
    retry_after: int | None = None


def problem_for(
    error: AsanaError, *, undone: str | None = None, then: str | None = None
) -> Problem:
    """Return the problem for an error of Asana.

    `undone` says what was not done, by default about saving; `then` what to do, where that helps.
    """
    undone = _unsaved(error) if undone is None else undone
    words = {"words": quoted(error.message), "undone": undone}

    def sentence(first: str, otherwise: str = "") -> str:
        advice = (otherwise or _("Try again.")) if then is None else then
        return " ".join(filter(None, (first, undone, advice)))

    match error:
        case Unreachable():
            whole = sentence(_("Asana isn’t responding."))
            problem = Problem(503, _("Asana didn’t respond"), whole, "retry")
        case Busy():
            whole = sentence(_("We’re still reading your other pages from Asana."))
            problem = Problem(503, _("Still reading"), whole, "retry", error.retry_after)
        case RateLimited(retry_after=seconds):
            wait = 60 if seconds is None else seconds
            whole = sentence(_("Asana is limiting our requests."), _try_again_in(wait))
            problem = Problem(429, _("Too many requests to Asana"), whole, "retry", wait)
        case Unavailable():
            whole = sentence(_("Asana isn’t working right now: “%(words)s”.") % words)
            problem = Problem(502, _("Asana isn’t working right now"), whole, "retry")
        case Unauthorized():
            return needs_reconnecting(error.message, undone=undone)
        case AppRefused():
            first = _("Asana rejected this timesheet’s app: “%(words)s”.") % words
            whole = sentence(first, _("Tell your admin."))
            problem = Problem(503, _("Asana rejected this app"), whole, "retry")
        case Refused():
            return _refused(error, words)
        case _:
            whole = sentence(_("Asana sent an unexpected response."))
            problem = Problem(502, _("Unexpected response from Asana"), whole, "retry")
    return problem


def _try_again_in(wait: int) -> str:
    return ngettext("Try again in %(wait)d second.", "Try again in %(wait)d seconds.", wait) % {
        "wait": wait
    }


def short_reason(error: AsanaError) -> str:
    """Return Asana's message, or that there was no response: a phrase, not a sentence."""
    return _("Asana didn’t respond") if isinstance(error, Unreachable) else error.message


def quoted(words: str) -> str:
    """Return Asana's message without its final dot, for a quotation within a sentence."""
    return words.rstrip(". ") or _("no reason given")


def _unsaved(error: AsanaError) -> str:
    if may_have_taken_place(error):
        return _("It may have been saved anyway, so check before you try again.")
    return _("Nothing was saved.")


def _refused(error: Refused, words: dict[str, str]) -> Problem:
    match error:
        case PaymentRequired():
            heading = _("Not in this Asana plan")
            sentence = _(
                "Your Asana plan doesn’t include this: “%(words)s”. %(undone)s Ask your Asana "
                "admin."
            )
            return Problem(402, heading, sentence % words, "home")
        case Forbidden():
            heading = _("Not allowed in Asana")
            sentence = _(
                "Asana doesn’t let you do this: “%(words)s”. %(undone)s Ask the owner for access."
            )
            return Problem(403, heading, sentence % words, "home")
        case NotFound():
            heading = _("Not found in Asana")
            sentence = _(
                "Asana can’t find this: “%(words)s”. %(undone)s It may have been deleted. "
                "Reload the page."
            )
            return Problem(404, heading, sentence % words, "home")
    sentence = _("Asana rejected this: “%(words)s”. %(undone)s Change it and try again.")
    # Not 422, which we use for our own forms.
    return Problem(400, _("Asana rejected this"), sentence % words, "home")


# Signing in and connecting


def signed_out() -> Problem:
    """Return the problem of a page whose person has signed out since."""
    sentence = _(
        "You’re signed out. What you typed is still on this page, not saved yet. Sign in again "
        "in a new tab, then come back here to save it."
    )
    return Problem(401, _("You’re signed out"), sentence, "sign_in")


def signed_in_as_other(now: str) -> Problem:
    """Return the problem of a page that belongs to another person than the one signed in now.

    `now` is the name of the person who is signed in.
    """
    sentence = _(
        "You’re now signed in as %(name)s, and this page belongs to someone else. What you "
        "typed is still on this page, not saved. To save it, sign in again in a new tab as the "
        "person whose page this is."
    ) % {"name": now}
    return Problem(409, _("This page belongs to someone else"), sentence, "sign_in")


def form_sent_signed_out() -> Problem:
    """Return the problem of a form that was sent without scripts by a person who is signed out."""
    sentence = _(
        "You’re signed out, so this wasn’t saved. Sign in again in a new tab, then go back to "
        "this page and send it again."
    )
    return Problem(401, _("You’re signed out"), sentence, "sign_in")


def not_connected() -> Problem:
    """Return the problem of a person without an Asana connection."""
    sentence = _("You’re not connected to Asana. Connect your Asana account to continue.")
    return Problem(401, _("Not connected to Asana"), sentence, "connect")


def needs_reconnecting(words: str, *, undone: str = "") -> Problem:
    """Return the problem of a connection that Asana no longer accepts.

    `words` are Asana's message; `undone` is the sentence about what was not done.
    """
    sentence = _(
        "Asana has signed you out: “%(words)s”. %(undone)s Reconnect. If that doesn’t work, "
        "your Asana admin may have blocked this app."
    ) % {"words": quoted(words), "undone": undone or _("Nothing was saved.")}
    return Problem(401, _("Reconnect to Asana"), sentence, "connect")


def connection_revoked(words: str) -> Problem:
    """Return the problem of a connection that an admin revoked; `words` say who did."""
    sentence = _("%(words)s. Reconnect and we’ll save what’s waiting.") % {"words": quoted(words)}
    return Problem(401, _("Your connection was revoked"), sentence, "connect")


# Managers and admins


def not_a_manager() -> Problem:
    """Return the problem of a page for managers only."""
    sentence = _(
        "Only managers in this workspace can open this page. If you should be a manager, "
        "ask a workspace admin."
    )
    return Problem(403, _("This page is for managers"), sentence, "home")


def not_your_person() -> Problem:
    """Return the problem of a page about a person who has another manager."""
    sentence = _("You don’t manage this person. If you should, ask a workspace admin.")
    return Problem(403, _("Not on your team"), sentence, "home")


def not_an_admin() -> Problem:
    """Return the problem of a page for admins of the workspace only."""
    sentence = _("Only admins of this workspace can open this page. Ask an admin for help.")
    return Problem(403, _("This page is for admins"), sentence, "home")


def reporting_ended() -> Problem:
    """Return the problem of an action during which the reporting connection ended."""
    sentence = _(
        "The shared reporting account stopped working while you had this page open. Nothing "
        "was saved. Go back and reload the page to see what Asana shows you with your own account."
    )
    return Problem(409, _("Shared reporting account ended"), sentence, "home")


def not_your_page() -> Problem:
    """Return the problem of the page of another manager's people."""
    sentence = _(
        "You can only see and change your own list of people. A workspace admin can see everyone’s."
    )
    return Problem(403, _("Another manager’s people"), sentence, "home")


def manager_not_found() -> Problem:
    """Return the problem of a gid that is no manager of the workspace."""
    sentence = _(
        "This person isn’t a manager here. Another admin may have just removed them. Go "
        "back to the list and reload it."
    )
    return Problem(404, _("Not a manager here"), sentence, "home")


def cannot_manage_themself() -> Problem:
    """Return the problem of a manager who was to become their own manager."""
    sentence = _("People can’t manage their own weeks. Choose another manager.")
    return Problem(403, _("Can’t manage own weeks"), sentence, "home")


def not_yours_to_choose() -> Problem:
    """Return the problem of people whom a manager may not add or remove themself."""
    sentence = _(
        "You can’t choose these people. Ask a workspace admin to add them or to let you choose."
    )
    return Problem(403, _("Can’t choose these people"), sentence, "home")


def person_not_found() -> Problem:
    """Return the problem of an address with a gid that is not in the workspace."""
    sentence = _("This person isn’t in the workspace. Go back to the list and reload it.")
    return Problem(404, _("Not in this workspace"), sentence, "home")


def not_in_workspace() -> Problem:
    """Return the problem of a form with a person who is not in the workspace."""
    sentence = _("This person isn’t in the workspace. Reload the page and choose again.")
    return Problem(400, _("Not in this workspace"), sentence, "home")


# This installation


def not_set_up() -> Problem:
    """Return the problem of a sign-in through Asana before an app is set up."""
    sentence = _(
        "Sign-in with Asana isn’t set up yet. An admin can finish this on the setup page. "
        "Until then, you can sign in with a personal access token."
    )
    return Problem(503, _("Not set up yet"), sentence, "sign_in")


def wrong_method() -> Problem:
    """Return the problem of an address that a form sends to, opened as a page."""
    sentence = _("You can’t open this address directly. Go back, and use the button on the page.")
    return Problem(405, _("This isn’t a page"), sentence, "home")


def workspace_not_allowed() -> Problem:
    """Return the problem of a workspace that this installation is not for."""
    sentence = _(
        "This timesheet isn’t set up for this workspace. Go to one of its workspaces, or ask "
        "an admin to add this one."
    )
    return Problem(403, _("Workspace not available"), sentence, "home")


def setup_admins_only() -> Problem:
    """Return the problem of a set-up page that only admins of allowed workspaces may use."""
    sentence = _(
        "Only admins of this timesheet’s workspaces can open this page. Ask one of them for help."
    )
    return Problem(403, _("This page is for admins"), sentence, "home")


def admins_of_every_workspace_only() -> Problem:
    """Return the problem of a change that concerns all allowed workspaces."""
    sentence = _(
        "Other workspaces sign in through the same Asana app. Only someone who is an admin of all "
        "of them can change it."
    )
    return Problem(403, _("You can’t change the Asana app"), sentence, "home")


def setup_code_needed() -> Problem:
    """Return the problem of a set-up action without the set-up code."""
    sentence = _(
        "Open the setup page and enter the code that “manage.py set_up” prints. If someone "
        "has finished setup in the meantime, you no longer need it."
    )
    return Problem(403, _("Setup code required"), sentence, "home")


def database_problem(*, typed: bool, on_page: bool) -> Problem:
    """Return the problem of a database that is down, full or read-only.

    `typed` tells whether the request was to save something; `on_page` whether the page that sent it
    stays open.
    """
    if not typed:
        sentence = _(
            "We can’t use our database right now, so we can’t show this. Anything you typed that "
            "isn’t saved yet stays in your browser. Try again in a minute. If it lasts, tell "
            "your admin."
        )
    elif on_page:
        sentence = _(
            "We can’t use our database right now, so your change may not be saved. What you typed "
            "is still on this page: keep it open, and try again in a minute. If it lasts, tell "
            "your admin."
        )
    else:
        sentence = _(
            "We can’t use our database right now, so your change may not be saved. Your browser "
            "still has what you typed: go back, and try again in a minute. If it lasts, tell "
            "your admin."
        )
    heading = _("The timesheet is unavailable")
    return Problem(503, heading, sentence, "" if typed else "retry", retry_after=30)
