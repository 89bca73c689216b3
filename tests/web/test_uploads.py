"""Files that somebody sends, which nothing takes."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_file_is_stored_nowhere(size):
    file = SimpleUploadedFile("large.bin", b"x" * size)
    request = RequestFactory().post("/sign-in/token/", {"token": "given", "file": file})
    assert request.POST["token"] == "given"
    assert not request.FILES
