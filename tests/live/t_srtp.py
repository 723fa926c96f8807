#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SRTP with an end that is not ours: keys in SDP with libsrtp2 in every suite, both ways, SRTCP,
another key in the middle, replays and forged packets; DTLS with the openssl program in both roles,
with strangers who disturb it, and with certificates that are not those of SDP."""
import base64
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time

import live
import srtp2
from caller import Caller
from streams import StreamGateway, options, receive

PTIME = 20
LEN = 160
SSRC = 0x1234567
# A deep buffer: the sender is a script on a busy machine.
MEDIA = " receive-buffer 150\n receive-buffer fixed\n rtcp-mux\n"


def b64(key):
    return base64.b64encode(key).decode()


def unb64(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


class Phone(Caller):
    """A call to the echo with RTCP of its own; self.session opens and closes its packets."""

    def __init__(self, gateway, suite=None, mux=True, mki=b""):
        super().__init__(gateway, "100")
        self.mki = mki
        self.suite, self.mux, self.cseq = suite, mux, 1
        self.rtcp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtcp.bind(("127.0.0.1", 0))
        for s in (self.rtp, self.rtcp):
            s.setblocking(False)
        self.seq, self.sent, self.got, self.bad, self.reports = 65500, [], {}, 0, 0
        self.far_ssrc, self.last, self.byes = 0, b"", 0

    def offer(self, key, tag=1, lines=None, proto="RTP/SAVP"):
        if lines is None:
            lines = ["a=crypto:%d %s inline:%s" % (tag, self.suite, b64(key))]
            if self.mki:
                lines[0] += "|%d:%d" % (int.from_bytes(self.mki, "big"), len(self.mki))
        rtcp = "a=rtcp-mux" if self.mux else "a=rtcp:%d" % self.rtcp.getsockname()[1]
        self.sdp = ("v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    "m=audio %d %s 8\r\na=ptime:20\r\n%s\r\n%s\r\n" %
                    (self.cseq, self.port_of_rtp(), proto, rtcp, "\r\n".join(lines)))
        return self.sdp

    def port_of_rtp(self):
        return self.rtp.getsockname()[1]

    def begin(self, key):
        self.key = key
        self.offer(key)
        assert self.invite() == 200, self.answer
        self.agree()

    def agree(self):
        """The keys of both; where RTCP goes."""
        m = re.search(r"a=crypto:1 (\S+) inline:([A-Za-z0-9+/=]+)", self.answer)
        assert m and m[1] == self.suite and "RTP/SAVP 8" in self.answer, self.answer
        assert ("a=rtcp-mux" in self.answer) == self.mux, self.answer
        self.their_key = unb64(m[2])
        self.session = srtp2.Session(self.suite, self.key, self.their_key)
        self.remote_rtcp = (self.remote[0], self.remote[1] + (not self.mux))

    def renew(self, key):
        self.cseq += 2
        self.key = key
        self.send("INVITE", self.cseq, self.offer(key))
        status, self.answer = self.response("INVITE")
        self.send("ACK", self.cseq)
        assert status == 200, self.answer

    def header(self):
        return struct.pack("!BBHII", 0x80, 8, self.seq & 0xffff, self.seq * LEN & 0xffffffff, SSRC)

    def named(self, packet):
        """With the MKI where it has to be: behind a tag of GCM, in front of one of 80 bits."""
        at = len(packet) - (0 if "GCM" in self.suite else 10)
        return packet[:at] + self.mki + packet[at:]

    def say(self):
        """One packet, and what has come."""
        octets = os.urandom(LEN)
        self.last = self.named(self.session.protect(self.header() + octets))
        self.seq += 1
        self.sent.append(octets)
        self.rtp.sendto(self.last, self.remote)
        self.hear()

    def report(self):
        """An RR about what we hear of them (RFC 3550 6.4.2) with a CNAME."""
        cname = b"\x01\x09own@local\0"
        rr = struct.pack("!BBHIIIIIII", 0x81, 201, 7, SSRC, self.far_ssrc, 64 << 24, 0, 80, 0, 0)
        rr += struct.pack("!BBHI", 0x81, 202, 1 + len(cname) // 4, SSRC) + cname
        where = self.rtp if self.mux else self.rtcp
        where.sendto(self.named(self.session.protect_rtcp(rr)), self.remote_rtcp)

    def hear(self):
        for s in (self.rtp, self.rtcp):
            while True:
                try:
                    self.take(s.recv(2048), s is self.rtcp)
                except BlockingIOError:
                    break

    def take(self, datagram, own_socket):
        if 192 <= datagram[1] <= 223:
            assert own_socket != self.mux, "a report on the wrong port"
            rtcp = self.session.unprotect_rtcp(datagram)
            self.reports += rtcp is not None and rtcp[1] in (200, 201)
            self.byes += rtcp is not None and rtcp[-8:-4] == b"\x81\xcb\0\1"
            self.bad += rtcp is None
            return
        rtp = self.session.unprotect(datagram)
        if rtp is None:
            self.bad += 1
            return
        self.far_ssrc = struct.unpack("!I", rtp[8:12])[0]
        self.got[struct.unpack("!I", rtp[4:8])[0]] = rtp[12:]

    def heard(self):
        """Shares of what was sent that came back as it was: by runs of ten octets."""
        back = b"".join(self.got[t] for t in sorted(self.got))
        said = self.sent[:-30]  # the rest is on its way
        return sum(octets[:10] in back for octets in said) / max(1, len(said))

    def close(self):
        super().close()
        self.rtcp.close()


def run(phones, packets, each=lambda n: None):
    """All of them talk, 50 packets a second."""
    start = time.monotonic()
    for n in range(packets):
        for p in phones:
            p.say()
        each(n)
        time.sleep(max(0.0, start + (n + 1) * PTIME / 1000 - time.monotonic()))


def show(g, phone):
    """`show call` of this phone's call."""
    for nr in re.findall(r"^ *(\d+) ", g.vty("show calls"), re.M):
        text = g.vty("show call " + nr)
        if phone.call_id in text:
            return text
    raise AssertionError("the call is not shown")


def all_that_is_told(g):
    """The daemon's log, and all that the VTY says of all calls."""
    text = g.log_text()
    for nr in re.findall(r"^ *(\d+) ", g.vty("show calls all"), re.M):
        text += g.vty("show call " + nr, "show ladder " + nr, "show log " + nr)
    return text


def end(g, phones):
    for p in phones:
        p.send("BYE", p.cseq + 1)
        assert p.response("BYE")[0] == 200
        live.wait_for(lambda: (p.hear(), p.byes)[1])  # RFC 3550 6.3.7, with its keys
        p.close()
    g.check_idle()


def every_suite_both_ways():
    """Octets come back as they were; SRTCP both ways; RTCP on its own port and on that of RTP."""
    srtp2.library()
    with StreamGateway("-d", "debug", media=" srtp sdes\n" + MEDIA) as g:
        phones = [Phone(g, suite, mux=i % 2 == 0) for i, suite in enumerate(srtp2.SUITES)]
        # RFC 3711 3.1: they name their key in each packet.
        phones += [Phone(g, "AES_CM_128_HMAC_SHA1_80", mki=b"\0\0\1\7"),
                   Phone(g, "AEAD_AES_256_GCM", mki=b"\x2a")]
        for p in phones:
            p.begin(os.urandom(srtp2.SUITES[p.suite][2]))
        run(phones, 250, lambda n: [p.report() for p in phones if n == 100])
        for p in phones:
            text = show(g, p)
            assert "SRTP " + p.suite in text, text
            assert "the far end: 25.0 % lost, jitter 10000 us" in text, text  # our report
            assert " 0 rejected" in text, text
            assert p.bad == 0, "%s: %d packets were not authentic" % (p.suite, p.bad)
            assert p.reports > 0, p.suite + ": no SRTCP came"
            assert p.heard() > 0.95, "%s: %.2f came back" % (p.suite, p.heard())
            for secret in (p.key, p.their_key):
                assert b64(secret)[:30] not in text + g.log_text()
        assert "inline:" not in g.log_text()
        end(g, phones)


def another_key_in_the_middle():
    """A re-INVITE with a key of ours: from then on the old one opens nothing, and ours goes on."""
    srtp2.library()
    with StreamGateway(media=" srtp sdes\n" + MEDIA) as g:
        phones = [Phone(g, suite) for suite in ("AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM")]
        for p in phones:
            p.begin(os.urandom(srtp2.SUITES[p.suite][2]))
        run(phones, 75)
        for p in phones:
            old, theirs = p.session, p.their_key
            p.renew(os.urandom(srtp2.SUITES[p.suite][2]))
            p.agree()
            assert p.their_key == theirs  # a running cipher is not changed
            p.session.rx = old.rx
            p.rtp.sendto(old.protect(p.header() + bytes(LEN)), p.remote)
        run(phones, 150)
        for p in phones:
            text = show(g, p)
            assert re.search(r"rejected: \d+ not authentic", text), text
            assert p.bad == 0 and p.heard() > 0.95, "%d bad, %.2f came back" % (p.bad, p.heard())
        end(g, phones)


def replayed_and_forged():
    """Counted, not heard; the call and its good packets go on."""
    srtp2.library()
    with StreamGateway(media=" srtp sdes\n" + MEDIA) as g:
        p = Phone(g, "AEAD_AES_128_GCM")
        p.begin(os.urandom(28))

        def disturb(n):
            p.rtp.sendto(p.last, p.remote)
            for i in range(5):
                p.rtp.sendto(p.last[:4] + os.urandom(len(p.last) - 4), p.remote)
        run([p], 100, disturb)
        run([p], 50)
        text = show(g, p)
        m = re.search(r"rejected: (\d+) not authentic, (\d+) replayed", text)
        assert m and int(m[1]) + int(m[2]) == 600 and int(m[2]) >= 100, text
        assert p.heard() > 0.95, "%.2f came back" % p.heard()
        end(g, [p])


def offers_that_cannot_be():
    """Catalogue E06: 488, and no key in what is logged."""
    key = b64(bytes(range(30)))
    good = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"
    bad = [["a=crypto:1 NULL_HMAC_SHA1_80 inline:" + key], [good + key[:29]], [good + key + "AAAA"],
           [good + key + "|1:129"], [good + key + "|2^64"], [good + key] * 2, [good], []]
    with StreamGateway("-d", "debug", media=" srtp sdes\n") as g:
        for lines in bad:
            p = Phone(g)
            p.offer(b"", lines=lines)
            assert p.invite() == 488, "%s: %s" % (lines, p.answer)
            assert "Warning:" in p.answer and key[:20] not in p.answer, p.answer
            p.close()
        text = all_that_is_told(g)
        assert "RTP/SAVP" in text or "488" in text, text
        assert key[:20] not in text and "inline:" not in text
        g.check_idle()


def octets_in_m_over_tcp_E07():
    """An answer to it, and to the message behind it; nothing grows by a thousand of them."""
    sdp = (b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
           b"m=audio 4000 RTP/\xc3\x9cVP\xff 8\r\n")
    with StreamGateway() as g:
        def one(nr):
            more = "Contact: <sip:a@127.0.0.1>\r\nContent-Type: application/sdp\r\n"
            s.sendall(options("i%d" % nr, "Content-Length: %d\r\n" % len(sdp), "INVITE", more) + sdp +
                      options("o%d" % nr))
            got, closed = receive(s, lambda b: re.search(rb"SIP/2.0 200 [^$]*CSeq: 1 OPT", b) and
                                  re.search(rb"SIP/2.0 4(00|88) ", b))
            assert not closed and re.search(rb"SIP/2.0 4(00|88) ", got), got
            s.sendall(options("i%d" % nr, method="ACK", more="Max-Forwards: 70\r\n"))
        with socket.create_connection(g.tcp) as s:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for nr in range(200):
                one(nr)
            rss = g.rss_kib()
            for nr in range(200, 1000):
                one(nr)
            assert not g.has_grown(rss, 1024), "%d KiB, was %d" % (g.rss_kib(), rss)
        g.check_idle()


# DTLS. ------------------------------------------------------------------------------------------

PROFILE = "SRTP_AEAD_AES_128_GCM"
NULL_HELLO = (b"\x16\xfe\xff" + bytes(8) + b"\0\x37\1\0\0\x2b" + bytes(5) + b"\0\0\x2b\xfe\xfd" +
              bytes(32) + b"\0\0\0\2\0\0\1\0")


class Openssl:
    """The openssl program as one end of a handshake on a port of ours."""

    def __init__(self):
        live.need("openssl")
        self.dir = tempfile.mkdtemp(prefix="trunkgate-dtls-")
        self.cert, self.key = self.dir + "/cert", self.dir + "/key"
        live.run_program(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                          "ec_paramgen_curve:P-256", "-nodes", "-days", "9", "-subj", "/CN=own",
                          "-keyout", self.key, "-out", self.cert])
        done = live.run_program(["openssl", "x509", "-in", self.cert, "-noout", "-fingerprint",
                                 "-sha256"])
        self.fingerprint = done.output.strip().split("=")[1]
        self.port = live.free_udp_port()
        self.process = None

    def start(self, *args):
        self.out = open(self.dir + "/out", "wb")
        self.process = subprocess.Popen(
            ["openssl", args[0], "-dtls1_2", "-use_srtp", PROFILE, "-cert", self.cert, "-key",
             self.key, "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", "56"] +
            list(args[1:]), stdin=subprocess.PIPE, stdout=self.out, stderr=subprocess.STDOUT)

    def text(self):
        with open(self.dir + "/out", errors="replace") as f:
            return f.read()

    def keys(self, client):
        """Ours and theirs, once it is done (RFC 5764 4.2)."""
        m = live.wait_for(lambda: re.search(r"Keying material: ([0-9A-F]{112})", self.text()), 30)
        assert "profile=" + PROFILE in self.text(), self.text()
        assert "lert" not in self.text(), self.text()
        k = bytes.fromhex(m[1])
        pair = k[:16] + k[32:44], k[16:32] + k[44:]
        return pair if client else pair[::-1]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)  # says no goodbye: the port is ours again
            self.process.wait()
            self.process.stdin.close()
            self.out.close()
            self.process = None


class DtlsPhone(Phone):
    def __init__(self, gateway, setup, fingerprint=None):
        super().__init__(gateway, "AEAD_AES_128_GCM")
        self.openssl, self.setup = Openssl(), setup
        self.lines = ["a=setup:" + setup,
                      "a=fingerprint:" + (fingerprint or "sha-256 " + self.openssl.fingerprint)]
        self.offer(b"", lines=self.lines, proto="UDP/TLS/RTP/SAVP")

    def port_of_rtp(self):
        return self.openssl.port if hasattr(self, "openssl") else 9

    def begin_handshake(self):
        if self.setup == "passive":
            self.openssl.start("s_server", "-accept", "127.0.0.1:%d" % self.openssl.port,
                               "-Verify", "1")
            live.wait_udp_bound(self.openssl.port)
        self.invite()
        if self.setup != "passive" and self.status == 200:
            self.openssl.start("s_client", "-bind", "127.0.0.1:%d" % self.openssl.port, "-connect",
                               "%s:%d" % self.remote)
        return self.status

    def talk(self, g):
        """With the keys of the handshake, from the port on which it was."""
        keys = self.openssl.keys(self.setup != "passive")
        self.openssl.stop()
        self.rtp.close()
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", self.openssl.port))
        self.rtp.setblocking(False)
        self.session = srtp2.Session(self.suite, *keys)
        live.wait_for(lambda: "SRTP AEAD_AES_128_GCM" in show(g, self))
        run([self], 100)
        assert self.bad == 0 and self.heard() > 0.95, "%d bad, %.2f came back" % (self.bad,
                                                                                  self.heard())

    def close(self):
        self.openssl.stop()
        super().close()


def dtls(setup, wanted, strangers=False):
    """`wanted`: the gateway's role. Strangers send it hellos without ciphers all the while, to all
    ports of the call (catalogue D08)."""
    srtp2.library()
    with StreamGateway(media=" srtp dtls\n" + MEDIA) as g:
        p = DtlsPhone(g, setup)
        stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        stranger.bind(("127.0.0.9", 0))
        assert p.begin_handshake() == 200, p.answer
        assert "a=setup:" + wanted in p.answer, p.answer
        for _ in range(10 if strangers else 0):
            for port in (p.remote[1], p.remote[1] + 1):
                stranger.sendto(NULL_HELLO, (p.remote[0], port))
                p.rtp.sendto(NULL_HELLO, (p.remote[0], port))  # its host, by another port
            time.sleep(0.02)
        p.talk(g)
        text = show(g, p)
        assert ("from another address" in text) == strangers, text
        stranger.close()
        end(g, [p])


def dtls_we_begin():
    dtls("active", "passive")


def dtls_the_gateway_begins():
    dtls("passive", "active")


def dtls_with_strangers_D08():
    dtls("active", "passive", strangers=True)
    dtls("passive", "active", strangers=True)


def dtls_with_another_certificate():
    """The call ends before a key is used, in both roles (RFC 5763 5)."""
    other = "sha-256 " + ":".join(["5A"] * 32)
    with StreamGateway(media=" srtp dtls\n" + MEDIA) as g:
        for setup in ("active", "passive"):
            p = DtlsPhone(g, setup, fingerprint=other)
            if p.begin_handshake() == 200:
                p.expect_request("BYE")
            p.close()
            g.check_idle()
        told = all_that_is_told(g)
        assert told.count("DTLS: the certificate is not that of the fingerprint") == 2, told


def dtls_with_a_hash_nobody_knows():
    with StreamGateway(media=" srtp dtls\n" + MEDIA) as g:
        for print_ in ("sha3-256 " + ":".join(["5A"] * 32), "md5 " + ":".join(["5A"] * 16)):
            p = DtlsPhone(g, "actpass", fingerprint=print_)
            assert p.invite() == 488, p.answer
            p.close()
        g.check_idle()


if __name__ == "__main__":
    live.run([every_suite_both_ways, another_key_in_the_middle, replayed_and_forged,
              offers_that_cannot_be, octets_in_m_over_tcp_E07, dtls_we_begin, dtls_the_gateway_begins,
              dtls_with_strangers_D08, dtls_with_another_certificate,
              dtls_with_a_hash_nobody_knows])
