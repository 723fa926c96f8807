#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flood of requests outside dialogs (catalogue H02): memory stays, and calls go on; and one of what is no
SIP (H10): the log does not grow. As fast as the
daemon answers, 60,000 of them; the catalogue's 20,000 a second depend on the machine."""
import os
import re
import socket
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402

METHODS = ("REGISTER", "OPTIONS", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH")
NR, WINDOW = 60000, 200


def resident_kib(g):
    with open("/proc/%d/status" % g.process.pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])


class Flood(threading.Thread):
    def __init__(self, g):
        super().__init__()
        self.g, self.seen, self.done = g, {}, False
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.3", 0))
        self.sock.settimeout(1)
        self.at = "127.0.0.3:%d" % self.sock.getsockname()[1]

    def send(self, n):
        m = METHODS[n % len(METHODS)]
        text = ("%s sip:201@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d;rport\r\n"
                "From: <sip:a@b>;tag=f%d\r\nTo: <sip:201@%s>\r\nCall-ID: c%d\r\nCSeq: 1 %s\r\n"
                "Max-Forwards: 70\r\nContact: <sip:a@%s>\r\nContent-Length: 0\r\n\r\n" %
                (m, self.g.sip, self.at, n, n, self.g.sip, n, m, self.at))
        self.sock.sendto(text.encode(), (self.g.sip_host, self.g.sip_port))

    def run(self):
        open_ones = 0
        for n in range(NR):
            self.send(n)
            open_ones += 1
            while open_ones >= WINDOW:
                try:
                    status = self.sock.recv(65536)[8:11].decode()
                    self.seen[status] = self.seen.get(status, 0) + 1
                    open_ones -= 1
                except socket.timeout:
                    open_ones = 0
        self.done = True


def a_flood_grows_nothing_H02():
    with live.Gateway() as g:
        at = "127.0.0.1:%d" % live.free_udp_port()
        call = [live.LAB, "phone", "call", "sip:101@" + g.sip, "--local", at, "--expect-tone", "1004"]
        done = live.run_program(call)
        assert done.returncode == 0, done.output
        before = resident_kib(g)
        flood = Flood(g)
        flood.start()
        nr = good = 0
        while not flood.done and nr < 10:
            nr += 1
            good += live.run_program(call).returncode == 0
        flood.join()
        after = resident_kib(g)
        assert nr and good >= 0.9 * nr, (good, nr)
        assert sum(flood.seen.values()) > NR / 2, flood.seen
        assert after <= before * 1.05, "%d KiB, %d before" % (after, before)
        text = g.vty("show sip")
        assert re.search(r"new +\d{4,} ", text), text
        g.check_idle()


def bad_messages_are_counted_not_logged_H10():
    """20,000 datagrams that are no SIP, or half: the log has at most 100 lines a second, and calls go
    on."""
    with live.Gateway() as g, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.3", 0))
        s.connect((g.sip_host, g.sip_port))
        before, lines = os.path.getsize(g.log_path), g.log_text().count("\n")
        bad = (b"\x00\xff" * 300, b"GET / HTTP/1.0\r\n\r\n", b"INVITE sip: SIP/2.0\r\n\r\n",
               b"INVITE sip:101@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n\r\n")
        start = time.monotonic()
        for n in range(NR // 3):
            try:
                s.send(bad[n % len(bad)])
            except OSError:
                pass
        took = time.monotonic() - start + 1
        assert g.log_text().count("\n") - lines <= 100 * took, g.log_text()
        assert os.path.getsize(g.log_path) - before < 1 << 20
        call = [live.LAB, "phone", "call", "sip:101@" + g.sip, "--local",
                "127.0.0.1:%d" % live.free_udp_port(), "--expect-tone", "1004"]
        done = live.run_program(call)
        assert done.returncode == 0, done.output
        g.check_idle()


if __name__ == "__main__":
    live.run([a_flood_grows_nothing_H02, bad_messages_are_counted_not_logged_H10])
