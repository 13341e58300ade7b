"""QDR302: loops that a framework or a queue makes for each call, which no case can run."""

from __future__ import annotations

import pytest

HEAD = """\
import asyncio
from apscheduler.schedulers.background import BackgroundScheduler
from celery import Celery, shared_task
from flask import Blueprint, Flask
from flask.views import MethodView
from qdrant_client import AsyncQdrantClient
from quart import Quart
from rq import Queue

client = AsyncQdrantClient(url="http://vectors:6333")
app, pages, quart = Flask(__name__), Blueprint("pages", __name__), Quart(__name__)


async def fill(name):
    await client.create_collection(name)

"""
FLASK = """
{head}
async def size():
    return (await client.count("docs")).count
"""
JOB = """
{head}
def job(name):
    {body}
"""
RUNS = [
    "asyncio.run(fill(name))",
    "loop = asyncio.new_event_loop(); loop.run_until_complete(fill(name))",
]


@pytest.fixture
def lines(project, check):
    def run(code: str) -> list[str]:
        project({"app.py": HEAD + code})
        return [line for line in check().lines if "QDR302" in line]

    return run


@pytest.mark.parametrize("head", ['@app.get("/size")', '@pages.route("/size")'])
def test_flask_runs_each_coroutine_view_in_a_loop_of_its_own(lines, head):
    assert "the first call of `size`" in "".join(lines(FLASK.format(head=head)))


def test_so_it_does_with_methods_of_views(lines):
    context = "class Size(MethodView):\n    async def get(self):\n        await fill('docs')\n"
    assert len(lines(context)) == 1


def test_quart_has_one_loop(lines):
    assert lines(FLASK.format(head='@quart.get("/size")')) == []


def test_a_view_with_a_client_of_its_own_is_right(lines):
    context = "    async with AsyncQdrantClient() as own:\n        await own.count('docs')\n"
    assert lines('@app.get("/size")\nasync def size():\n' + context) == []


@pytest.mark.parametrize("body", RUNS)
@pytest.mark.parametrize("head", ["@shared_task", "@Celery().task", ""])
def test_a_queue_calls_its_function_again(lines, head, body):
    queued = "" if head else "\nQueue('q').enqueue(job, 'docs')\n"
    assert len(lines(JOB.format(head=head, body=body) + queued)) == 1


def test_a_schedule_does_as_well(lines):
    code = JOB.format(head="", body=RUNS[0]) + "\nBackgroundScheduler().add_job(job, 'cron')\n"
    assert len(lines(code)) == 1


def test_a_function_that_nobody_is_seen_to_call_again_is_left_alone(lines):
    assert lines(JOB.format(head="", body=RUNS[0])) == []


def test_a_second_loop_after_an_error_is_not_the_mistake(lines):
    body = (
        "try:\n        asyncio.run(fill(name))\n"
        "    except RuntimeError:\n        asyncio.get_event_loop().run_until_complete(fill(name))"
    )
    assert len(lines(JOB.format(head="@shared_task", body=body))) == 1


TASK = """
class Base({base}):
    abstract = True


class Fill({name}):
    def {method}(self, name):
        asyncio.run(fill(name))
"""


@pytest.mark.parametrize("base", ["Task", "Celery().Task", "queue.Task"])
@pytest.mark.parametrize("name", ["Base", "{base}"])
@pytest.mark.parametrize("method", ["run", "on_failure"])
def test_a_queue_calls_a_method_of_its_tasks_again(lines, base, name, method):
    code = TASK.format(base=base, name=name.format(base=base), method=method)
    assert len(lines("from celery import Task\nqueue = Celery('q')\n" + code)) == 1


def test_it_does_not_call_other_methods(lines):
    assert (
        lines("from celery import Task\n" + TASK.format(base="Task", name="Base", method="x")) == []
    )
    assert lines("class Task: ...\n" + TASK.format(base="Task", name="Base", method="run")) == []


def test_task_classes_that_name_each_other_end_with_an_answer(lines):
    method = "    def run(self, name):\n        asyncio.run(fill(name))\n"
    circle = f"class A(B):\n{method}class B(A):\n{method}"
    code = TASK.format(base="Task", name="Base", method="run")
    assert len(lines(f"from celery import Task\n{code}{circle}")) == 1
