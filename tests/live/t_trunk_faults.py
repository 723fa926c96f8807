#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong between two gateways while they have calls: a span is cut, the signalling flaps or
is not heard for a while (catalogue I05), circuits are configured otherwise, spans do not fit. Each has
a line in the log, a state in `show`, and calls that end with the right cause."""
import json
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from caller import Caller  # noqa: E402
from sipp import Sipp  # noqa: E402
from spans import SpanGateway, cesopsn_pair, cs7, free_tcp_port, unix_pair  # noqa: E402
from t_trunk_calls import CALLED, DEEP_BUFFER, MOST_HELD_UP, HeldUp  # noqa: E402
from t_trunks import Answerer  # noqa: E402

OURS, THEIRS = "0.0.1", "0.0.2"
CIRCUITS = 30
PHONES = 4
# How, and for how long: 0 is until they have seen it and refuse calls.
OUTAGES = [("cut", 0.5), ("cut", 2), ("hold", 0.5), ("hold", 2), ("hold", 0)]
SPEECH_S = 200  # at most; it ends with the outages
FLAPS = 10


class Cable:
    """A span over UDP goes through it, both ways, until it is cut."""

    def __init__(self):
        self.end = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
        for e in self.end:
            e.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
            e.bind(("127.0.0.1", 0))
        self.gateway = [("127.0.0.1", live.free_udp_port()) for _ in range(2)]
        self.whole = True
        threading.Thread(target=self.run, daemon=True).start()

    def words(self, end):
        return ["driver cesopsn", "receive-buffer 100", "clock " + ("slave" if end else "master"),
                "local %s:%d" % self.gateway[end], "remote %s:%d" % self.end[end].getsockname()]

    def run(self):
        while True:
            for e in select.select(self.end, [], [])[0]:
                octets = e.recv(2048)
                other = 1 - self.end.index(e)
                if self.whole:
                    self.end[other].sendto(octets, self.gateway[other])


class Line:
    """A TCP connection goes through it. cut(): it is aborted, and no other is taken; hold(): nothing
    comes through, as when a path loses all; mend(): as before, and what was held comes late."""

    def __init__(self, port):
        self.to_port, self.is_cut = port, False
        self.through = threading.Event()
        self.through.set()
        self.open = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            threading.Thread(target=self.join, args=(near,), daemon=True).start()

    def join(self, near):
        self.through.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self.to_port))
        except OSError:
            near.close()
            return
        self.open += [near, far]
        for a, b in ((near, far), (far, near)):
            threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    def pump(self, from_, to):
        try:
            while True:
                piece = from_.recv(65536)
                self.through.wait()
                if not piece:
                    break
                to.sendall(piece)
        except OSError:
            pass
        for s in (from_, to):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.is_cut = True
        for s in self.open:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # RST
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open = []

    def hold(self):
        self.through.clear()

    def mend(self):
        self.is_cut = False
        self.through.set()


def is_active(gateway):
    return "AS-ACTIVE" in gateway.vty("show cs7 as")


class Pair:
    """Gateways a and b: the words of their spans, M3UA over a Line; who b calls answers."""

    def __init__(self, words, change=lambda end, text: text, phone=None, line=None, **of_b):
        port = free_tcp_port()
        self.answerer = None
        if not phone:
            self.answerer = Answerer()
            self.answerer.start()
            phone = self.answerer.address
        self.line = Line(port)
        self.b = SpanGateway(words[1], THEIRS, OURS, phone=phone,
                             more=change("b", cs7(port, True, THEIRS, OURS)), **of_b)
        self.a = SpanGateway(words[0], OURS, THEIRS,
                             more=change("a", cs7(self.line.port, False, OURS, THEIRS)))

    def wait_ready(self):
        live.wait_for(lambda: all(is_active(g) and g.usable() == CIRCUITS
                                  for g in (self.a, self.b)))

    def calls(self, nr):
        made = [Caller(self.a, "55%02d" % i) for i in range(nr)]
        for c in made:
            assert c.invite() == 200, c.answer
        return made

    def refused(self, cause, number="4711"):
        c = Caller(self.a, number)
        status = c.invite()
        assert status == 503 and re.search(r"(?im)^Reason:.*cause=%d\b" % cause, c.answer), c.answer
        c.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        for name, g in (("a", self.a), ("b", self.b)):
            if kind:
                print("# %s:\n# %s" % (name, re.sub(".*circuit is .*usable\n", "", g.log_text()).replace("\n", "\n# ")))
            g.__exit__(kind, value, tb)
        if self.answerer:
            self.answerer.over = True


def a_span_is_cut_during_calls():
    """Q.764 2.8.2: hardware blocking, and the calls are cleared with cause 41."""
    cable = Cable()
    with Pair((cable.words(0), cable.words(1))) as p:
        p.wait_ready()
        callers = p.calls(3)
        cable.whole = False
        for c in callers:
            bye = c.expect_request("BYE")
            assert re.search(r"(?im)^Reason:.*cause=41\b", bye), bye
        for g in p.a, p.b:
            g.wait_span("down", "LOS", "nothing comes from")
            assert "span 0 is down" in g.log_text(), g.log_text()
            live.wait_for(lambda: len(re.findall(
                "not usable.*local:h,? ?remote:h", g.vty("show circuits"))) == CIRCUITS)
            assert g.calls_left() == 0
        p.refused(34)
        cable.whole = True
        p.wait_ready()
        for g in p.a, p.b:
            g.wait_span("up", "-")
        for c in p.calls(2):
            assert c.bye() == 200
        for g in p.a, p.b:
            g.check_idle()


def speaking_phones(gateway, nr, seconds):
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-faults-"), "speech.al")
    with open(path, "wb") as f:
        f.write(random.Random(2).randbytes(int(seconds * 8000)))
    return [subprocess.Popen([live.LAB, "phone", "call", "sip:4711@" + gateway.sip, "--codec", "pcma",
                              "--raw-play", path, "--expect-octets", "--json", "--wait", "30"],
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT) for _ in range(nr)]


def spoken(phones):
    """Ends the calls; of each, how many octets were said and heard, and how many of them otherwise."""
    for c in phones:
        c.send_signal(signal.SIGINT)
    out = [c.communicate(timeout=60)[0].decode() for c in phones]
    return [json.loads(text.splitlines()[-1])["echo"] for text in out]


def outage(p, how, seconds):
    """How long after its end the two are active again."""
    (p.line.cut if how == "cut" else p.line.hold)()
    time.sleep(seconds)
    if not seconds:
        live.wait_for(lambda: "unavailable" in p.a.vty("show cs7 route"))
        p.refused(38)
    p.line.mend()
    back = time.monotonic()
    for g in p.a, p.b:
        live.wait_for(lambda: is_active(g) and " available" in g.vty("show cs7 route"), every=0.02)
    return time.monotonic() - back


def the_signalling_is_lost_for_a_while_I05():
    """The association is aborted, or the path loses everything; calls keep their speech, octet for
    octet, and it is active again (how soon is measured in sim_m3ua)."""
    live.need("sipp")
    phone = live.free_udp_port()
    with Pair(unix_pair(150), phone="127.0.0.1:%d" % phone,
              change=lambda end, text: text.replace("  role", "  heartbeat 1\n  role")) as p:
        for g in p.a, p.b:
            g.vty(*DEEP_BUFFER)
        p.wait_ready()
        called = Sipp(CALLED, "-m", str(PHONES), "-rtp_echo", "-timeout", "120s", port=phone)
        callers = speaking_phones(p.a, PHONES, SPEECH_S)
        live.wait_for(lambda: p.a.vty("show calls").count("answered") == PHONES)
        with HeldUp() as host:
            for how, seconds in OUTAGES:
                took = outage(p, how, seconds)
                print("# %s for %.1f s: active again after %.2f s" % (how, seconds, took))
                assert p.a.vty("show calls").count("answered") == PHONES, "a call was lost"
            echo = spoken(callers)
        print("# %s octets, the host was held up for %d ms" % ([e["octets"] for e in echo], host.ms))
        assert all(e["octets"] > 8000 * sum(s for _, s in OUTAGES) for e in echo), echo
        assert not any(e["changed"] for e in echo) or host.ms > MOST_HELD_UP, echo
        called.wait()
        for g in p.a, p.b:
            assert re.search("can not be reached(?s:.*)can be reached", g.whole_log())
            g.check_idle()


flapped = []


def the_signalling_flaps():
    """A connection that comes and goes: each call is answered or refused, at once. A REL that was lost is
    sent again after T1, 15 s at least (Q.764 table A.1): other tests run meanwhile."""
    p = Pair(unix_pair(150))  # a host that is held up is no LOS
    flapped.append(p)
    p.wait_ready()
    flapped.append(p.calls(2))
    for i in range(FLAPS):
        p.line.cut()
        live.wait_for(lambda: not is_active(p.a), every=0.01)
        p.line.mend()
        live.wait_for(lambda: is_active(p.a) and is_active(p.b), every=0.01)
        c = Caller(p.a, "60%02d" % i)
        status = c.invite()
        assert status in (200, 503), c.answer
        if status == 200:
            assert c.bye() == 200
        c.close()


def no_call_is_lost_or_hangs_after_it():
    with flapped[0] as p:
        kept = flapped[1]
        live.wait_for(lambda: p.a.calls_left() == 2)
        for c in kept:
            assert c.bye() == 200
        live.wait_for(lambda: p.a.usable() == CIRCUITS)
        for c in p.calls(2):
            assert c.bye() == 200
        for g in p.a, p.b:
            assert g.whole_log().count("the association is lost") >= FLAPS, g.log_text()
            g.check_idle()


def circuits_that_the_other_end_has_not():
    """UCIC (Q.764 2.12): logged and shown at both ends, not seized again; without another, cause 34. When
    the start was slow they are first asked for in a group, which is not answered: three times T22."""
    with Pair(unix_pair(150), circuits="1-15") as p:
        live.wait_for(lambda: is_active(p.a))
        live.wait_for(lambda: p.a.vty("show circuits").count("unequipped") == CIRCUITS - 15, 150, 0.5)
        live.wait_for(lambda: p.a.usable() == 15)
        assert "cic 20: the exchange has no such circuit (UCIC)" in p.a.whole_log(), p.a.log_text()
        assert "no trunk between them has CIC" in p.b.whole_log(), p.b.log_text()
        p.calls(15)
        p.refused(34)
        assert p.a.usable() == 0


def a_span_of_another_law_or_size():
    for law, kind, alarm in (("mu-law", "e1", "its law is mu-law"), ("a-law", "t1", "its span is of")):
        with Pair(unix_pair(), law=law, kind=kind) as p:
            live.wait_for(lambda: is_active(p.a))
            p.a.wait_span("down", "LOS", alarm)
            assert alarm in p.a.log_text()
            live.wait_for(lambda: p.a.vty("show circuits").count("not usable") == CIRCUITS)
            p.refused(34)


def a_span_from_which_nothing_comes():
    words = cesopsn_pair()
    elsewhere = [w.replace("remote 127.0.0.1:%s" % w.rsplit(":")[-1], "remote 127.0.0.1:%d" %
                           live.free_udp_port()) if w.startswith("remote") else w for w in words[1]]
    with Pair((words[0], elsewhere)) as p:
        live.wait_for(lambda: is_active(p.a))
        p.a.wait_span("down", "LOS", "nothing comes from")
        assert "nothing comes from" in p.a.log_text()
        p.refused(34)


if __name__ == "__main__":
    live.run([the_signalling_flaps, a_span_is_cut_during_calls,
              the_signalling_is_lost_for_a_while_I05, circuits_that_the_other_end_has_not,
              a_span_of_another_law_or_size, a_span_from_which_nothing_comes,
              no_call_is_lost_or_hangs_after_it])
