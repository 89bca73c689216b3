"""Hands that count: every key and every click of theirs is real, and takes its time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

KEY_MILLISECONDS = 90


@dataclass
class Hands:
    """Types and clicks on one page. A key with Shift or Ctrl counts once."""

    page: Page
    touches: bool = False
    keys: int = 0
    clicks: int = 0
    began: float = field(default_factory=time.monotonic)

    def press(self, key: str) -> None:
        """Press one key."""
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(KEY_MILLISECONDS)
        self.keys += 1

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        for letter in text:
            self.press(letter)

    def click(self, place: Locator) -> None:
        """Click, or tap, once the place is there."""
        if self.touches:
            place.tap()
        else:
            place.click()
        self.page.wait_for_timeout(KEY_MILLISECONDS)
        self.clicks += 1

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self.began
