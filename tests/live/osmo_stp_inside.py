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
TALKING = 4
ATTEMPTS = 3
SPEECH_S = 100  # more than is said
AFTER_S = 4
MOST_GAP_MS = 60
BACK_S = 2
FIRST = ("nice", "-n", "-15")  # before this script, on the one processor that there is
SPAN = """ driver unix
 path %s
 receive-buffer 200
 los-after 5000
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
    """osmo-stp, the gateways a and b, and a span between them."""

    def __init__(self):
        self.stp = Stp()
        self.phone = {"a": 15070, "b": 15072}
        self.end = {}
        for n, end in enumerate("ab"):
            cs7 = CS7 % {"port": PORT[end], "context": CONTEXT[end],
                         "point": exchange_pair.POINT[end]}
            text = exchange_pair.config(end, cs7, self.phone[end], 15060 + 2 * n, 14290 + n,
                                        20000 + 400 * n)
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
        live.wait_for(lambda: all(self.ready(end) for end in "ab"))
        time.sleep(5.5)  # the start of four programs on this slow processor is over

    def called(self, end, *options):
        phone = Sipp(CALLED, *options, port=self.phone[end], prefix=FIRST)
        live.wait_udp_bound(self.phone[end])
        return phone

    def call(self, caller, called):
        phone = self.called(called, "-m", "1")
        call(self.end[caller], "4711", CALLER)
        phone.wait()

    def answered(self, end):
        return self.end[end].vty("show calls").count("answered")

    def stop(self):
        try:
            for end in self.end.values():
                end.stop()
        finally:
            self.stp.kill()


def listens():
    with open("/proc/net/sctp/eps") as f:
        return " 2905 " in f.read()


def calls_through_osmo_stp():
    network.wait_ready()
    network.call("a", "b")
    network.call("b", "a")


def talk():
    """Phones that say something to who returns it."""
    path = os.path.join(network.stp.dir, "speech.al")
    with open(path, "wb") as f:
        f.write(random.Random(3).randbytes(SPEECH_S * 8000))
    return [subprocess.Popen(list(FIRST) + [live.LAB, "phone", "call",
                                            "sip:4711@" + network.end["a"].sip, "--codec", "pcma",
                                            "--raw-play", path, "--expect-echo", "--json", "--wait",
                                            "60"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            for _ in range(TALKING)]


def missing_ms(talker):
    """How much of what a phone said did not come back to its ears. Pauses cannot be told from what
    is heard alone: there is ringback before the answer."""
    talker.terminate()  # hangs up
    heard = json.loads(talker.communicate(timeout=120)[0])
    assert heard["status"] == 200 and heard["ended_by"] == "here", heard
    echo = heard["echo"]
    print("# %d octets came back after %d ms, %d of them changed" %
          (echo["octets"], echo["delay_us"] // 1000, echo["changed"]))
    # where buffers broke and went on later, next to nothing may be the same
    return echo["changed"] / 8 if echo["octets"] > AFTER_S * 4000 else heard["talk_ms"]


def check_all_talk():
    for end in "ab":
        if network.answered(end) != TALKING:
            gateway = network.end[end]
            for nr in re.findall(r"^ *(\d+) (?!answered)", gateway.vty("show calls all"), re.M):
                print("# " + gateway.vty("show call " + nr).replace("\n", "\n# "))
            raise AssertionError("%s has lost a call: %s" % (end, gateway.log_text()))


def restart():
    """osmo-stp is killed and comes back, and with it the way; the calls stay meanwhile."""
    network.stp.kill()
    for end in "ab":
        live.wait_for(lambda: "unavailable" in network.end[end].vty("show cs7 route"))
    check_all_talk()
    network.stp.start()
    live.wait_for(listens, every=0.01)
    with HeldUp() as host:
        back = time.monotonic()
        for end in "ab":
            live.wait_for(lambda: " available" in network.end[end].vty("show cs7 route"), every=0.02)
        took = time.monotonic() - back
    print("# both ways are back %.2f s after osmo-stp listened" % took)
    assert took < BACK_S + host.sum_ms / 1000, took
    check_all_talk()


def speech():
    """The most that one of the talkers missed, in milliseconds."""
    phone = network.called("b", "-m", str(TALKING), "-rtp_echo")
    talkers = talk()
    try:
        live.wait_for(lambda: network.answered("a") == TALKING)
        restart()
        time.sleep(AFTER_S)
    finally:
        missed = [missing_ms(t) for t in talkers]
        phone.wait()
    for end in "ab":
        live.wait_for(lambda: network.answered(end) == 0)
    return max(missed)


def it_is_killed_and_calls_keep_their_speech():
    """A machine within a machine is now and then held up for longer than a buffer is deep: what was
    heard then says nothing of the gateways."""
    for _ in range(ATTEMPTS):
        with HeldUp() as host:
            missed = speech()
        if missed <= MOST_GAP_MS:
            return
        print("# %d ms are missing; held up for %d ms" % (missed, host.ms))
        assert host.ms > MOST_GAP_MS, "speech is missing, though nothing was held up"
    raise live.Skip("the machine was held up in each of %d attempts" % ATTEMPTS)


def calls_after_it_came_back():
    network.call("b", "a")
    network.call("a", "b")


def all_ends_well():
    network.stop()


network = Network()
live.run([calls_through_osmo_stp, it_is_killed_and_calls_keep_their_speech, calls_after_it_came_back,
          all_ends_well])
