"""Whole runs over wires as they are: what is slow is named, and with the remedy it is gone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from json_schemas import validated
from secure_relay import OPENSSL, make_certificate, secure_relay
from wire import PATTERNS, wire


@pytest.fixture
def checked(run, tmp_path):
    """Run queries with these options, and return the exit code, the checks and the output."""

    def measure(url: str, *options: str, dim: int = 64):
        report = tmp_path / "report.json"
        common = ("--mix", "query=1", "--points", "200", "--dim", str(dim), "--think-time", "5ms")
        done = run(
            "-m", "locust_qdrant", "run", "--allow-invalid",
            "--host", url, *common, "--warm-up", "0",
            "--users", "2", "--duration", "1", *options, "--json", str(report),
        )  # fmt: skip
        assert report.exists(), done.stdout + done.stderr
        (path,) = json.loads(report.read_text())["paths"]
        found = {each["name"]: each for each in path["checks"] if each["verdict"] != "passed"}
        return found, path, done.stdout

    return measure


def test_compressed_answers_are_held_back_and_others_are_not(checked, engine):
    port = int(engine.url.rpartition(":")[2])
    # A payload of 400 characters is made up for no point: many hits make the answer long.
    many = ("--limit", "50")
    with wire(port, two_writes=True) as relayed:
        url = f"http://127.0.0.1:{relayed}"
        held, path, text = checked(url, *many)
        quick, quicker_path, _ = checked(url, *many, "--no-compression")
    assert held["answers held back"]["verdict"] == "warning"
    assert "answers held back" in text
    assert not {"answers held back", "pool whole", "timeout kept", "connections"} & set(quick)
    (every, *_), (quick_every, *_) = (each["breakdown"]["bands"] for each in (path, quicker_path))
    assert every["parts"]["head to body"] > 0.030
    assert quick_every["parts"]["head to body"] < 0.010
    # What goes beside the traffic takes the fast way whatever the traffic does.
    assert path["recall"]["queries"] >= 1


def test_experiments_name_what_is_slow_as_a_run_does(run, engine, tmp_path):
    port = int(engine.url.rpartition(":")[2])
    file = tmp_path / "found.json"
    with wire(port, two_writes=True) as relayed:
        options = ("--host", f"http://127.0.0.1:{relayed}", "--mix", "query=1", "--set", "limit=50")
        options += ("--points", "200", "--dim", "64", "--allow-invalid", "--json", str(file))
        variants = "async-rest,async-rest:compression=off"
        compare = ("--variants", variants, "--users", "2", "--rounds", "1", "--turn-seconds", "2")
        compared = run("-m", "locust_qdrant", "compare", *options, *compare)
        (said,) = validated(json.loads(file.read_text()))["explanations"]
        swept = run(
            "-m", "locust_qdrant", "sweep", *options, "--steps", "1,2", "--step-seconds", "2"
        )  # fmt: skip
        (of_steps,) = validated(json.loads(file.read_text()))["explanations"]
    assert said.startswith("async-rest, in 1 of 1 rounds: answers held back: ")
    assert of_steps.startswith("At 1, 2 users, figures of 2: answers held back: ")
    for done, sentence in ((compared, said), (swept, of_steps)):
        assert done.returncode == 0, done.stderr
        assert "remedy: `AsyncQdrantClient(..., metadata={'accept-encoding'" in sentence
        assert sentence[:60] in done.stdout


@pytest.mark.slow
def test_explain_lets_the_best_known_settings_stand_beside_those_measured(run, engine, tmp_path):
    port = int(engine.url.rpartition(":")[2])
    file = tmp_path / "explained.json"
    with wire(port, two_writes=True) as relayed:
        done = run(
            "-m", "locust_qdrant", "run", "--host", f"http://127.0.0.1:{relayed}", "--explain",
            "--grpc-port", str(engine.grpc_port), "--mix", "query=1", "--limit", "50",
            "--points", "200", "--dim", "64", "--users", "1", "--duration", "1",
            "--warm-up", "0", "--allow-invalid", "--json", str(file),
        )  # fmt: skip
    (note,) = [each for each in json.loads(file.read_text())["notes"] if "--explain" in each]
    assert note in " ".join(done.stdout.split())
    measured, *better = note.partition("1 users; ")[2].split("; ")
    assert measured.startswith("as measured: ")
    for way, name in zip(better, ("async-rest:transport=aiohttp:comp", "async-grpc"), strict=True):
        assert way.startswith(name)
        ratio = float(re.search(r"throughput ([\d.]+) \(", way)[1])
        assert ratio > 3


def test_explain_is_about_the_asynchronous_client(run):
    done = run("-m", "locust_qdrant", "run", "--explain", "--path", "sync")
    assert done.returncode == 2
    assert done.stderr.startswith("locust-qdrant: --explain is about the asynchronous client")


def test_an_answer_in_drops_takes_longer_than_the_timeout_and_is_named(checked, engine):
    port = int(engine.url.rpartition(":")[2])
    # Not compressed: how many drops an answer has must not hang on how well it compresses.
    with wire(port, drip=200, drip_seconds=0.3) as relayed:
        options = ("--limit", "20", "--timeout", "1", "--points", "20", "--users", "1")
        options += ("--no-compression",)
        found, _, _ = checked(f"http://127.0.0.1:{relayed}", *options)
    assert found["timeout kept"]["verdict"] == "warning"
    assert "errors" not in found


def test_a_pool_that_lost_a_place_fails_the_run(engine, run, tmp_path):
    report = tmp_path / "lost.json"
    done = run(
        str(Path(__file__).with_name("instrumented.py")), "loses_a_place",
        "run", "--host", engine.url, "--mix", "query=1", "--points", "50", "--users", "1",
        "--connections", "2", "--duration", "1", "--warm-up", "0", "--json", str(report),
    )  # fmt: skip
    (path,) = json.loads(report.read_text())["paths"]
    pool = next(each for each in path["checks"] if each["name"] == "pool whole")
    assert pool["verdict"] == "failed", done.stdout
    assert done.returncode == 1


def test_callers_that_give_up_are_counted_and_are_no_failures(checked, engine):
    port = int(engine.url.rpartition(":")[2])
    with wire(port, drip=100, drip_seconds=0.05) as relayed:
        options = ("--give-up", "100ms", "--limit", "20", "--points", "20")
        found, path, _ = checked(f"http://127.0.0.1:{relayed}", *options)
    assert "errors" not in found
    errors = next(each for each in path["checks"] if each["name"] == "errors")
    assert "given up by their caller" in errors["figure"]
    assert path["operations"][-1]["requests"] == 0


def test_an_idle_channel_that_was_forgotten_is_named(checked, engine):
    with wire(engine.grpc_port, idle=0.7) as relayed:
        options = ("--grpc", "--grpc-port", str(relayed), "--timeout", "1", "--users", "1")
        found, _, _ = checked(engine.url, *options, "--think-time", "1.2", "--duration", "6")
    assert "idle channel" in found
    assert "grpc.keepalive_time_ms" in found["idle channel"]["evidence"][1]


@pytest.mark.skipif(OPENSSL is None, reason="a certificate is made with openssl")
def test_http2_over_tls_is_held_back_and_http1_is_not(checked, engine, tmp_path):
    certificate, page = str(make_certificate(tmp_path)), tmp_path / "report.html"
    with secure_relay(int(engine.url.rpartition(":")[2]), tmp_path) as url:
        trusted = ("--ca-cert", certificate, "--html", str(page))
        framed, path, text = checked(url, *trusted, "--http2", "--duration", "2")
        html = page.read_text("utf-8")
        plain, _, _ = checked(url, *trusted)
    assert framed["HTTP/2 held back"]["verdict"] == "warning"
    # Nothing else is to blame, and what goes beside the traffic speaks HTTP/1.1.
    assert set(framed) & PATTERNS == {"HTTP/2 held back"}
    assert not set(plain) & PATTERNS
    assert ", REST, HTTP/2, " in text
    assert "HTTP/2 held back: remedy: leave out http2=True" in " ".join(text.split())
    for part in (", REST, HTTP/2, ", "HTTP/2 held back", "leave out http2=True"):
        assert part in html
    parts = path["breakdown"]["bands"][0]["parts"]
    assert parts["head to body"] + parts["first byte, beyond the server's time"] > 0.030
    assert path["recall"]["queries"] >= 1


def test_connections_that_the_server_closes_are_told_from_those_that_expire(checked, engine):
    port = int(engine.url.rpartition(":")[2])
    # As 5 s and pauses of just under 5 s are, when a request crosses with the server's word.
    with wire(port, closes=1.5) as relayed:
        url = f"http://127.0.0.1:{relayed}"
        crossed, path, text = checked(
            url, "--users", "10", "--think-time", "1.6s", "--duration", "4"
        )
        mended, _, _ = checked(
            url, "--users", "4", "--think-time", "1.6s", "--duration", "4",
            "--keepalive-expiry", "1s",
        )  # fmt: skip
    said = " ".join(text.split())
    assert crossed["errors"]["verdict"] == "failed"
    assert "the server closed an idle connection just when it was used again" in said
    # What fills, reads back and probes beside the traffic is not hit by it.
    assert path["ledger"]["points"] == 200
    assert path["recall"]["queries"] >= 1
    assert not {"errors", "recall@10", *PATTERNS} & set(mended)


def test_idle_connections_that_expire_are_named(checked, engine):
    options = ("--users", "20", "--think-time", "150ms", "--keepalive-expiry", "50ms")
    found, _, _ = checked(engine.url, *options, "--duration", "2")
    assert (
        "connections were idle for too long between two requests, and expired"
        in (found["connections"]["evidence"][0])
    )


def test_a_quiet_run_names_nothing(checked, engine):
    found, path, _ = checked(engine.url, "--grpc", "--grpc-port", str(engine.grpc_port))
    patterns = {"answers held back", "pool whole", "timeout kept", "idle channel", "connections"}
    assert not patterns & set(found)
    assert path["breakdown"]["bands"]
