"""An option that has no effect beside the others is refused, in one sentence that says what to do.

No server answers at the address, so what is not refused ends with another sentence.
"""

from __future__ import annotations

import pytest
from locust_qdrant.cli import main
from locust_qdrant.config.file import load, load_service
from locust_qdrant.errors import UsageError

AT = ("--host", "http://127.0.0.1:9")
RUN = ("run", *AT)
OPEN = ("--arrival-rate", "5")
COMPARE = ("compare", *AT)
FILES = ("compare", "base.jsonl", "new.jsonl")
CAPACITY = ("capacity", *AT, "--slo", "p50 < 1s")
SERVICE = ("service", *AT)
APP = ("service", "--app", "no_such_module:app")
A_RATE = "[traffic]\nrate = 5\narrivals = 'poisson'\nmost_in_flight = 9\n"


def refused(capsys, command, words):
    assert main(command) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ((*RUN, "--poisson"), "traffic.arrivals needs traffic.rate (--arrival-rate); say it, or"),
        ((*RUN, "--users", "3", "--no-poisson"), "traffic.arrivals needs traffic.rate"),
        ((*RUN, "--set", "traffic.most_in_flight=5"), "traffic.most_in_flight needs traffic.rate"),
        ((*RUN, *OPEN, "--think-time", "1"), "traffic.think_time needs traffic.users (--users)"),
        ((*RUN, *OPEN, "--set", "traffic.users=5"), "the rate counts, and not users; leave it out"),
        ((*RUN, "--grpc", "--connections", "5"), "it is for REST, and this is gRPC (--grpc)"),
        ((*RUN, "--grpc", "--no-compression"), "client.compression has no effect here"),
        ((*RUN, "--grpc-channels", "5"), "it is for gRPC (--grpc), and this is REST; leave it out"),
        ((*RUN, "--grpc-option", "grpc.a=1"), "client.grpc_options has no effect here"),
        ((*RUN, "--path", "sync", "--transport", "aiohttp"), "the path sync has httpx alone"),
        ((*RUN, "--http2"), "client.http2 (--http2) has an effect over TLS only: name a server"),
        ((*RUN, "--ca-cert", __file__), "client.ca_cert (--ca-cert) has an effect over TLS only"),
        (("run", "--grpc-port", "6334"), "--grpc-port is that of the server that --host names"),
        ((*RUN, "--write"), "say collection.use_existing (--use-existing), too, or leave it out"),
        ((*RUN, "--mix", "query=1", "--batch-size", "4"), "batch_size has no effect: no operation"),
        ((*RUN, "--mix", "upsert=1", "--limit", "4"), "limit has no effect: no operation"),
        ((*RUN, "--give-up-after", "5"), "no effect on one process: say --processes, too, or"),
        ((*RUN, "--set", "data.rows=5"), "data.rows says how a file is read; say data.file, too"),
        (("sweep", *AT, "--set", "traffic.users=4"), "this command brings its own load; leave it"),
        (("sweep", *AT, "--set", "checks=['a:b']"), "checks are those of `locust-qdrant run`"),
        (("sweep", *AT, "--set", "path=both"), "say --set path=async or path=sync"),
        (("sweep", *AT, "--grpc", "--keepalive", "1"), "client.keepalive has no effect here"),
        ((*CAPACITY, "--set", "path=sync"), "this command drives the asynchronous client"),
        (
            (*CAPACITY, "--begin", "9", "--most", "8"),
            "--begin 9 is above --most 8: begin lower, or",
        ),
        ((*COMPARE, "--path", "async"), "--path is for two recorded runs: name their files, or"),
        ((*COMPARE, "--tolerance", "10"), "--tolerance is for two recorded runs: name their files"),
        ((*COMPARE, "--grpc"), "client.grpc has no effect here: the variants say which protocol"),
        ((*COMPARE, "--collection", "a"), "each variant has a collection of its own; leave it out"),
        ((*COMPARE, "--set", "path=sync"), "the variants say which client; leave it out"),
        ((*COMPARE, "--variants", "async-rest,async-rest:http2=on"), "has an effect over TLS only"),
        ((*FILES, "--users", "20"), "--users has no effect on two recorded runs: leave it out"),
        ((*FILES, "--turn-seconds", "4"), "--turn-seconds has no effect on two recorded runs"),
        ((*FILES, *AT), "--host has no effect on two recorded runs"),
        ((*SERVICE, "--rounds", "3"), "--rounds are turns of --side-by-side: say it, too, or"),
        ((*SERVICE, "--patience", "9"), "--patience is for a service that --app starts: leave it"),
        ((*SERVICE, "--app-dir", "."), "--app-dir is for a service that --app starts"),
        (
            (*SERVICE, "--qdrant-grpc-port", "6334"),
            "--qdrant-grpc-port is for a service that --app",
        ),
        ((*SERVICE, "--max-hold", "100"), "--max-hold needs a probe: put LoopProbe around the"),
        ((*SERVICE, "--poisson"), "traffic.arrivals needs traffic.rate (--arrival-rate)"),
        ((*SERVICE, "--set", "traffic.give_up=1"), "for a service say client.timeout (--timeout)"),
        ((*SERVICE, "--set", "client.grpc=true"), "of [client] a service has only timeout"),
        ((*SERVICE, "--set", "path=sync"), "path is for Qdrant's client, and has no effect here"),
        ((*SERVICE, *OPEN, "--set", "traffic.users=5"), "the rate counts, and not users"),
        ((*APP, "--qdrant-grpc-port", "6334"), "--qdrant-grpc-port is that of --qdrant-host"),
        (("diagnose", *AT, "upload", "--embedding-model", "a/b"), "is for the problem inference"),
        (("cleanup", "0" * 16, *AT, "--grpc-port", "1"), "no effect over REST: say --grpc, too"),
        (("serve", "--port", "7", "--grpc-port", "7"), "both 7: give each of them one of its own"),
    ],
)
def test_what_has_no_effect_is_refused(capsys, command, words):
    refused(capsys, command, words)


def test_a_file_serves_both_models_and_both_protocols_and_an_option_does_not(capsys, tmp_path):
    file = tmp_path / "workload.toml"
    file.write_text(f"{A_RATE}[client]\ngrpc_channels = 2\nconnections = 5\n", "utf-8")
    assert load(file).load.poisson
    assert not load(file, {"traffic.users": 3}).load.open
    at = (*RUN, "--workload", str(file), "--users", "3")
    refused(capsys, at, "Cannot reach a Qdrant server")
    refused(capsys, (*at, "--poisson"), "traffic.arrivals has no effect here: the users count, and")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[traffic]\nusers = 5\narrivals = 'poisson'", "w.toml, line 3: traffic.arrivals needs"),
        ("[traffic]\nrate = 5\nthink_time = 1", "w.toml, line 3: traffic.think_time needs traffic"),
        ("[data]\ncolumn = 'a'", "w.toml, line 2: data.column says how a file is read; say data.f"),
        (
            "[data]\nfile = 'w.npy'\ncolumn = 'a'",
            "w.toml, line 3: data.column has no effect: a file of kind .npy has no columns; leave",
        ),
        (
            "[collection]\nmulti = 2\n[collection.vectors.a]\ndim = 8",
            "w.toml, line 2: collection.multi has no effect here: each of collection.vectors has",
        ),
        (
            "[collection]\ndim = 8\n[collection.vectors.a]\ndim = 8",
            "w.toml, line 2: collection.dim has no effect here",
        ),
    ],
)
def test_what_has_no_effect_in_a_file_is_refused_with_its_line(tmp_path, text, words):
    file = tmp_path / "w.toml"
    file.write_text(text, "utf-8")
    (tmp_path / "w.npy").touch()
    with pytest.raises(UsageError) as error:
        load(file)
    assert words in str(error.value)


def test_a_size_that_one_of_the_vectors_takes_is_no_mistake(tmp_path):
    file = tmp_path / "w.toml"
    file.write_text("[collection]\ndim = 8\nvectors = { a = { dim = 4 }, b = {} }", "utf-8")
    assert load(file).collection.vectors["b"].dim == 8


def test_a_document_is_not_read_beside_endpoints(capsys, tmp_path):
    file = tmp_path / "service.toml"
    file.write_text("[[endpoints]]\npath = '/a'", "utf-8")
    assert load_service(file, {}).endpoints
    at = (*SERVICE, "--workload", str(file), "--openapi", "/openapi.json")
    refused(capsys, at, "--openapi has no effect beside [[endpoints]]: leave one of the two out")
