"""What Locust promises of a user holds for users that live outside of gevent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

#: A user has begun by then, however busy the machine is.
LONG_ENOUGH = "3s"


@pytest.fixture
def live(locust, tmp_path):
    """Let users of these classes live; return the process and what they wrote down."""

    def run(names: str, *options: str):
        log = tmp_path / "log"
        done = locust("task_loops.py", *names.split(), "-u", "1", *options, TASK_LOG=str(log))
        return done, Path(log).read_text().split() if log.exists() else []

    return run


@pytest.mark.parametrize("name", ["Ordinary", "Threaded"])
def test_hooks_and_tasks_run_in_order_and_a_task_can_end_the_test(live, name):
    done, log = live(name)
    assert log[0] == "start"
    assert log[1:4] == ["work"] * 3
    assert log[-1] == "stop"
    assert done.returncode == 0, done.stderr


def test_a_user_can_end_itself(live):
    done, log = live("Leaves", "-t", LONG_ENOUGH)
    assert log == ["work", "stop"]
    assert done.returncode == 0


def test_nested_and_sequential_task_sets_work(live):
    _, log = live("Wanders", "-t", LONG_ENOUGH)
    assert log == ["enter", "first", "second", "leave", "enter", "first", "second", "leave"]


def test_a_task_set_has_its_own_wait_time(live):
    _, log = live("Nested", "-t", LONG_ENOUGH)
    assert log == ["work"] * 3


def test_a_task_can_ask_for_the_next_one_at_once(live):
    _, log = live("Reschedules", "-t", LONG_ENOUGH)
    assert log == ["work"] * 3


def test_an_exception_is_logged_and_shown_and_the_user_goes_on(live):
    done, log = live("Fails", "-t", LONG_ENOUGH)
    assert log.count("work") == 2
    assert "error:a-bug" in log
    assert "ValueError: a-bug" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("name", ["Waits", "ThreadedWaits"])
def test_a_sleeping_user_is_stopped_at_once_and_stops_properly(live, name):
    done, log = live(name, "-t", LONG_ENOUGH)
    assert log == ["work", "stop"]
    assert done.returncode == 0


def test_a_running_task_is_cut_short_when_the_test_ends(live):
    _, log = live("Slow", "-t", LONG_ENOUGH)
    assert log == ["work", "stop"]


def test_a_running_task_is_finished_within_the_stop_timeout(live):
    _, log = live("Slow", "-t", LONG_ENOUGH, "--stop-timeout", "30")
    assert log == ["work", "finished", "stop"]


def test_a_user_that_never_waits_is_stopped_between_two_tasks(live):
    _, log = live("Restless", "-t", LONG_ENOUGH, "--stop-timeout", "1000")
    assert log == ["stop"]


def test_users_that_let_each_other_run_need_no_turn_of_the_loop_between_two_tasks(live):
    _, log = live("Alternates", "-u", "2", "-r", "2")
    assert log[0] == "turns"
    assert int(log[1]) < 150, "200 tasks of two users that alternate"


def test_a_user_that_never_waits_lets_the_loop_go_on_between_two_tasks(live):
    _, log = live("Hurries")
    assert log[:5] == ["work", "others", "work", "others", "work"]


def test_exit_in_a_task_ends_the_test_with_its_code(live):
    done, log = live("Exits Waits", "-u", "2", "-r", "2")
    assert sorted(log) == ["stop", "work", "work"]
    assert done.returncode == 7


def test_tags_choose_the_tasks(live):
    _, log = live("Tagged", "-t", "5s", "--tags", "write")
    assert log == ["write"] * 5


def test_an_async_task_of_a_sync_user_is_explained(live):
    done, log = live("Mistaken", "-t", LONG_ENOUGH)
    assert "never" not in log
    assert "derive it from AsyncQdrantUser" in done.stderr


def test_a_missing_host_is_said_and_ends_the_test(live):
    done, log = live("Homeless")
    assert "You must specify the address of the Qdrant server" in done.stderr
    assert log == []


def test_a_task_that_blocks_the_loop_shows_in_its_lag(live):
    done, log = live("Blocks", "-t", LONG_ENOUGH)
    assert "work" in log
    worst = re.search(r"Event loop lag: .* max ([\d.]+) ms", done.stderr)
    assert float(worst[1]) >= 250


@pytest.mark.slow
def test_a_task_that_never_gives_the_loop_back_cannot_hold_up_the_end(live):
    done, log = live("Stuck", "-t", LONG_ENOUGH)
    assert log == ["work"]
    assert "A user of Stuck did not end" in done.stderr
    assert "A task still blocks the event loop" in done.stderr
    assert "Shutting down" in done.stderr


def test_a_listener_gets_context_and_cause_and_can_end_the_test(live):
    done, log = live("Heard")
    assert log[0] == "ResponseHandlingException"
    assert "enough" in done.stderr
