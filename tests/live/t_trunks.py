#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gateway with the emulated exchange as a program of its own, over spans and links of each kind; and
what speaks and answers for other tests of trunks."""
import os
import re
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
from spans import SpanGateway, cesopsn_pair, cs7, free_tcp_port, unix_pair  # noqa: E402

CALLS = 30
OURS, THEIRS = "0.0.1", "0.0.2"
PACKET = 160
# A deep receive buffer: the callers are a script on a busy machine, whose jitter is not ours.
DEEP = "media\n receive-buffer 150\n receive-buffer fixed\n"


class Answerer(threading.Thread):
    """Takes every call, and returns each RTP packet's octets as they came."""

    def __init__(self):
        super().__init__(daemon=True)
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.sip.getsockname()[1]
        self.calls = {}
        self.over = False

    def run(self):
        while not self.over:
            text, peer = self.sip.recvfrom(65536)
            text = text.decode()
            method = text.split()[0]
            if method in ("INVITE", "BYE", "OPTIONS", "CANCEL"):
                self.answer(method, text, peer)

    def answer(self, method, text, peer):
        head, body = text.split("\r\n\r\n", 1)
        call_id = re.search(r"(?im)^Call-ID: *(\S+)", head)[1]
        keep = [line for line in head.split("\r\n")[1:]
                if re.match(r"(?i)(Via|From|To|Call-ID|CSeq):", line)]
        keep = [line + ";tag=1" if line.lower().startswith("to:") and "tag=" not in line else line
                for line in keep]
        sdp = ""
        if method == "INVITE":
            if call_id not in self.calls:
                self.calls[call_id] = Echo(int(re.search(r"m=audio (\d+)", body)[1]))
            sdp = self.calls[call_id].sdp()
            keep += ["Contact: <sip:%s>" % self.address, "Content-Type: application/sdp"]
        elif method == "BYE" and call_id in self.calls:
            self.calls[call_id].over = True
        self.sip.sendto(("SIP/2.0 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s" %
                         ("\r\n".join(keep), len(sdp), sdp)).encode(), peer)


class Echo(threading.Thread):
    def __init__(self, port):
        super().__init__(daemon=True)
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.rtp.bind(("127.0.0.1", 0))
        self.rtp.settimeout(1)
        self.remote = ("127.0.0.1", port)
        self.over = False
        self.start()

    def sdp(self):
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                "m=audio %d RTP/AVP 8\r\na=ptime:20\r\n" % self.rtp.getsockname()[1])

    def run(self):
        while not self.over:
            try:
                self.rtp.sendto(self.rtp.recv(2048), self.remote)
            except (socket.timeout, ConnectionRefusedError):
                pass


def wait_ready(*gateways, is_up=None):
    for g in gateways:
        g.wait_span("up", "-")
        live.wait_for(is_up or (lambda: "AS-ACTIVE" in g.vty("show cs7 as")))
    live.wait_for(lambda: all(g.usable() == CALLS for g in gateways))


def speech(callers, sent):
    """All callers send their octets at the pace of speech, for as long as those are; what each
    received. One thread: 30 would not keep their pace on a small machine."""
    got = [[] for _ in callers]
    nr = len(sent[0]) // PACKET
    start = time.monotonic()
    for c in callers:
        c.rtp.setblocking(False)
    for i in range(nr + 40):
        for c, octets, packets in zip(callers, sent, got):
            if i < nr:
                c.rtp.sendto(b"\x80" + bytes([c.payload_type]) + (i + 65000 & 0xffff).to_bytes(2, "big") +
                             (i * PACKET).to_bytes(4, "big") + b"abcd" +
                             octets[i * PACKET:(i + 1) * PACKET], c.remote)
            try:
                while True:
                    packets.append(c.rtp.recv(2048)[12:])
            except BlockingIOError:
                pass
        time.sleep(max(0.0, start + (i + 1) * 0.02 - time.monotonic()))
    return [b"".join(p) for p in got]


def compare(sent, got):
    """None when all octets came back as they were, or the place of the first that did not."""
    at = got.find(sent[:80])
    if at < 0:
        return "the first 10 ms did not come back"
    for i in range(0, len(sent), 800):
        if sent[i:i + 800] != got[at + i:at + i + 800]:
            return "octets from %.1f s on differ" % (i / 8000)
    return None


class Exchange:
    """trunkgate-lab exchange, at the far end of the words of a span."""

    def __init__(self, span, links, *options):
        words = [word for link in links for word in ("--link", link)]
        self.process = subprocess.Popen([live.LAB, "exchange", "--span", span] + words + list(options),
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        return self.end(20)

    def end(self, seconds):
        out = self.process.communicate(timeout=seconds)[0].decode()
        return self.process.returncode, out


def m3ua(port):
    return ["m3ua-tcp:listen:127.0.0.1:%d" % port], "--m3ua-role", "ipsp", "--routing-context", "7"


def span_word(words):
    word = dict(w.split(" ", 1) for w in words)
    buffer = ",slave,buffer=" + word["receive-buffer"]
    if word["driver"] == "unix":
        return "unix:" + word["path"] + buffer
    return "%s:%s/%s" % (word["driver"], word["local"], word["remote"]) + buffer


def exchange_as_a_program():
    """Its subscribers answer our calls, and its generator calls our phone."""
    answerer = Answerer()
    answerer.start()
    words, port = unix_pair(), free_tcp_port()
    with SpanGateway(words[0], OURS, THEIRS, more=cs7(port, False, OURS, THEIRS),
                     phone=answerer.address) as g:
        x = Exchange(span_word(words[1]), *m3ua(port))
        try:
            wait_ready(g)
            subscribers(g)
        finally:
            status, out = x.stop()
        assert status == 0 and "calls taken: 3, answered: 1" in out, out
        live.wait_for(lambda: g.span()["state"] == "down")
        originates(Exchange(span_word(words[1]), *m3ua(port), *ORIGINATE))
        assert len(answerer.calls) == 40
    answerer.over = True


def subscribers(g):
    for number, status in ("101", 200), ("102", 486), ("104", 404):
        c = Caller(g, number)
        assert c.invite() == status, c.answer
        if status == 200:
            assert c.bye() == 200
        c.close()


ORIGINATE = ("--originate", "200", "--calls-per-second", "20", "--calls", "40", "--hold", "0.5",
             "--progress", "0.5")


def originates(x):
    status, out = x.end(90)
    print("# " + " | ".join(line for line in out.splitlines() if "calls made" in line or
                            "answer:" in line or "span:" in line))
    assert status == 0 and "calls made: 40, answered: 40, failed: 0" in out, out
    assert "ended with cause 16" in out and "slips 0" in out, out


LINKSET = """cs7 instance 0
 linkset far
  adjacent-point-code 0.0.2
  network-indicator national
"""


def exchange_over(driver, links_of_gateway, links_of_exchange, calls_us):
    """The gateway calls its subscribers, and it (`calls_us`) our phone."""
    answerer = Answerer()
    answerer.start()
    words = cesopsn_pair(buffer_ms=90, driver=driver)
    with SpanGateway(words[0], OURS, THEIRS, phone=answerer.address, more=LINKSET + "".join(
            "  link %d %s\n" % link for link in enumerate(links_of_gateway))) as g:
        x = Exchange(span_word(words[1]), links_of_exchange)
        try:
            wait_ready(g, is_up=lambda: re.search(r"^far .* %d +%d$" % ((len(links_of_gateway),) * 2),
                                                  g.vty("show cs7 linksets"), re.M))
            subscribers(g)
        finally:
            status, out = x.stop()
        assert status == 0 and "calls taken: 3, answered: 1" in out, out
        if calls_us:
            live.wait_for(lambda: g.span()["state"] == "down")
            originates(Exchange(span_word(words[1]), links_of_exchange, *ORIGINATE))
            assert len(answerer.calls) == 40
        live.wait_for(lambda: g.calls_left() == 0)
    answerer.over = True


def exchange_with_mtp_in_a_timeslot():
    exchange_over("cesopsn", ["span 0 timeslot 16"], ["timeslot:16"], True)


def exchange_with_packet_links_and_m2pa():
    path, port = os.path.join(tempfile.mkdtemp(prefix="trunkgate-link-"), "link"), free_tcp_port()
    exchange_over("satop", ["packet %s listen" % path,
                            "m2pa tcp server local 127.0.0.1:%d remote 127.0.0.1:0" % port],
                  ["packet:connect:" + path, "m2pa-tcp:connect:127.0.0.1:%d" % port], False)


def exchange_says_what_is_wrong():
    done = live.run_program([live.LAB, "exchange", "--span", "unix:/x"])
    assert done.returncode == 2 and "--link is missing" in done.output, done.output
    done = live.run_program([live.LAB, "exchange", "--span", "unix:/nowhere/x", "--link",
                             "m3ua-tcp:connect:127.0.0.1:9", "--originate", "1", "--wait", "0.5"])
    assert done.returncode == 1 and "span down, signalling down" in done.output, done.output
    done = live.run_program([live.LAB, "exchange", "--span", "unix:/nowhere/x,listen", "--link",
                             "m3ua-tcp:connect:127.0.0.1:9"])
    assert done.returncode == 2 and "cannot listen at /nowhere/x" in done.output, done.output


if __name__ == "__main__":
    live.run([exchange_as_a_program, exchange_with_mtp_in_a_timeslot,
              exchange_with_packet_links_and_m2pa, exchange_says_what_is_wrong])
