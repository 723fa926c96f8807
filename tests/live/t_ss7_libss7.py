#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our MTP2, MTP3 and ISUP against those of libss7, over a packet link: alignment, link tests, calls
both ways, blocking, resets of a circuit and of a group, and what happens when one end goes away.
libss7 is a process of its own (ss7_libss7.c), built here when it is installed."""
import os
import queue
import re
import subprocess
import tempfile
import threading

import live

POINT = os.path.join(live.BUILD, "tests/live/ss7_point")
SOURCE = os.path.join(live.TOP, "tests/live/ss7_libss7.c")
SECONDS = 15


class Process:
    """A program that is told lines and tells lines."""

    def __init__(self, args):
        self.process = subprocess.Popen(args, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def wait(self, pattern):
        """The next line that matches; those before it are nobody's."""
        passed = []
        while True:
            try:
                line = self.lines.get(timeout=SECONDS)
            except queue.Empty:
                raise AssertionError("no %s in %s" % (pattern, passed)) from None
            if re.fullmatch(pattern, line):
                return line
            passed.append(line)

    def say(self, text):
        self.process.stdin.write(text + "\n")

    def end(self):
        self.process.kill()
        self.process.wait()


class Pair:
    def __init__(self, *words):
        if not os.path.exists("/usr/include/libss7.h"):
            raise live.Skip("libss7-dev is not installed")
        self.dir = tempfile.TemporaryDirectory()
        self.program = os.path.join(self.dir.name, "ss7_libss7")
        done = live.run_program([live.need("cc"), "-o", self.program, SOURCE, "-lss7"])
        assert done.returncode == 0, done.output
        self.words = list(words)
        self.path = os.path.join(self.dir.name, "link")
        self.us = Process([POINT, self.path, "listen", "1", "2"] +
                          [w for w in words if w == "ansi"])
        self.us.wait("started")
        self.start_peer()

    def start_peer(self):
        self.peer = Process([self.program, self.path, "2", "1"] + self.words)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.us.end()
        self.peer.end()
        self.dir.cleanup()

    def wait_up(self):
        self.us.wait("event RESUME")
        self.peer.wait("event up")


def calls(pair):
    us, peer = pair.us, pair.peer
    for cic in range(1, 6):
        us.say("call %d" % cic)
        peer.wait("event IAM cic=%d called=4930123456.*" % cic)
        us.wait("event ACM cic=%d" % cic)
        us.wait("event ANM cic=%d" % cic)
        us.say("rel %d" % cic)
        peer.wait("event REL cic=%d cause=16" % cic)
        us.wait("event IDLE cic=%d" % cic)
    for cic in range(6, 11):
        peer.say("iam %d" % cic)
        us.wait("event IAM cic=%d" % cic)
        peer.wait("event ACM cic=%d" % cic)
        peer.wait("event ANM cic=%d" % cic)
        peer.say("rel %d" % cic)
        us.wait("event REL cic=%d" % cic)
        us.say("rel %d" % cic)
        peer.wait("event RLC cic=%d" % cic)


def supervision(pair):
    us, peer = pair.us, pair.peer
    us.say("reset 3")
    peer.wait("event RSC cic=3")
    us.wait("event IDLE cic=3")
    us.say("group")
    peer.wait("event GRS cic=1 to=.*")
    us.wait("event IDLE cic=1")
    us.say("block 4")
    peer.wait("event (BLO|CGB) cic=4")
    us.say("unblock 4")
    peer.wait("event (UBL|CGU) cic=4")
    us.wait("event IDLE cic=4")
    peer.say("blo 12")
    us.wait("sent BLA cic=12")
    peer.wait("event BLA cic=12")
    peer.say("ubl 12")
    us.wait("sent UBA cic=12")
    peer.wait("event UBA cic=12")
    peer.say("rsc 13")
    us.wait("sent RLC cic=13")
    peer.wait("event RLC cic=13")
    peer.say("grs 16")
    us.wait("sent GRA cic=16")
    peer.wait("event GRA cic=16 to=23")


def check_stats(pair):
    pair.us.say("stats")
    line = pair.us.wait("link .*")
    print("# " + line)
    assert "IN SERVICE" in line and "available 1" in line, line


def only_changes():
    with Pair() as pair:
        pair.wait_up()
        calls(pair)
        supervision(pair)
        check_stats(pair)


def a_unit_each_millisecond():
    with Pair("repeat") as pair:
        pair.wait_up()
        calls(pair)
        supervision(pair)
        check_stats(pair)


def ansi():
    with Pair("ansi", "repeat") as pair:
        pair.wait_up()
        calls(pair)
        check_stats(pair)


def peer_restarts():
    with Pair() as pair:
        pair.wait_up()
        pair.peer.end()
        pair.us.wait("event PAUSE")
        pair.start_peer()
        pair.wait_up()
        pair.us.say("call 5")
        pair.us.wait("event ANM cic=5")


if __name__ == "__main__":
    live.run([only_changes, a_unit_each_millisecond, ansi, peer_restarts])
