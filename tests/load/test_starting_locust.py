"""Locust starts and ends properly however it is started; it never hangs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from load_places import LOCUSTFILES

TASK_LOOPS = ("-f", str(LOCUSTFILES / "task_loops.py"), "Ordinary", "--headless", "-u", "1")


def test_the_console_script_starts_again_without_patched_threads(run, tmp_path):
    script = Path(sys.executable).parent / "locust"
    done = run(str(script), *TASK_LOOPS, TASK_LOG=str(tmp_path / "log"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Starting Locust") == 1


def test_the_module_starts_again_without_patched_threads(run, tmp_path):
    done = run("-m", "locust", *TASK_LOOPS, TASK_LOG=str(tmp_path / "log"))
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Starting Locust") == 1


def test_any_other_program_with_patched_threads_is_told_what_to_do(run):
    done = run("-c", "import locust, locust_qdrant; locust_qdrant.AsyncQdrantUser")
    assert done.returncode == 1
    # Not always the last line: gevent may grumble while the interpreter ends.
    sentence = next(each for each in done.stderr.splitlines() if each.startswith("ImportError:"))
    assert "gevent has replaced Python's threads" in sentence
    assert "LOCUST_SKIP_MONKEY_PATCH=1" in sentence


def test_a_locustfile_that_patches_threads_itself_ends_with_the_sentence_not_in_a_loop(
    run, tmp_path
):
    file = tmp_path / "patched.py"
    file.write_text(
        "from gevent import monkey\nmonkey.patch_all()\nfrom locust_qdrant import AsyncQdrantUser\n"
    )
    done = run("-m", "locust", "-f", str(file), "--headless")
    assert done.returncode == 1
    assert "nothing that calls gevent.monkey.patch_all()" in done.stderr


def test_import_first_needs_no_environment_variable(run):
    done = run(
        "-c",
        "import locust_qdrant; locust_qdrant.AsyncQdrantUser\n"
        "from gevent import monkey; print(monkey.is_module_patched('threading'))",
    )
    assert done.stdout.strip() == "False", done.stderr


def test_a_program_that_imports_the_users_keeps_its_own_standard_library(run):
    done = run(
        "-c",
        "import locust_qdrant; locust_qdrant.AsyncQdrantUser\n"
        "from gevent import monkey\n"
        "print([name for name in ('os', 'signal', 'time') if monkey.is_module_patched(name)])",
    )
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("module", ["locust_qdrant", "locust_qdrant.probe.loop_lag"])
def test_the_package_itself_needs_neither_locust_nor_gevent(run, module):
    done = run(
        "-c", f"import sys, {module}; print({{'locust', 'gevent', 'httpx'}} & set(sys.modules))"
    )
    assert done.stdout.strip() == "set()", done.stderr


def test_forked_workers_end_even_if_a_native_library_would_not(locust, two_processes):
    done = locust("stuck.py", "-u", "2", "-t", "1s", *two_processes)
    assert done.returncode == 0, done.stderr
