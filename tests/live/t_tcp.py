#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP over TCP: framing, keep-alives, connections that die or do not read, too many of them, and
calls of SIPp."""
import random
import socket
import time

import live
from sipp import PROVISIONALS, Sipp, expect, pause, request
from streams import StreamGateway, answers, closes, options, receive

CALL = (request("INVITE", sdp=True, retrans=False) + PROVISIONALS + expect(200) +
        request("ACK", retrans=False) + pause(300) + request("BYE", 2, retrans=False) + expect(200))
INVITE_MORE = ("Contact: <sip:t@127.0.0.1;transport=tcp>\r\nMax-Forwards: 70\r\n"
               "Content-Type: application/sdp\r\n")
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
       "m=audio 40000 RTP/AVP 8\r\n")


def many_in_one_segment_B01():
    with StreamGateway() as g:
        for nr in (2, 10, 1000):
            with socket.create_connection(g.tcp) as s:
                s.sendall(b"".join(options(i) for i in range(nr)))
                got, closed = receive(s, lambda b: b.count(b"\r\n\r\n") >= nr)
                assert not closed
                order = [int(l[14:]) for l in got.split(b"\r\n") if l.startswith(b"Call-ID: call-")]
                assert order == list(range(nr)), (len(order), order[:5])


def octet_by_octet_B01():
    with StreamGateway() as g, socket.create_connection(g.tcp) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in options("slow"):
            s.sendall(bytes((octet,)))
        got, closed = receive(s, lambda b: b"\r\n\r\n" in b)
        assert got.startswith(b"SIP/2.0 200") and not closed, got


def bad_content_length_B02_B04():
    lines = ["Content-Length: %s\r\n" % v for v in
             ("-1", "-2147483648", "+5", "0x10", "5 5", "", "99999999999999999999")]
    lines += ["", "Content-Length: 0\r\nContent-Length: 5\r\n", "l: 5\r\nContent-Length: 0\r\n",
              "l: 0\r\nl: 0\r\n"]
    with StreamGateway() as g:
        for line in lines:
            with socket.create_connection(g.tcp) as s:
                s.sendall(options("bad", line) + options("behind"))
                got = closes(s, 4)
                assert got.count(b"SIP/2.0 ") == 1 and got.startswith(b"SIP/2.0 400"), (line, got)
        assert answers(g.tcp)


def keepalive_and_garbage_B07():
    with StreamGateway() as g:
        with socket.create_connection(g.tcp) as s:
            s.sendall(b"\r\n")
            assert receive(s, lambda b: b, 0.3) == (b"", False)
            s.sendall(b"\r\n")
            assert receive(s, lambda b: b, 5) == (b"\r\n", False)
            before = g.cpu_s()
            s.sendall(b"\r\n" * 10000)
            s.sendall(options("after"))
            got, closed = receive(s, lambda b: b"SIP/2.0 200" in b)
            assert b"SIP/2.0 200" in got and not closed
            assert g.cpu_s() - before < 0.5
        for junk in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"HEP3\x00\x06",
                     b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"\x00\x01\x00\x00\x21\x12\xa4\x42" + b"0" * 12):
            with socket.create_connection(g.tcp) as s:
                before = g.cpu_s()
                s.sendall(junk)
                assert closes(s, 7) == b"", junk
                assert g.cpu_s() - before < 0.3
        assert answers(g.tcp)


def slow_message_is_cut_off():
    with StreamGateway() as g, socket.create_connection(g.tcp) as s:
        text = options("trickle")
        begin = time.monotonic()
        try:
            for i in range(40):
                s.sendall(text[i:i + 1])
                time.sleep(0.2)
        except OSError:
            pass
        closes(s, 3)
        assert 4.5 < time.monotonic() - begin < 9


def dies_at_any_octet_C07():
    rng = random.Random(7)
    with StreamGateway() as g:
        for nr in range(100):
            invite = options("die%d" % nr, "Content-Length: %d\r\n" % len(SDP), "INVITE",
                             INVITE_MORE) + SDP.encode()
            with socket.create_connection(g.tcp) as s:
                s.sendall(invite[:rng.randint(1, len(invite))])
        begin = time.monotonic()
        g.check_idle()
        assert time.monotonic() - begin < 45
        assert answers(g.tcp)


def peer_that_does_not_read_H05():
    with StreamGateway() as g:
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.connect(g.tcp)
        s.setblocking(False)
        before, rss = g.cpu_s(), g.rss_kib()
        end, sent, nr = time.monotonic() + 30, 0, 0
        dead = False
        while not dead and time.monotonic() < end:
            try:
                sent += s.send(options(nr) * 20)
                nr += 1
            except BlockingIOError:
                time.sleep(0.01)
            except OSError:
                dead = True
        assert dead, "never closed, %d octets" % sent
        assert not g.has_grown(rss, 4096)
        assert answers(g.tcp)
        s.close()


def without_descriptors_H06():
    prlimit = live.need("prlimit")
    with StreamGateway("--rtp-ports", "20000-20099", prefix=[prlimit, "--nofile=192:192"]) as g:
        base = g.descriptors()
        held = []
        for _ in range(3):
            for host in range(2, 5):
                for _ in range(20):
                    s = socket.socket()
                    s.settimeout(2)
                    s.bind(("127.0.0.%d" % host, 0))
                    s.connect(g.tcp)
                    held.append(s)
        time.sleep(1)
        before = g.cpu_s()
        time.sleep(2)
        assert g.cpu_s() - before < 0.2, g.cpu_s() - before
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.settimeout(5)
        udp.sendto(options("udp", "").replace(b"/TCP", b"/UDP").replace(b";branch", b";rport;branch"),
                   (g.sip_host, g.sip_port))
        assert udp.recv(2048).startswith(b"SIP/2.0 200")
        udp.close()
        for s in held:
            s.close()
        live.wait_for(lambda: g.descriptors() <= base + 1)
        assert answers(g.tcp)


def per_source_cap():
    with StreamGateway() as g:
        held = [socket.create_connection(g.tcp) for _ in range(64)]
        s = socket.create_connection(g.tcp)
        assert closes(s, 5) == b""
        other = socket.socket()
        other.bind(("127.0.0.9", 0))
        other.connect(g.tcp)
        other.sendall(options("other"))
        assert receive(other, lambda b: b"\r\n\r\n" in b)[0].startswith(b"SIP/2.0 200")
        for c in held + [s, other]:
            c.close()


def sipp_over_one_connection():
    with StreamGateway() as g:
        Sipp(CALL, "-t", "t1", "-s", "100", "-m", "20", "-l", "5", "-r", "10",
             remote="%s:%d" % g.tcp).wait()
        g.check_idle()


def sipp_over_a_connection_per_call():
    with StreamGateway() as g:
        Sipp(CALL, "-t", "tn", "-max_socket", "100", "-s", "101", "-m", "20", "-l", "5", "-r", "10",
             remote="%s:%d" % g.tcp).wait()
        g.check_idle()


if __name__ == "__main__":
    live.run([many_in_one_segment_B01, octet_by_octet_B01, bad_content_length_B02_B04,
              keepalive_and_garbage_B07, slow_message_is_cut_off, dies_at_any_octet_C07,
              peer_that_does_not_read_H05, without_descriptors_H06, per_source_cap,
              sipp_over_one_connection, sipp_over_a_connection_per_call])
