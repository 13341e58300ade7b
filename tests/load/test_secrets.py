"""No output shows a key, whichever way it came in and whatever fails."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil

import pytest
from faulty_proxy import Fault, FaultyProxy
from load_places import LOCUSTFILES
from locust_qdrant import redaction
from locust_qdrant.cli import build_parser, main
from locust_qdrant.client.factory import checked_key
from locust_qdrant.errors import UsageError
from locust_qdrant.metrics.provenance import command_line
from locust_qdrant.redaction import guarded_outputs, keep_secret, redact, redact_text, secrets_in

#: JSON, HTML and addresses write each of these in another way.
KEY = 's3cr3t"KEY<a1>&b2'
PLAIN = re.compile("s3cr3t|b2c3")
TRAFFIC = ("--users", "2", "--duration", "1", "--dim", "8", "--points", "50")


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(redaction, "_known", {})


@pytest.fixture
def echoing(engine):
    """A server that repeats the key of whoever asks."""
    with FaultyProxy(engine.url) as proxy:
        yield proxy


def files_of(folder) -> str:
    return "".join(each.read_text() for each in folder.rglob("*") if each.is_file())


def test_a_run_whose_server_repeats_the_key_shows_it_nowhere(run, echoing, tmp_path):
    echoing.break_with(Fault.ECHO_HITS)
    outputs = {
        "--record": "r.jsonl",
        "--json": "r.json",
        "--html": "r.html",
        "--junit": "r.xml",
        "--markdown": "r.md",
    }
    named = [each for name, file in outputs.items() for each in (name, str(tmp_path / file))]
    done = run(
        *("-m", "locust_qdrant", "run", "--allow-invalid", *TRAFFIC, "--host", echoing.url, *named),
        QDRANT_API_KEY=KEY,
    )
    assert done.returncode == 1, done.stderr
    assert "Forbidden for ***" in done.stdout
    written = files_of(tmp_path)
    assert written.count("Forbidden for ***") >= len(outputs)
    assert not PLAIN.search(done.stdout + done.stderr + written)
    assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "failed"


@pytest.mark.parametrize(
    "command",
    [
        ("compare",),
        ("sweep",),
        ("capacity", "--slo", "query.p50 < 1s"),
        ("diagnose",),
    ],
    ids=lambda command: command[0],
)
def test_a_command_that_is_refused_does_not_show_the_key(run, echoing, command):
    echoing.break_with(Fault.ECHO)
    done = run("-m", "locust_qdrant", *command, "--host", echoing.url, QDRANT_API_KEY=KEY)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "***" in done.stderr
    assert not PLAIN.search(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--qdrant-api-key", KEY),
        (f"--qdrant-api-key={KEY}",),
        ("--users", KEY),
        (KEY,),
    ],
)
def test_an_option_that_is_wrong_does_not_show_the_key(arguments, capsys, monkeypatch):
    monkeypatch.setenv("QDRANT_API_KEY", KEY)
    assert main(["run", *arguments]) == 2
    said = capsys.readouterr()
    assert "***" in said.err
    assert not PLAIN.search(said.out + said.err)


def test_locust_shows_it_neither_in_its_tables_nor_in_its_files(locust, echoing, tmp_path):
    echoing.break_with(Fault.ECHO)
    file = str(LOCUSTFILES / "shows_errors.py")
    options = ("-u", "2", "-t", "2s", "--csv", str(tmp_path / "c"), "--html", str(tmp_path / "r"))
    done = locust(file, "--host", echoing.url, *options, "--qdrant-api-key", KEY)
    written = files_of(tmp_path)
    assert "Forbidden for ***" in written
    assert "KeyError" in written  # of a task that names the key itself
    assert not PLAIN.search(done.stdout + done.stderr + written)


@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}\r\n", KEY])
def test_the_end_of_a_line_is_no_part_of_a_key(key):
    assert checked_key(key) == KEY


@pytest.mark.parametrize(("key", "place"), [("schlüssel-s3cr3t", 5), ("s3cr3t\nb2c3", 7)])
def test_a_key_that_no_header_carries_is_refused_and_not_shown(key, place):
    with pytest.raises(UsageError, match=f"cannot carry character {place} of {len(key)}") as said:
        checked_key(key)
    assert not PLAIN.search(str(said.value))


def test_a_secret_is_known_in_every_form():
    keep_secret(KEY, "")
    for form in (
        KEY,
        json.dumps({"error": KEY}),
        "s3cr3t&quot;KEY&lt;a1&gt;&amp;b2",
        "s3cr3t&#34;KEY&lt;a1&gt;&amp;b2",
        's3cr3t"KEY&lt;a1&gt;&amp;b2',
        "a s3cr3t%22KEY%3Ca1%3E%26b2",
    ):
        assert not PLAIN.search(redact(form))
    assert redact("nothing to hide") == "nothing to hide"


def test_a_command_line_does_not_show_a_key_that_a_shell_writes_in_another_way():
    keep_secret("it's s3cr3t")
    said = command_line(["run", "--header", "x-token: it's s3cr3t"])
    assert said == "locust-qdrant run --header 'x-token: ***'"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--header", "x-token: s3cr3t-1", "--header", "x-token: another"],
        ["--header", "x-token: s3cr3t-1", "--set", 'client.headers={x-token="s3cr3t-2"}'],
        ["--set", "client.headers.x-token=s3cr3t-1", "--set", "client.headers.x-token=another"],
    ],
)
def test_a_header_that_another_one_replaces_is_not_shown_either(arguments):
    build_parser().parse_args(["run", *arguments])
    assert not PLAIN.search(command_line(["run", *arguments]))


def test_a_header_that_is_no_secret_is_shown():
    build_parser().parse_args(["run", "--header", "x-tenant: seven"])
    assert redact("seven") == "seven"


def test_a_short_secret_is_taken_out_only_where_it_stands_alone():
    keep_secret("test")
    assert redact("test, the latest test-key") == "***, the latest ***-key"


def test_what_looks_like_a_secret_is_none_to_show_either():
    said = "http://u:p@h/x?k=v refused Bearer abc.def"
    assert redact_text(said) == "http://***@h/x?*** refused Bearer ***"


def test_a_token_in_the_path_of_an_address_is_not_shown(capsys):
    token = "s3cr3tKEYa1b2c3d4e5"
    assert main(["run", "--host", f"http://127.0.0.1:9/gateway/{token}"]) == 2
    said = capsys.readouterr().err
    assert "http://127.0.0.1:9/gateway/***" in said
    assert not PLAIN.search(said)


def test_a_word_is_no_bearer_token():
    for said in ("an Authorization bearer token", "no bearer token, or a wrong one", "bearer."):
        assert redact_text(said) == said
    assert redact_text(f"bearer {'a' * 20}") == "bearer ***"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["run", "--api-key", "k"], ["k"]),
        (["--qdrant-api-key=k"], ["k"]),
        (["--api-k", "k"], ["k"]),
        (["--token"], []),
        (["--keepalive", "5"], []),
        (["--openapi", "/free"], []),
        (["--apikey", "k", "--my_api", "a"], ["k", "a"]),
        (["--probe-token", "t", "--password=p"], ["t", "p"]),
    ],
)
def test_secrets_are_found_on_a_command_line(arguments, found):
    assert secrets_in(arguments) == found


def test_logs_and_tracebacks_are_redacted(monkeypatch):
    keep_secret(KEY)
    stream = io.StringIO()
    logger = logging.getLogger("secrets")
    logger.addHandler(logging.StreamHandler(stream))
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with guarded_outputs():
        logger.warning("the key %s, and %d more", KEY, 3)
        try:
            {}[KEY]
        except KeyError:
            logger.exception("failed")
    said = stream.getvalue()
    assert "the key ***, and 3 more" in said
    assert "Traceback" in said
    assert not PLAIN.search(said)


@pytest.mark.parametrize(
    ("command", "code"),
    [(("cleanup", "0123456789abcdef"), 2), (("report", "no/such/file.jsonl"), 2)],
    ids=lambda command: command[0] if isinstance(command, tuple) else "",
)
def test_what_goes_before_and_after_a_run_does_not_show_the_key(run, echoing, command, code):
    echoing.break_with(Fault.ECHO)
    at = () if command[0] == "report" else ("--host", echoing.url)
    done = run("-m", "locust_qdrant", *command, *at, QDRANT_API_KEY=KEY)
    assert done.returncode == code, done.stdout + done.stderr
    assert not PLAIN.search(done.stdout + done.stderr)


APP = """
import os, sys
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

KEY = os.environ["QDRANT_API_KEY"]
print("starting with", KEY, file=sys.stderr, flush=True)

async def search(_):
    raise RuntimeError(f"refused {KEY}")

async def look(_):
    return PlainTextResponse(f"wrong key {KEY}", status_code=403)

app = Starlette(routes=[Route("/search", search), Route("/look", look)])
"""


def test_a_service_that_prints_the_key_prints_it_nowhere(run, engine, tmp_path):
    (tmp_path / "leaky.py").write_text(APP)
    (tmp_path / "load.toml").write_text(
        "[[endpoints]]\npath = '/search'\n[[endpoints]]\npath = '/look'\n"
    )
    named = [f"--{kind}={tmp_path / f'r.{kind}'}" for kind in ("json", "html", "junit", "markdown")]
    done = run(
        "-m", "locust_qdrant", "service", "--allow-invalid", "--app", "leaky:app",
        "--app-dir", str(tmp_path), "--workload", str(tmp_path / "load.toml"), "--users", "2",
        "--duration", "1", "--qdrant-host", engine.url, "--record", str(tmp_path / "r.jsonl"),
        *named, QDRANT_API_KEY=KEY,
    )  # fmt: skip
    (tmp_path / "leaky.py").unlink()
    shutil.rmtree(tmp_path / "__pycache__", ignore_errors=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "***" in done.stdout + done.stderr + files_of(tmp_path)
    assert not PLAIN.search(done.stdout + done.stderr + files_of(tmp_path))


def test_a_server_does_not_show_the_key_that_it_asks_for(start):
    process = start(
        "-m", "locust_qdrant", "serve", "--port", "0", "--grpc-port", "0", QDRANT_API_KEY=KEY
    )
    said = process.stdout.readline()
    process.terminate()
    out, err = process.communicate(timeout=30)
    assert "is up" in said
    assert process.returncode == 0
    assert not PLAIN.search(said + out + err)
