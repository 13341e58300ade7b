"""What may be shown: no password, token or key, wherever it comes from and whatever it is in.

Secrets are known by their values. Each is registered where it comes in, and taken out at every way
out: standard output and error, the log, tracebacks, and files.
"""

from __future__ import annotations

import html
import json
import logging
import re
import shlex
import sys
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_URL = re.compile(r"""\b[a-z][a-z0-9+.-]*://[^\s"'<>]+""", re.IGNORECASE)
#: What follows the word, unless it is a word itself, as in "an Authorization bearer token".
_BEARER = re.compile(
    r"\b(bearer\s+)(?=[^\s\"',]*[^a-z\s\"',]\w|[^\s\"',]{20})[^\s\"',]+", re.IGNORECASE
)
#: Options whose value is none to show, whether there is such an option or not; `api` is a word of
#: its own, or begins one: `--openapi` names an address.
_SECRET_OPTION = re.compile(
    r"--?[\w-]*(?:(?<![^\W_])api|key|token|secret|passw|credential)[\w-]*(?:=(.*))?",
    re.IGNORECASE | re.DOTALL,
)
#: A shorter one is taken out only where it stands alone: it may be a part of many words.
_LONG_ENOUGH = 8
_SHORTEST_HEADER = 6
_HIDDEN = "***"
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z]).{16,}", re.IGNORECASE)

_known: dict[str, re.Pattern[str]] = {}


def keep_secret(*values: str | None) -> None:
    """Let none of `values` out of this process from now on; empty ones are ignored."""
    for value in values:
        for form in _forms(value or ""):
            alone = r"(?<!\w){}(?!\w)" if len(form) < _LONG_ENOUGH else "{}"
            _known.setdefault(form, re.compile(alone.format(re.escape(form))))


def secrets_in(arguments: Sequence[str]) -> list[str]:
    """Return what stands behind options of a command line that sound like a key or a token."""
    found: list[str] = []
    for number, argument in enumerate(arguments):
        match = _SECRET_OPTION.fullmatch(argument)
        if match is not None:
            rest = arguments[number + 1 : number + 2]
            found += [match[1]] if match[1] is not None else rest
    return [each for each in found if not each.startswith("--")]


def secrets_in_headers(values: Iterable[object]) -> list[str]:
    """Return those values of headers that may be secrets: a tenant's number, say, is none."""
    return [text for text in map(str, values) if len(text) >= _SHORTEST_HEADER]


def secrets_in_path(path: str) -> list[str]:
    """Return what looks like a token in the path of an address: long, of letters and digits."""
    return [each for each in path.split("/") if _TOKEN.fullmatch(each)]


def redact_url(url: str) -> str:
    """Return `url` with user information, query and fragment replaced by `***`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _HIDDEN
    _, at, host = parts._replace(query="", fragment="").geturl().rpartition("@")
    scheme = f"{parts.scheme}://" if parts.netloc and at else ""
    shown = f"{scheme}{_HIDDEN}@{host}" if at else host
    return redact(f"{shown}?{_HIDDEN}" if parts.query or parts.fragment else shown)


def redact(text: str) -> str:
    """Return `text` without any of the secrets that this process knows."""
    # The longest first: one may contain another.
    for form in sorted(_known, key=len, reverse=True):
        text = _known[form].sub(_HIDDEN, text)
    return text


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return what somebody else said without these secrets; short ones would blot out half of it.

    For what is a secret there, and an ordinary word everywhere else.
    """
    # The longest first, so that none is left half because another one is part of it.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _LONG_ENOUGH:
            text = text.replace(secret, _HIDDEN)
    return text


def redact_text(text: str) -> str:
    """Return what somebody else said without secrets, known ones and those that look like one.

    The latter are user information and queries in addresses, and bearer tokens.
    """
    text = _URL.sub(lambda url: redact_url(url[0]), redact(text))
    return _BEARER.sub(rf"\1{_HIDDEN}", text)


@contextmanager
def guarded_outputs() -> Iterator[None]:
    """Redact what this process writes to standard output and error meanwhile, and what it logs."""
    before = sys.stdout, sys.stderr
    guard_process()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def guard_process() -> None:
    """Redact what this process writes to standard output and error from now on, and its log."""
    sys.stdout, sys.stderr = _guarded(sys.stdout), _guarded(sys.stderr)
    guard_log()


def guard_log() -> None:
    """Redact what this process logs, tracebacks included, whoever handles it."""
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return

    def record(*arguments: Any, **keywords: Any) -> logging.LogRecord:  # noqa: ANN401 - passed on
        made = make(*arguments, **keywords)
        if _known:
            _redact_record(made)
        return made

    record.redacts = True  # type: ignore[attr-defined]  # a mark of ours
    logging.setLogRecordFactory(record)


def _redact_record(record: logging.LogRecord) -> None:
    message = record.getMessage()
    if (shown := redact(message)) != message:
        record.msg, record.args = shown, ()
    if record.exc_info and record.exc_info[0] is not None:
        trace = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if (shown := redact(trace)) != trace:
            # A formatter takes this for what it has made already; rich makes its own.
            record.exc_text, record.exc_info = shown, None


def _forms(value: str) -> Iterator[str]:
    """Yield a secret as it is, and as JSON, HTML, addresses and shells write it."""
    for each in {value, value.strip()}:
        if each.strip():
            yield shlex.quote(f" {each}")[2:-1]
            # Between tags quotes stay; templates have numbers for them.
            text, attribute = html.escape(each, quote=False), html.escape(each)
            numbered = text.replace('"', "&#34;").replace("'", "&#39;")
            yield from {each, json.dumps(each)[1:-1], text, attribute, numbered}
            yield quote(each, safe="")


def _guarded(stream: TextIO) -> TextIO:
    return (
        stream if isinstance(stream, _RedactedStream) else cast("TextIO", _RedactedStream(stream))
    )


class _RedactedStream:
    """A text stream that takes secrets out of what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(redact(text) if _known else text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the stream has it
        return getattr(self._stream, name)
