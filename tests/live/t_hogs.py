#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Catalogue I13: two programs that never sleep on the core of the media worker, which has real-time
priority. Speech goes on: no tick is left out, and of 1000 ticks 999 are in time by 5 ms. Without the
right to such a priority, or when the host itself took the core away meanwhile, nobody can say."""
import os
import random
import subprocess
import sys

import live
from caller import Caller, payload
from streams import StreamGateway

SECONDS = 8
MOST_US = 5000


def a_core():
    """The last one that we may have."""
    return max(os.sched_getaffinity(0))


def stolen(core):
    """Time that the host took from this core, as /proc/stat counts it."""
    with open("/proc/stat") as f:
        for line in f:
            if line.startswith("cpu%d " % core):
                return int(line.split()[8])
    return 0


def worker(g):
    """The row of `show workers` by the names of its columns."""
    lines = [line for line in g.vty("show workers").split("\n") if line.strip()]
    at = next(i for i, line in enumerate(lines) if "real-time" in line)
    return lines[at].replace("p99.9 us", "p99.9").replace("cpu s", "cpu").split(), \
        lines[at + 1].split()


def value(g, name):
    names, values = worker(g)
    assert name in names, names
    # "in time" is two words
    text = " ".join(values).replace("in time", "in-time").split()
    return text[names.index(name)]


class Hogs:
    def __init__(self, core, nr=2):
        spin = "import os\nos.sched_setaffinity(0, {%d})\nwhile True: pass" % core
        self.processes = [subprocess.Popen([sys.executable, "-c", spin]) for _ in range(nr)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for p in self.processes:
            p.kill()
            p.wait()


def speech_beside_hogs_I13():
    core = a_core()
    media = " receive-buffer 150\n receive-buffer fixed\n worker-cores %d\n worker-priority 50\n" % core
    with StreamGateway(media=media) as g:
        if value(g, "real-time") != "yes":
            raise live.Skip("no right to a real-time priority here")
        before = stolen(core)
        with Hogs(core):
            caller = Caller(g, "100")
            assert caller.invite() == 200, caller.answer
            skipped = int(value(g, "skipped"))
            sent = random.Random(13).randbytes(SECONDS * 8000)
            got = payload(caller.stream(sent))  # numbers and times are whole
            late, left_out = int(value(g, "p99.9")), int(value(g, "skipped")) - skipped
            assert caller.bye() == 200
            caller.close()
        g.check_idle()
        print("# p99.9 %d us late, %d ticks left out" % (late, left_out))
        if stolen(core) != before:
            raise live.Skip("the host took the core away meanwhile")
        at = got.find(sent[:80])
        assert at >= 0 and got[at:at + len(sent) - 8000] == sent[:-8000], "octets are missing"
        assert left_out == 0, "%d ticks were left out" % left_out
        assert late < MOST_US, "a tick in a thousand was %d us late" % late


if __name__ == "__main__":
    live.run([speech_beside_hogs_I13])
