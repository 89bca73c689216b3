"""Every error of Asana's has a status of its own and a sentence that is whole."""

from __future__ import annotations

import pytest

from accounts.asana.errors import (
    AsanaError,
    Forbidden,
    Malformed,
    NotFound,
    PaymentRequired,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
    Unreachable,
)
from accounts.problems import problem_for
from accounts.sign_in.messages import sign_in_failed

ERRORS = [
    (Unreachable("ConnectTimeout", sent=False), 503, "Asana isn’t responding. Nothing was saved."),
    (Unreachable("ReadTimeout", sent=True), 503, "It may have been saved anyway"),
    (Malformed("not JSON", 200), 502, "unexpected response"),
    (RateLimited("slow", retry_after=30), 429, "Nothing was saved. Try again in 30 seconds."),
    (RateLimited("slow", retry_after=None), 429, "in 60 seconds"),
    (Unavailable("Server Error (6 sad squid snuggle softly)", 500), 502, "6 sad squid"),
    (
        PaymentRequired("It is not in this plan.", 402),
        402,
        "in this plan”. Nothing was saved.",
    ),
    (Forbidden("You do not have access to this task.", 403), 403, "access to this task”."),
    (NotFound("task: Unknown object: 123", 404), 404, "task: Unknown object: 123"),
    (Refused("duration_minutes: Invalid", 400), 400, "duration_minutes: Invalid"),
    (Unauthorized("Not Authorized", 401), 401, "Not Authorized"),
    (AsanaError("odd"), 502, "unexpected response"),
]


@pytest.mark.parametrize(("error", "status", "words"), ERRORS)
def test_says_what_happened(error, status, words):
    problem = problem_for(error)
    assert problem.status == status
    assert words in problem.sentence
    assert problem.heading


@pytest.mark.parametrize(("error", "status", "words"), ERRORS)
def test_the_sentence_names_what_was_not_done(error, status, words):
    assert "It is kept here." in problem_for(error, undone="It is kept here.").sentence


@pytest.mark.parametrize(
    "kind", ["cancelled", "state_lost", "app_not_allowed", "code_refused", "unexpected"]
)
def test_a_failed_sign_in_says_what_to_do_now(kind):
    sentence = sign_in_failed(kind, "100 % odd").sentence
    assert "ign in again" in sentence or "Show this to" in sentence
