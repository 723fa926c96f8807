#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two gateways joined by M3UA over TCP (RFC 4666 1.3.1), as IPSPs: calls both ways, the loss of the
association and its return, what the operator sees of a network that is wrong."""
import os
import re
import socket
import struct
import tempfile
import threading

import exchange_pair
import live
from sipp import PROVISIONALS, Sipp, call, expect, expect_request, pause, request, response

CALLER = (request("INVITE", sdp=True) + PROVISIONALS + expect(200) + request("ACK", retrans=False) +
          pause(300) + request("BYE", 2) + expect(200))
CALLED = (expect_request("INVITE") + response("180 Ringing") + response("200 OK", sdp=True,
          retrans=True) + expect_request("ACK") + expect_request("BYE") + response("200 OK"))
NOT_REACHED = (request("INVITE", sdp=True) + PROVISIONALS + expect(503, reason=38) +
              request("ACK", retrans=False, same_branch=5))

CS7 = """cs7 instance 0
 asp far %(remote)d %(local)d m3ua
  transport tcp
  remote-ip 127.0.0.1
  local-ip 127.0.0.1
  role ipsp
  transport-role %(side)s
  exchange %(exchange)s
  heartbeat 1
 as far m3ua
  asp far
  routing-key 7 %(point)s
 route-table system
  update route %(far)s 7.255.7 linkset far
"""


def free_tcp_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Tap:
    """Stands between two ends of a connection and keeps what each says."""

    def __init__(self, port):
        self.to_port = port
        self.said = []
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(5)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            try:
                far = socket.create_connection(("127.0.0.1", self.to_port))
            except OSError:
                near.close()
                continue
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    def pump(self, from_, to):
        octets = bytearray()
        self.said.append(octets)
        try:
            while True:
                piece = from_.recv(65536)
                if not piece:
                    break
                octets += piece
                to.sendall(piece)
        except OSError:
            pass
        to.close()

    def messages(self):
        for octets in self.said:
            at = 0
            while at + 8 <= len(octets):
                length = struct.unpack_from(">I", octets, at + 4)[0]
                yield bytes(octets[at:at + length])
                at += length


class Pair:
    """Gateways a (the client) and b (the server)."""

    def __init__(self, exchange="single", far=None, tapped=False):
        self.port = free_tcp_port()
        self.tap = Tap(self.port) if tapped else None
        self.phone = {end: live.free_udp_port() for end in "ab"}
        self.exchange = exchange
        self.rtp = live.free_udp_port()
        self.end = {}
        for end in "ba":
            self.start(end, far)

    def cs7(self, end, far):
        other = "b" if end == "a" else "a"
        port = self.tap.port if self.tap else self.port
        return CS7 % {"remote": port if end == "a" else 0,
                      "local": 0 if end == "a" else self.port,
                      "side": "client" if end == "a" else "server",
                      "exchange": self.exchange, "point": exchange_pair.POINT[end],
                      "far": far or exchange_pair.POINT[other]}

    def start(self, end, far=None):
        rtp = 20000 + (self.rtp * 7) % 20000 // 2 * 2 + (0 if end == "a" else 200)
        text = exchange_pair.config(end, self.cs7(end, far), self.phone[end],
                                    live.free_udp_port(), free_tcp_port(), rtp)
        self.end[end] = exchange_pair.Daemon(text)

    def __getitem__(self, end):
        return self.end[end]

    def wait_ready(self):
        live.wait_for(lambda: all(
            "AS-ACTIVE" in end.vty("show cs7 as") and
            len(re.findall(r"\bidle\b", end.vty("show circuits"))) == 30
            for end in self.end.values()))

    def call(self, caller, called):
        phone = Sipp(CALLED, "-m", "1", port=self.phone[called])
        live.wait_udp_bound(self.phone[called])
        call(self[caller], "4711", CALLER)
        phone.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        for name, end in self.end.items():
            if kind:
                print("# %s:\n# %s" % (name, end.log_text().replace("\n", "\n# ")))
            end.__exit__(kind, value, tb)


def calls_both_ways():
    with Pair() as p:
        p.wait_ready()
        p.call("a", "b")
        p.call("b", "a")
        for end in "ab":
            p[end].check_idle()
        assert "ASP-ACTIVE" in p["b"].vty("show cs7 as")


def double_exchange():
    with Pair("double") as p:
        p.wait_ready()
        p.call("b", "a")


def loss_and_return():
    with Pair() as p:
        p.wait_ready()
        p["b"].process.kill()
        p["b"].process.wait()
        live.wait_for(lambda: "unavailable" in p["a"].vty("show cs7 route"))
        call(p["a"], "4711", NOT_REACHED)
        p.start("b")
        p.wait_ready()
        p.call("a", "b")
        assert "point code 2 can not be reached" in p["a"].log_text()
        assert "point code 2 can be reached" in p["a"].log_text()


def block_and_unblock():
    with Pair() as p:
        p.wait_ready()
        p["a"].vty("cs7 asp far block")
        live.wait_for(lambda: "blocked" in p["a"].vty("show cs7 asp"))
        live.wait_for(lambda: "unavailable" in p["b"].vty("show cs7 route"))
        p["a"].vty("cs7 asp far unblock")
        p.wait_ready()
        p["a"].vty("cs7 as far block")  # the association stays
        live.wait_for(lambda: "unavailable" in p["a"].vty("show cs7 route"))
        live.wait_for(lambda: "unavailable" in p["b"].vty("show cs7 route"))
        assert "blocked" not in p["a"].vty("show cs7 asp")
        p["a"].vty("cs7 as far unblock")
        p.wait_ready()
        p.call("a", "b")


def a_gateway_stops():
    """It says so (RFC 4666 4.3.4.2), and the other end need not find out."""
    with Pair(tapped=True) as p:
        p.wait_ready()
        p.end.pop("a").stop()
        live.wait_for(lambda: any(m[2:4] == b"\3\2" for m in p.tap.messages()))  # ASPDN
        live.wait_for(lambda: "unavailable" in p["b"].vty("show cs7 route"))


def wrong_point_code():
    with Pair(far="0.0.3") as p:
        live.wait_for(lambda: "AS-ACTIVE" in p["a"].vty("show cs7 as"))
        assert "no route to point code 0.0.2" in p["a"].log_text()
        assert "no route" in p["a"].vty("show cs7 route")
        call(p["a"], "4711", NOT_REACHED)


def a_stranger_speaks():
    """The other end has another point code than we think."""
    with Pair() as p:
        p.wait_ready()
        p["b"].stop()
        text = exchange_pair.config("b", p.cs7("b", None), p.phone["b"], live.free_udp_port(),
                                    free_tcp_port(), 30400).replace("local 0.0.2", "local 0.0.5")
        p.end["b"] = exchange_pair.Daemon(text)
        live.wait_for(lambda: "from point code 0.0.5 to 0.0.1: no trunk" in p["a"].log_text())
        p["a"].vty("circuit reset far 1")  # back within T(r) nobody has said PAUSE, and nothing is due
        live.wait_for(lambda: "is for 2, which is not ours" in p["b"].log_text() or
                      re.search("not for us [1-9]", p["b"].vty("show cs7 counters")))


def a_peer_that_says_nothing():
    port = free_tcp_port()
    with socket.socket() as s:
        s.bind(("127.0.0.1", port))
        s.listen(5)
        text = exchange_pair.config("a", CS7 % {"remote": port, "local": 0, "side": "client",
                                    "exchange": "single", "point": "0.0.1", "far": "0.0.2"},
                                    live.free_udp_port(), live.free_udp_port(), free_tcp_port(),
                                    30000)
        with exchange_pair.Daemon(text) as g:
            live.wait_for(lambda: "no answer to heartbeats" in g.log_text())
            assert "no answer" in g.vty("show cs7 asp")
            call(g, "4711", NOT_REACHED)


def write_pcap(path, messages):
    """Link type 147: what it is, the reader is told."""
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 147))
        for n, m in enumerate(messages):
            f.write(struct.pack("<IIII", 1, n, len(m), len(m)) + m)


def tshark_reads_every_message():
    tshark = live.need("tshark")
    with Pair("double", tapped=True) as p:
        p.wait_ready()
        p.call("a", "b")
        live.wait_for(lambda: sum(m[2:4] == b"\3\6" for m in p.tap.messages()) > 1)
        p["a"].vty("cs7 asp far block")
        live.wait_for(lambda: any(m[2:4] == b"\3\5" for m in p.tap.messages()))
        messages = list(p.tap.messages())
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-m3ua-"), "m3ua.pcap")
    write_pcap(path, messages)
    done = live.run_program([tshark, "-r", path, "-V", "-o", 'uat:user_dlts:"User 0 (DLT=147)",'
                             '"m3ua","0","","0",""'])
    assert "alformed" not in done.output, done.output[-3000:]
    assert "[Expert Info (Error" not in done.output
    for word in ("ASP up (ASPUP)", "ASP active (ASPAC)", "Notify (NTFY)", "Heartbeat (BEAT)",
                 "Payload data (DATA)", "Initial address", "Answer", "Release complete"):
        assert word.lower() in done.output.lower(), word
    assert done.output.count("MTP 3 User Adaptation Layer") >= len(messages)


if __name__ == "__main__":
    live.run([calls_both_ways, tshark_reads_every_message, double_exchange, loss_and_return,
              block_and_unblock, a_gateway_stops, wrong_point_code, a_stranger_speaks,
              a_peer_that_says_nothing])
