"""Bad input is one clear sentence and exit code 2, and nothing is left behind."""

from __future__ import annotations

import http.server
import threading
import uuid

import pytest
from load_places import free_port
from locust_qdrant.cli import main
from locust_qdrant.embedded import EmbeddedServer
from qdrant_client import QdrantClient, models

REFUSED = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--users", "0"], "must be a whole number from 1 to 100,000, not '0'"),
        (["--users", "many"], "must be a whole number from 1 to 100,000, not 'many'"),
        (["--duration", "-1"], "not '-1'"),
        (["--duration", "nan"], "must be a duration such as"),
        (["--dim", "0"], "--dim"),
        (["--points", "100000001"], "must be a whole number from 0 to 100,000,000"),
        (["--arrival-rate", "2000000"], "must be a number above 0 and up to 1,000,000"),
        (["--duration", "8d"], "must be a duration such as"),
        (["--duration", "200h"], "up to 604,800"),
        (["--batch-size", "0"], "--batch-size"),
        (["--grpc-port", "70000"], "must be a whole number from 1 to 65,535, not '70000'"),
        (["--path", "fast"], "must be one of async, sync, both, not 'fast'"),
        (["--mix", ""], "name=weight"),
        (["--mix", "upsert"], "'upsert' is not of the form name=weight"),
        (["--mix", "upsert=0"], "at least 1"),
        (["--mix", "upsert=1.5"], "'upsert=1.5'"),
        (["--mix", "upsert=1,"], "'' is not of the form"),
        (["--mix", "upsert=1,upsert=2"], "'upsert' appears twice"),
        (["--mix", "search=1"], "there is no operation 'search'; choose from upsert, query"),
        (["--host", "localhost:6333"], "write it like http://localhost:6333"),
        (["--host", "ftp://localhost"], "write it like"),
        (["--host", "http://localhost:99999"], "write it like"),
        (["--host", "http://[localhost"], "write it like"),
        (["--host", ""], "write it like"),
        (["--host", "http://user:secret@localhost:6333"], "'http://***@localhost:6333'"),
        (["--host", "http://localhost:6333?token=secret"], "QDRANT_API_KEY"),
        (["--unknown"], "unrecognized arguments: --unknown (see `locust-qdrant run --help`)"),
        (["--header", "x: sécret"], "client.headers.x cannot be sent: a header has one line of"),
        (["--header", "x: a\nsecret"], "client.headers.x cannot be sent"),
        (["--header", "é: x"], 'client.headers: "é" is no name of a header'),
        (["--set", 'client.headers={"a b"="secret"}'], '"a b" is no name of a header'),
        (["--set", 'client.headers={x=["secret"]}'], "client.headers.x must be a text.\n"),
        (["--set", "client.headers='secret'"], "client.headers must be a table.\n"),
        (["--grpc-option", "grpc.x=9999999999"], "to 2,147,483,647 or a text, not 9999999999."),
        (
            ["--set", 'client.grpc_options={"grpc.x"=true}'],
            "client.grpc_options.grpc.x must be a w",
        ),
        (["--collection", "."], "--collection: must be a text other than . and .., not '.'"),
        (["--collection", ".."], "--collection: must be a text other than . and .., not '..'"),
        (["--arrival-rate", "0"], "must be a number above 0 and up to 1,000,000, not '0'"),
        (["--arrival-rate", "nan"], "must be a number above 0"),
        (["--arrival-rate", "5", "--users", "5"], "not allowed with argument"),
        (["--arrival-rate", "5", "--path", "sync"], "path 'sync' goes with users"),
        (["--arrival-rate", "5", "--path", "both"], "path 'both' goes with users"),
        (["--processes", "0"], "'0' is no whole number from 1 to 256"),
        (["--set", "collection.dim"], "KEY=VALUE"),
        (["--set", "=5"], "KEY=VALUE"),
        (["--set", "collection.dims=5"], "collection.dims"),
        (["--set", "collection.dim=many"], "collection.dim"),
        (["--threshold", "query.p99 < soon"], "soon"),
        (["--threshold", "search.p99 < 1s"], "search"),
        (["--workload", "no-such-file.toml"], "no-such-file.toml cannot be read"),
        (["--use-existing"], "collection.name"),
    ],
)
def test_a_wrong_option_is_one_sentence(capsys, options, words):
    assert main(["run", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("locust-qdrant: ")
    assert words in said.err
    assert "secret" not in said.err


@pytest.mark.parametrize("name", ["", "no/such/folder/report.json", "folder"])
def test_a_report_that_cannot_be_written_is_refused_before_the_run(capsys, tmp_path, name):
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.rglob("*"))
    assert main(["run", "--host", REFUSED, "--json", str(tmp_path / name)]) == 2
    assert "--json" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


class TestServer:
    """What only the server, or the lack of it, can tell."""

    @pytest.fixture
    def refused(self, load_run):
        """Run; return the one sentence on standard error."""

        def run(*options: str, **environment: str) -> str:
            done = load_run(*options, **environment)
            assert done.returncode == 2, done.stdout + done.stderr
            assert done.stdout == ""
            assert done.stderr.startswith("locust-qdrant: ")
            assert done.stderr.count("\n") == 1, done.stderr
            return done.stderr

        return run

    def test_an_unknown_host(self, refused):
        said = refused("--host", "http://no-such-host.invalid:6333")
        assert "Cannot reach a Qdrant server at http://no-such-host.invalid:6333" in said

    def test_a_refused_connection(self, refused):
        said = refused("--host", f"http://127.0.0.1:{free_port()}")
        assert "Cannot reach a Qdrant server" in said
        assert "check --host, and that the server runs" in said

    def test_a_refused_grpc_connection(self, refused, engine):
        port = str(free_port())
        said = refused("--host", engine.url, "--grpc", "--grpc-port", port)
        assert f"answers REST, but gRPC at 127.0.0.1:{port} fails" in said

    @pytest.mark.parametrize("protocol", [(), ("--grpc",)])
    def test_a_wrong_key_and_no_key(self, refused, protocol):
        with EmbeddedServer(api_key="the-right-key") as server:
            at = ("--host", server.url, "--grpc-port", str(server.grpc_port), *protocol)
            wrong = refused(*at, QDRANT_API_KEY="the-wrong-key")
            assert "refuses the API key" in wrong
            assert "the-wrong-key" not in wrong
            assert "refuses a request without an API key" in refused(*at)

    def test_a_server_that_is_no_qdrant(self, refused):
        handler = http.server.SimpleHTTPRequestHandler
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            said = refused("--host", f"http://127.0.0.1:{server.server_port}")
            server.shutdown()
        assert "is no Qdrant server" in said

    def test_a_collection_that_cannot_be_used_stays_as_it_is(self, refused, engine):
        client = QdrantClient(url=engine.url, check_compatibility=False)
        plain, named = f"plain-{uuid.uuid4()}", f"named-{uuid.uuid4()}"
        size = models.VectorParams(size=8, distance=models.Distance.DOT)
        client.create_collection(plain, vectors_config=size)
        client.create_collection(named, vectors_config={"text": size})
        at = ("--host", engine.url, "--collection")
        assert "exists already" in refused(*at, plain)
        said = refused(*at, plain, "--use-existing", "--dim", "16")
        assert "has vectors of 8 dimensions, and --dim is 16: say --dim 8" in said
        assert "named vectors" in refused(*at, named, "--use-existing")
        assert client.count(plain).count == 0
        for name in (plain, named):
            client.delete_collection(name)
        client.close()

    def test_a_name_that_the_server_refuses(self, refused, engine):
        said = refused("--host", engine.url, "--collection", "a/b")
        assert "collection 'a/b' cannot be used" in said


@pytest.mark.parametrize(
    "command", ["run", "report", "service", "diagnose", "sweep", "compare", "capacity", "serve"]
)
def test_help_tells_no_default_where_there_is_none(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "None" not in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["jinja2", "psutil"])
def test_a_package_that_is_missing_is_one_sentence(run, missing):
    command = "import sys; sys.modules[sys.argv[1]] = None; from locust_qdrant.cli import main; "
    done = run("-c", f"{command}sys.exit(main(['run', '--duration', '1']))", missing)
    assert done.returncode == 2
    assert done.stderr == f"locust-qdrant: {missing} is not installed: run pip install {missing}\n"


def test_a_machine_without_the_embedded_engine_is_told_so_in_one_line(run):
    command = (
        "import importlib.util, sys; found = importlib.util.find_spec; "
        "importlib.util.find_spec = lambda name: None if name == 'qdrant_edge' else found(name); "
        "from locust_qdrant.cli import main; "
    )
    done = run("-c", f"{command}sys.exit(main(['serve', '--port', '0', '--grpc-port', '0']))")
    assert done.returncode == 2
    assert done.stderr.startswith("locust-qdrant: the embedded engine (qdrant-edge-py) is not inst")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "http://127.0.0.1:9"])
def test_a_proxy_of_the_environment_is_named(monkeypatch, capsys, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert main(["run", "--host", REFUSED]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "The environment variable ALL_PROXY" in said
    assert "Traceback" not in said


def test_an_interrupt_while_a_command_is_imported_is_no_traceback(monkeypatch, capsys):
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("locust_qdrant.cli.run.main", interrupted)
    assert main(["run"]) == 130
    assert capsys.readouterr().err == "locust-qdrant: interrupted.\n"
