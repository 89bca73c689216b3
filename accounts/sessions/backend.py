"""The person of a session, read together with it."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend

from accounts.models import User
from accounts.request_context import request_memo

SESSION_USER = "user of the session"


class SessionBackend(ModelBackend):
    """Finds the person who is signed in without asking the database again."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person with this key, unless they are deactivated; Django's hook."""
        user: User | None = request_memo().get(SESSION_USER)
        if user is None or user.pk != user_id:
            return super().get_user(user_id)
        return user if self.user_can_authenticate(user) else None
