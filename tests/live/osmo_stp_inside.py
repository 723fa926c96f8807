#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by t_osmo_stp.py where there is SCTP: two gateways as ASPs of osmo-stp call each other; it is
killed and comes back, and so do the calls; those that are there keep their speech. Writes TAP."""
import json
import os
import random
import re
import subprocess
import tempfile
import time

import exchange_pair
import live
from sipp import PROVISIONALS, Sipp, call, expect, expect_request, pause, request, response
from t_trunk_calls import HeldUp

live.PATIENCE = 120  # system calls are slow here

CALLER = (request("INVITE", sdp=True) + PROVISIONALS + expect(200) + request("ACK", retrans=False) +
          pause(300) + request("BYE", 2) + expect(200))
CALLED = (expect_request("INVITE") + response("180 Ringing") + response("200 OK", sdp=True,
          retrans=True) + expect_request("ACK") + expect_request("BYE") + response("200 OK"))
PORT = {"a": 2906, "b": 2907}
LONG_CALLER = (request("INVITE", sdp=True) + PROVISIONALS + expect(200) +
               request("ACK", retrans=False) + pause(25000) + request("BYE", 2) + expect(200))
TALKING = 4
ATTEMPTS = 2
SPEECH_S = 25
MOST_GAP_MS = 60
FIRST = ("nice", "-n", "-15")  # before this script, on the one processor that there is
SPAN = """ driver unix
 path %s
 receive-buffer 200
 role %s
 clock %s
"""
CONTEXT = {"a": 1, "b": 2}

STP = """log stderr
 logging filter all 1
 logging color 0
 logging level set-all error
line vty
 no login
cs7 instance 0
 network-indicator national
 point-code 0.23.1
 listen m3ua 2905
  local-ip 127.0.0.1
 asp asp-a 2906 2905 m3ua
  remote-ip 127.0.0.1
  local-ip 127.0.0.1
  role sg
  sctp-role server
 asp asp-b 2907 2905 m3ua
  remote-ip 127.0.0.1
  local-ip 127.0.0.1
  role sg
  sctp-role server
 as as-a m3ua
  asp asp-a
  routing-key 1 0.0.1 si isup
 as as-b m3ua
  asp asp-b
  routing-key 2 0.0.2 si isup
 route-table system
  update route 0.0.1 7.255.7 linkset as-a
  update route 0.0.2 7.255.7 linkset as-b
"""

CS7 = """cs7 instance 0
 asp stp 2905 %(port)d m3ua
  transport sctp
  remote-ip 127.0.0.1
  local-ip 127.0.0.1
  role asp
  sctp-role client
 as stp m3ua
  asp stp
  routing-key %(context)d %(point)s
 route-table system
  update route 0.0.0 0.0.0 linkset stp
"""


class Stp:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="trunkgate-stp-")
        with open(os.path.join(self.dir, "stp.cfg"), "w") as f:
            f.write(STP)
        self.log = open(os.path.join(self.dir, "log"), "ab")
        self.start()

    def start(self):
        self.process = subprocess.Popen([live.need("osmo-stp"), "-c", "stp.cfg"], cwd=self.dir,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Network:
    """osmo-stp and the gateways a and b; `joined`: with a span between them."""

    def __init__(self, joined=False):
        self.stp, self.joined = Stp(), joined
        self.phone = {"a": 15070, "b": 15072}
        self.end = {}
        for n, end in enumerate("ab"):
            cs7 = CS7 % {"port": PORT[end], "context": CONTEXT[end],
                         "point": exchange_pair.POINT[end]}
            text = exchange_pair.config(end, cs7, self.phone[end], 15060 + 2 * n, 14290 + n,
                                        20000 + 400 * n)
            if joined:
                span = SPAN % ((self.stp.dir + "/span",) +
                               (("listen", "master"), ("connect", "slave"))[n])
                text = text.replace(" driver virtual\n", span).replace(
                    "media\n", "media\n receive-buffer 150\n")
            self.end[end] = exchange_pair.Daemon(text, prefix=FIRST)

    def ready(self, end):
        return (" available" in self.end[end].vty("show cs7 route") and
                len(re.findall(r"\bidle +usable .* -$", self.end[end].vty("show circuits"), re.M)) ==
                30)

    def wait_ready(self):
        for end in "ab":
            live.wait_for(lambda: self.ready(end))
        time.sleep(5.5)  # circuits rest after a message about their group

    def called(self, end, *options):
        phone = Sipp(CALLED, *options, port=self.phone[end], prefix=FIRST)
        live.wait_udp_bound(self.phone[end])
        return phone

    def call(self, caller, called):
        phone = self.called(called, "-m", "1")
        call(self.end[caller], "4711", CALLER)
        phone.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        for name, end in self.end.items():
            if kind and not self.joined:
                print("# %s: %s" % (name, end.log_text().replace("\n", "\n# ")))
                print("# " + end.vty("show cs7 asp", "show cs7 as").replace("\n", "\n# "))
            end.__exit__(kind, value, tb)
        self.stp.kill()


def listens():
    with open("/proc/net/sctp/eps") as f:
        return " 2905 " in f.read()


def calls_through_osmo_stp():
    with Network() as n:
        n.wait_ready()
        n.call("a", "b")
        n.call("b", "a")


def talk(n):
    """Phones that say something to who returns it."""
    path = os.path.join(n.stp.dir, "speech.al")
    with open(path, "wb") as f:
        f.write(random.Random(3).randbytes(SPEECH_S * 8000))
    return [subprocess.Popen(list(FIRST) + [live.LAB, "phone", "call", "sip:4711@" + n.end["a"].sip, "--codec",
                                            "pcma", "--raw-play", path, "--json", "--wait", "60"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            for _ in range(TALKING)]


def check_speech(talker):
    heard = json.loads(talker.communicate(timeout=120)[0])
    said = heard["heard"]
    print("# heard %d ms, longest gap %d ms, %d of %d octets changed" %
          (said["ms"], said["longest_gap_ms"], heard["echo"]["changed"], heard["echo"]["octets"]))
    assert talker.returncode == 0 and said["longest_gap_ms"] <= MOST_GAP_MS, heard


def restart(n):
    """osmo-stp is killed and comes back; calls stay meanwhile, and can be made within 2 s."""
    n.stp.kill()
    for end in "ab":
        live.wait_for(lambda: "unavailable" in n.end[end].vty("show cs7 route"))
        assert n.end[end].vty("show calls").count("answered") == TALKING, "a call was lost"
    n.stp.start()
    live.wait_for(listens)
    back = time.monotonic()
    for end in "ab":
        live.wait_for(lambda: " available" in n.end[end].vty("show cs7 route"), every=0.02)
    took = time.monotonic() - back
    print("# both ways are back %.2f s after osmo-stp listened" % took)
    assert took < 2, took
    for end in "ab":
        assert n.end[end].vty("show calls").count("answered") == TALKING, "a call was lost"


def osmo_stp_is_killed_and_comes_back():
    with Network() as n:
        n.wait_ready()
        phone = n.called("b", "-m", str(TALKING))
        caller = Sipp(LONG_CALLER, "-s", "4711", "-m", str(TALKING), "-r", "4",
                      remote=n.end["a"].sip)
        live.wait_for(lambda: n.end["a"].vty("show calls").count("answered") == TALKING)
        restart(n)
        second = Sipp(CALLED, "-m", "1", port=n.phone["a"])
        live.wait_udp_bound(n.phone["a"])
        call(n.end["b"], "4711", CALLER)
        second.wait()
        caller.wait()
        phone.wait()


def speech():
    with Network(joined=True) as n:
        n.wait_ready()
        phone = n.called("b", "-m", str(TALKING), "-rtp_echo")
        talkers = talk(n)
        live.wait_for(lambda: n.end["a"].vty("show calls").count("answered") == TALKING, 30)
        restart(n)
        for t in talkers:
            check_speech(t)
        phone.wait()


def calls_keep_their_speech():
    """While it is away. A machine within a machine is now and then held up for longer than any buffer
    is deep: what was heard then says nothing of the gateways."""
    for _ in range(ATTEMPTS):
        try:
            with HeldUp() as host:
                speech()
            return
        except AssertionError as failure:
            print("# held up for %d ms: %s" % (host.ms, str(failure)[:100]))
            if host.ms <= MOST_GAP_MS:
                raise
    raise live.Skip("the machine was held up in each of %d attempts" % ATTEMPTS)


live.run([calls_through_osmo_stp, osmo_stp_is_killed_and_comes_back, calls_keep_their_speech])
