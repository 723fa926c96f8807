#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spans between daemons, over a unix socket and over UDP, and CESoPSN against a peer written with
struct alone; tshark reads what was sent."""
import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from spans import SECONDS, SpanGateway, cesopsn_pair, unix_pair  # noqa: E402

TIMESLOTS = 31


def spans_have_no_slips():
    """Two daemons, one clock: up at both ends, and no slip, over each kind of span. What the machine
    itself held up for longer than the buffer is in the other counters, and printed."""
    pairs = [("unix",) + unix_pair(), ("cesopsn",) + cesopsn_pair()]
    with contextlib.ExitStack() as stack:
        ends = [(name, stack.enter_context(SpanGateway(words, i + 1, 2 - i)))
                for name, *both in pairs for i, words in enumerate(both)]
        for name, g in ends:
            g.wait_span("up", "-")
            assert "span 0 is up" in g.whole_log()
        packets = [g.span()["packets received"] for _, g in ends]
        for (name, g), before in zip(ends, packets):
            live.wait_for(lambda: g.span()["packets received"] - before > SECONDS * 900)
        for (name, g), before in zip(ends, packets):
            s = g.span()
            assert g.slips() == 0, s["all"]
            assert s["state"] == "up", s["all"]
            print("# %s, %.0f s: %d packets, breaks %d" %
                  (name, SECONDS, s["packets received"] - before, g.breaks()))


def an_e1_with_crc4():
    with_crc4 = cesopsn_pair("crc4", driver="satop")
    with SpanGateway(with_crc4[0]) as a:
        with SpanGateway(with_crc4[1], 2, 1) as b:
            for g in a, b:
                g.wait_span("up", "-")
                assert g.span()["CRC-4 errors"] == 0, g.span()["all"]
        without = [w for w in with_crc4[1] if w != "crc4"]
        with SpanGateway(without, 2, 1):
            a.wait_span("down", text="no CRC-4 multiframe in it")


def spans_of_a_t1():
    """CESoPSN with RTP and single frames; SAToP as a stream of bits, and octet-aligned."""
    for words in (cesopsn_pair("rtp payload-type 97", "frames 1"), cesopsn_pair(driver="satop"),
                  cesopsn_pair("octet-aligned", "frames 4", driver="satop")):
        with SpanGateway(words[0], kind="t1", law="mu-law") as a, \
                SpanGateway(words[1], 2, 1, kind="t1", law="mu-law") as b:
            for g in a, b:
                g.wait_span("up", "-")
            assert a.span()["packets of a wrong form"] == 0


def a_lost_span_blocks_its_circuits():
    words = unix_pair()
    with SpanGateway(words[0]) as a:
        a.wait_span("down", "LOS", "nobody has come to")
        assert "not usable" in a.vty("show circuits")
        with SpanGateway(words[1], 2, 1):
            a.wait_span("up", "-")
            live.wait_for(lambda: "not usable" not in a.vty("show circuits"))
        a.wait_span("down", "LOS", "is gone")
        live.wait_for(lambda: a.vty("show circuits").count("not usable") == 30)
        assert "local:h" in a.vty("show circuits"), a.vty("show circuits")
        with SpanGateway(words[1], 2, 1) as b:
            a.wait_span("up", "-")
            live.wait_for(lambda: "not usable" not in a.vty("show circuits"))
            b.process.send_signal(signal.SIGSTOP)  # it is there, and says nothing
            try:
                a.wait_span("down", "LOS")
            finally:
                b.process.send_signal(signal.SIGCONT)
            a.wait_span("up", "-")


def ends_that_do_not_fit_say_why():
    words = unix_pair()
    with SpanGateway(words[0]) as a:
        with SpanGateway(words[1], 2, 1, law="mu-law") as b:
            a.wait_span("down", "LOS", "its law is mu-law, ours is a-law")
            b.wait_span("down", "LOS", "its law is a-law, ours is mu-law")
            assert "its law is mu-law" in a.log_text()
        with SpanGateway(words[1], 2, 1, kind="t1"):
            a.wait_span("down", "LOS", "its span is of type t1, ours of type e1")
        slave = words[0][:-1] + ["clock slave"]
    with SpanGateway(slave) as a, SpanGateway(words[1], 2, 1):
        a.wait_span("down", "LOS", "both ends have `clock slave`")
    words = cesopsn_pair()
    with SpanGateway(words[0]) as a, SpanGateway(words[1], 2, 1, kind="t1"):
        a.wait_span("down", text="another number of timeslots")
        assert "mismatch" in a.span()["alarms"]


class Peer:
    """The far end of a CESoPSN span, by the text of RFC 5086."""

    def __init__(self, driver="cesopsn", first=0):
        self.driver, self.payload = driver, first
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setblocking(False)
        self.port, self.gateway_port = self.sock.getsockname()[1], live.free_udp_port()
        self.sock.connect(("127.0.0.1", self.gateway_port))
        self.seq, self.heard = 65500, []

    def words(self):
        return ["driver " + self.driver, "local 127.0.0.1:%d" % self.gateway_port,
                "remote 127.0.0.1:%d" % self.port, "clock slave", "receive-buffer 40"]

    def talk(self, seconds, flags=0):
        """Sends at its pace, and keeps what comes."""
        start = time.monotonic()
        sent = 0
        while sent < seconds * 1000:
            while sent < (time.monotonic() - start) * 1000:
                word = flags << 24 | (self.seq & 0xffff)
                self.sock.send(struct.pack("!I", word) + (self.payload or bytes(TIMESLOTS * 8)))
                self.seq += 1
                sent += 1
            time.sleep(0.002)
            try:
                while True:
                    self.heard.append(self.sock.recv(2048))
            except (BlockingIOError, ConnectionRefusedError):
                pass

    def write_pcap(self, path):
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
            for i, octets in enumerate(self.heard):
                udp = struct.pack("!HHHH", self.gateway_port, self.port, 8 + len(octets), 0)
                ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp) + len(octets), 0, 0x4000,
                                 64, 17, 0, bytes([127, 0, 0, 1]), bytes([127, 0, 0, 1]))
                packet = ip + udp + octets
                f.write(struct.pack("<IIII", i // 1000, i % 1000 * 1000, len(packet), len(packet)))
                f.write(packet)


def a_peer_of_another_make():
    peer = Peer()
    with SpanGateway(peer.words()) as g:
        peer.talk(2)
        g.wait_span("up")
        words = [struct.unpack("!I", p[:4])[0] for p in peer.heard]
        assert all(len(p) == 4 + TIMESLOTS * 8 for p in peer.heard)
        for a, b in zip(words, words[1:]):
            assert (b - a) & 0xffff == 1, "sequence number %d after %d" % (b & 0xffff, a & 0xffff)
        assert words[0] >> 16 == 0x0400, "R until it hears us: %08x" % words[0]
        assert words[-1] >> 16 == 0, "then not: %08x" % words[-1]
        peer.talk(0.5, 4)
        assert "RAI" in g.span()["alarms"], g.span()["all"]
        peer.talk(0.5, 8)
        assert "AIS" in g.span()["alarms"], g.span()["all"]
        live.wait_for(lambda: g.span()["alarms"] == "LOS")
    decode(peer)


def satop_of_another_make():
    """Its frames begin 77 bits into a packet, and are found (G.706 4.1)."""
    frames = b"".join(bytes([0x9b if i % 2 == 0 else 0xdf]) + bytes([0x54]) * TIMESLOTS
                      for i in range(8))
    bits = int.from_bytes(frames, "big")
    shifted = (bits >> 77 | bits << (2048 - 77)) & (1 << 2048) - 1
    peer = Peer("satop", shifted.to_bytes(256, "big"))
    with SpanGateway(peer.words()) as g:
        peer.talk(2)
        g.wait_span("up", "-")
        assert all(len(p) == 4 + 256 for p in peer.heard)
        last = peer.heard[-1][4:]
        assert [last[i * 32] for i in range(8)] in ([0x9b, 0xdf] * 4, [0xdf, 0x9b] * 4), last.hex()
        peer.payload = bytes([0x54]) * 256
        peer.talk(0.5)
        s = g.span()
        assert "mismatch" in s["alarms"] and "no frame alignment" in s["text"], s["all"]
    decode(peer, "pwsatop", "pwsatopcw")


def tdm_over_ethernet():
    """In a network namespace, which takes some rights to make."""
    unshare = [live.need("unshare"), "-n"]
    live.need("ip")
    live.need("setpriv")
    if subprocess.run(unshare + ["true"], stderr=subprocess.DEVNULL).returncode:
        raise live.Skip("no network namespace can be made")
    inside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tdmoe_inside.py")
    done = live.run_program(unshare + [sys.executable, inside], 120)
    assert done.returncode == 0 and "tdmoe: ok" in done.output, done.output


def decode(peer, protocol="pwcesopsn", dissector="pwcesopsn"):
    live.need("tshark")
    with tempfile.NamedTemporaryFile(suffix=".pcap") as f:
        peer.write_pcap(f.name)
        done = subprocess.run(
            ["tshark", "-r", f.name, "-d", "udp.port==%d,%s" % (peer.port, dissector), "-T", "fields",
             "-e", "frame.protocols", "-e", protocol + ".cw.seqno", "-e", protocol + ".cw.frag",
             "-e", "_ws.malformed", "-e", "_ws.expert.severity"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    lines = done.stdout.decode().splitlines()
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    assert len(lines) == len(peer.heard) > 100, "%d lines" % len(lines)
    for line in lines:
        assert protocol in line.lower(), line
        assert "malformed" not in line.lower(), line
    print("# tshark: %d packets, e.g. %s" % (len(lines), lines[-1].replace("\t", " ")))


if __name__ == "__main__":
    live.run([spans_have_no_slips, an_e1_with_crc4, spans_of_a_t1, a_lost_span_blocks_its_circuits,
              ends_that_do_not_fit_say_why, a_peer_of_another_make, satop_of_another_make,
              tdm_over_ethernet])
