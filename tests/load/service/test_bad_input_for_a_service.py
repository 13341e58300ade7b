"""Bad input is one clear sentence and exit code 2; a service that does not start speaks itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from load_places import free_port
from locust_qdrant.cli import main

APPS = Path(__file__).parent / "apps"
APP = ("--app", "planted:app")
REFUSED = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Give either --app module:app"),
        ([*APP, "--host", REFUSED], "Give either --app module:app"),
        (["--app", "planted"], "'planted' is not of the form module:attribute"),
        (["--app", "planted.py:app()x"], "not of the form module:attribute"),
        (["--app", "../planted:app"], "not of the form module:attribute"),
        ([*APP, "--app-dir", "no/such/folder"], "'no/such/folder' is no folder"),
        ([*APP, "--root", "no/such/folder"], "--root 'no/such/folder' is no folder"),
        ([*APP, "--python", "no/such/python"], "'no/such/python' is no program"),
        ([*APP, "--env", "secret"], "--env is not of the form NAME=VALUE"),
        ([*APP, "--heartbeat", "/health"], "--heartbeat is for a running service"),
        ([*APP, "--probe-token", "secret"], "--probe-token is for a running service"),
        ([*APP, "--qdrant-host", "localhost"], "--qdrant-host 'localhost' is no address"),
        ([*APP, "--qdrant-host", REFUSED, "--qdrant-delay", "5"], "--qdrant-delay is for the emb"),
        ([*APP, "--users", "0"], "must be a whole number from 1 to 100,000, not '0'"),
        ([*APP, "--users", "3", "--arrival-rate", "5"], "not allowed with argument"),
        ([*APP, "--arrival-rate", "-1"], "must be a number above 0"),
        ([*APP, "--arrival-rate", "nan"], "must be a number above 0"),
        ([*APP, "--duration", "0"], "must be a duration such as"),
        ([*APP, "--rounds", "0"], "'0' is no whole number"),
        ([*APP, "--max-hold", "-1"], "'-1' is no number of milliseconds"),
        ([*APP, "--max-held", "101"], "'101' is no percentage from 0 to 100"),
        ([*APP, "--workload", "no/such/file.toml"], "no/such/file.toml cannot be read"),
        ([*APP, "--html", "no/such/folder/page.html"], "--html 'no/such/folder/page.html'"),
        (["--host", "localhost:8000"], "write it like http://localhost:6333"),
        (["--host", "http://user:secret@localhost:8000"], "'http://***@localhost:8000'"),
        (["--host", REFUSED, "--env", "A=secret"], "--env is for a service that --app starts"),
        (["--host", REFUSED, "--heartbeat", "health"], "begin it with a slash"),
        (["--host", REFUSED, "--profile", "profile.json"], "--profile needs a probe"),
        (["--host", REFUSED], f"Cannot reach the service at {REFUSED}"),
    ],
)
def test_a_wrong_option_is_one_sentence(capsys, options, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["service", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("locust-qdrant: ")
    assert words in said.err
    assert "secret" not in said.err
    assert not list(tmp_path.iterdir())


@pytest.fixture
def refused(run):
    """Run `locust-qdrant service` on one of the apps; return what it said."""

    def complete(app: str, *options: str) -> str:
        command = ("-m", "locust_qdrant", "service", "--app", app, "--app-dir", str(APPS))
        done = run(*command, "--qdrant-host", f"http://127.0.0.1:{free_port()}", *options)
        assert done.returncode == 2, done.stdout + done.stderr
        assert done.stdout == ""
        assert "locust_qdrant/" not in done.stderr.rpartition("It said:")[0]
        return done.stderr

    return complete


def test_a_service_that_cannot_be_imported_says_why(refused):
    said = refused("no_import:app", "--env", "DATABASE_URL=postgres://me:hidden@db")
    assert "The service no_import:app ended with exit code 1 before it served." in said
    assert "RuntimeError: no database at ***" in said
    assert "hidden" not in said


def test_a_service_that_is_not_there_says_so(refused):
    assert 'Could not import module "no_such_module"' in refused("no_such_module:app")
    assert 'Attribute "nothing" not found in module "planted"' in refused("planted:nothing")


def test_a_service_that_fails_in_its_lifespan_says_why(refused):
    said = refused("no_startup:app")
    assert "RuntimeError: the model is missing" in said


def test_a_service_that_never_serves_is_given_up(refused):
    said = refused("no_startup:hangs", "--patience", "3")
    assert "The service no_startup:hangs did not serve within 3 s." in said


def test_what_offers_nothing_to_ask_says_what_to_do(refused):
    said = refused("planted:app", "--openapi", "/free")
    assert "has no OpenAPI document at /free (status 200): name the endpoints" in said
