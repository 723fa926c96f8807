#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rtp-send link`: RTP straight to the network interface, from the gateway's namespace to the caller's.
What is said comes back octet for octet, also when the caller's MAC address changes in between; where
it cannot be used, packets go by the sockets and the log says so."""
import ctypes
import os
import random
import re
import shutil
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from caller import Caller, payload  # noqa: E402
from streams import StreamGateway  # noqa: E402
from t_hogs import value  # noqa: E402

GATEWAY, PHONE = "10.77.3.1", "10.77.3.2"
SECONDS = 5
CLONE_NEWNET = 0x40000000
MEDIA = " receive-buffer 150\n receive-buffer fixed\n rtp-send link\n"


def ip(words, enter=()):
    subprocess.run(list(enter) + ["ip"] + words.split(), check=True)


class There:
    """The caller's namespace, which lives as long as a sleeping process."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.net = "/proc/%d/ns/net" % self.process.pid
        live.wait_for(lambda: os.readlink(self.net) != os.readlink("/proc/self/ns/net"))

    def ip(self, words):
        ip(words, ["nsenter", "--net=" + self.net])

    def run(self, function):
        """In a thread of its own, which is there: what it opens stays there."""
        result = []

        def run():
            try:
                with open(self.net) as f:
                    libc = ctypes.CDLL(None, use_errno=True)
                    assert libc.setns(f.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
                result.append(function())
            except Exception as e:  # it is raised again in the test's thread
                result.append(e)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def end(self):
        self.process.kill()
        self.process.wait()


def speech(caller, seed):
    """Octets that come back as they were sent."""
    sent = random.Random(seed).randbytes(SECONDS * 8000)
    got = payload(caller.stream(sent))  # numbers and times are whole
    at = got.find(sent[:80])
    assert at >= 0, "the first 10 ms did not come back"
    back = got[at:at + len(sent)]
    assert back == sent, "%d octets differ" % sum(a != b for a, b in zip(back, sent))


def by_link(g):
    return int(value(g, "by-link"))


def one_call(g, caller, seed):
    assert caller.invite() == 200, caller.answer
    speech(caller, seed)
    assert caller.bye() == 200
    caller.close()


def gateway(prefix=()):
    return StreamGateway("--rtp", GATEWAY, media=MEDIA, host=GATEWAY, prefix=prefix)


def octets_by_the_link():
    with gateway() as g:
        one_call(g, there.run(lambda: Caller(g, "100", here=PHONE)), 1)
        first = by_link(g)
        assert first > SECONDS * 50 / 2, g.vty("show workers")
        there.ip("link set vb address 02:00:00:00:00:77")
        ip("neigh flush dev va")  # as its gratuitous ARP would have it
        one_call(g, there.run(lambda: Caller(g, "100", here=PHONE)), 2)
        assert by_link(g) > first + SECONDS * 50 / 2, g.vty("show workers")
        assert int(value(g, "failed")) == 0, g.vty("show workers")
        g.check_idle()


def this_machine_is_not_reached_by_a_link():
    with gateway() as g:
        one_call(g, Caller(g, "100", here=GATEWAY), 3)
        assert by_link(g) == 0 and int(value(g, "sent")) > 0, g.vty("show workers")


def without_the_right_sockets_send():
    if os.getuid() != 0 or not shutil.which("setpriv"):
        raise live.Skip("needs root and setpriv")
    with gateway(("setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-all")) as g:
        live.wait_for(lambda: re.search("sends by its sockets.*CAP_NET_RAW", g.whole_log()))
        one_call(g, Caller(g, "100", here=GATEWAY), 4)


def join():
    ip("link add va type veth peer name vb netns %d" % there.process.pid)
    for words in ("link set lo up", "addr add %s/24 dev va" % GATEWAY, "link set va up"):
        ip(words)
    for words in ("link set lo up", "addr add %s/24 dev vb" % PHONE, "link set vb up"):
        there.ip(words)


def a_way_in():
    """The command that runs another in a network namespace of its own, and None; or why not."""
    for program in ("ip", "unshare", "nsenter"):
        if not shutil.which(program):
            return None, program + " is not installed"
    for way in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        done = live.run_program(way + ["ip", "link", "add", "va", "type", "veth", "peer", "name", "vb"])
        if done.returncode == 0:
            return way, None
    return None, "no network namespace can be made here: " + done.output.strip()


if __name__ == "__main__":
    if "--inside" in sys.argv:
        there = There()
        try:
            join()
            live.run([octets_by_the_link, this_machine_is_not_reached_by_a_link,
                      without_the_right_sockets_send])
        finally:
            there.end()
    else:
        way_in, why_not = a_way_in()
        if why_not:
            print("1..0 # SKIP " + why_not)
        else:
            sys.exit(subprocess.run(way_in + [sys.executable, os.path.abspath(__file__),
                                              "--inside"]).returncode)
