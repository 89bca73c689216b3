"""Files that somebody sends are held in memory, up to the size of a form, and stored nowhere."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory


@pytest.mark.parametrize(("size", "is_read"), [(10, True), (3_000_000, False)])
def test_a_file_is_stored_nowhere(size, is_read):
    file = SimpleUploadedFile("large.bin", b"x" * size)
    request = RequestFactory().post("/sign-in/token/", {"token": "given", "file": file})
    assert request.POST["token"] == "given"
    files = list(request.FILES.values())
    assert [type(each) for each in files] == [InMemoryUploadedFile] * is_read
