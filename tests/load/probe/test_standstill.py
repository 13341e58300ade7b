"""A process that was stopped is told from one that waits, or computes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest
from locust_qdrant.probe.standstill import Standstill

SLEEPER = """
import threading, time
from locust_qdrant.probe.standstill import Standstill
standstill = Standstill()
for turn in range(15):
    with standstill.sleeping(0.1):
        if turn == 1:
            print("asleep", flush=True)
        time.sleep(0.1)
print(standstill.seconds)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells")
def test_the_time_for_which_a_process_was_stopped_is_seen():
    process = subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.0)
    process.send_signal(signal.SIGCONT)
    said, _ = process.communicate(timeout=60)
    assert 0.7 < float(said) < 1.2


def test_who_computes_does_not_stand_still():
    standstill = Standstill()
    end = time.perf_counter() + 0.5
    with standstill.sleeping(0.01):
        while time.perf_counter() < end:
            pass
    assert standstill.seconds == 0
