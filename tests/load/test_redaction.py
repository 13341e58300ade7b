"""Addresses are shown without what is secret in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locust_qdrant.redaction import redact_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://localhost:6333", "http://localhost:6333"),
        ("https://h/prefix", "https://h/prefix"),
        ("http://u:p@h:1/x", "http://***@h:1/x"),
        ("http://token@h", "http://***@h"),
        ("http://h?api-key=s", "http://h?***"),
        ("http://h#s", "http://h?***"),
        ("u:s@h:6333", "***@h:6333"),
        ("h:6333?key=s", "h:6333?***"),
        ("http:///@h/path?key=s", "***@h/path?***"),
        ("http://[s", "***"),
    ],
)
def test_only_the_address_is_left(url, shown):
    assert redact_url(url) == shown


@given(
    st.from_regex(r"[a-z]{0,5}", fullmatch=True),
    st.from_regex(r"[a-z@:/]{0,4}", fullmatch=True),
)
def test_a_password_is_never_shown(user, host):
    assert "S3CRET" not in redact_url(f"http://{user}:S3CRET@{host}host:6333/path")
    assert "S3CRET" not in redact_url(f"http://{host}host:6333/path?key=S3CRET")
