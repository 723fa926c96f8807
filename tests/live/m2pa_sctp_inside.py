#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by t_m2pa_sctp.py where there is SCTP: two gateways joined by a link of M2PA over the kernel's
SCTP, calls both ways, and what tshark reads of it. Writes TAP."""
import os
import re
import subprocess
import tempfile

import exchange_pair
import live
from sipp import PROVISIONALS, Sipp, call, expect, expect_request, pause, request, response

live.PATIENCE = 120  # system calls are slow here

CALLER = (request("INVITE", sdp=True) + PROVISIONALS + expect(200) + request("ACK", retrans=False) +
          pause(300) + request("BYE", 2) + expect(200))
CALLED = (expect_request("INVITE") + response("180 Ringing") + response("200 OK", sdp=True,
          retrans=True) + expect_request("ACK") + expect_request("BYE") + response("200 OK"))
CS7 = """cs7 instance 0
 linkset far
  adjacent-point-code %s
  network-indicator national
  link 0 m2pa sctp %s local 127.0.0.1:%d remote 127.0.0.1:%d
"""
FIELDS = ("frame.number", "m2pa.type", "mtp3.ni", "isup.message_type", "_ws.malformed")


class Pair:
    def __init__(self):
        self.phone = {"a": 15070, "b": 15072}
        self.end = {}
        for n, (end, side, local, remote) in enumerate((("a", "client", 3566, 3565),
                                                        ("b", "server", 3565, 3566))):
            cs7 = CS7 % (exchange_pair.POINT["ba"[n]], side, local, remote)
            text = exchange_pair.config(end, cs7, self.phone[end], 15060 + 2 * n, 14290 + n,
                                        20000 + 400 * n)
            self.end[end] = exchange_pair.Daemon(text)

    def wait_ready(self):
        live.wait_for(lambda: all(
            re.search(r"^far .* UP ", g.vty("show cs7 linksets"), re.M) and
            len(re.findall(r"\bidle +usable .* -$", g.vty("show circuits"), re.M)) == 30
            for g in self.end.values()))

    def call(self, caller, called):
        phone = Sipp(CALLED, "-m", "1", port=self.phone[called])
        call(self.end[caller], "4711", CALLER)
        phone.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        for name, end in self.end.items():
            if kind:
                print("# %s: %s" % (name, end.log_text().replace("\n", "\n# ")))
            end.__exit__(kind, value, tb)


def tshark_reads(path):
    done = live.run_program(["tshark", "-r", path, "-Y", "m2pa", "-T", "fields"] +
                            [w for f in FIELDS for w in ("-e", f)])
    rows = [line.split("\t") for line in done.output.splitlines() if line.count("\t") >= 4]
    assert len(rows) > 20, done.output
    assert not any(r[4] for r in rows), "malformed: %s" % [r for r in rows if r[4]][:3]
    types = {int(t, 0) for r in rows for t in r[3].split(",") if t}
    assert types >= {0x01, 0x06, 0x09, 0x0c, 0x10}, types  # IAM ACM ANM REL RLC
    print("# tshark: %d packets with M2PA" % len(rows))


def m2pa_over_sctp():
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-m2pa-"), "m2pa.pcap")
    tap = subprocess.Popen(["tshark", "-q", "-i", "lo", "-f", "sctp", "-w", path],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)
    live.wait_for(lambda: os.path.exists(path) or tap.poll() is not None)
    if tap.poll() is not None:
        print("# nothing can be captured here: %s" % tap.stderr.read().decode()[-200:])
    with Pair() as p:
        p.wait_ready()
        p.call("a", "b")
        p.call("b", "a")
        # the other end ends its association: out of service at once, and back by itself
        p.end["b"].vty("cs7 linkset far link 0 shutdown")
        live.wait_for(lambda: "unavailable" in p.end["a"].vty("show cs7 route"))
        p.end["b"].vty("cs7 linkset far link 0 activate")
        p.wait_ready()
        p.call("a", "b")
    if tap.poll() is None:
        tap.terminate()
        tap.wait(30)
        tshark_reads(path)


live.run([m2pa_over_sctp])
