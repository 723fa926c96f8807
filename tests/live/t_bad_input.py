#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets a clear error, and nothing is lost: the daemon goes on, or says why it cannot."""
import os
import re
import socket
import struct
import tempfile

import live
from caller import Caller
from streams import StreamGateway


def daemon(*options):
    return live.run_program([live.DAEMON] + list(options), timeout=30)


def temp(text, suffix=".cfg"):
    f = tempfile.NamedTemporaryFile("w", suffix=suffix, delete=False)
    f.write(text)
    f.close()
    return f.name


def one_line(done, status, *words):
    assert done.returncode == status, "status %d: %s" % (done.returncode, done.output)
    lines = [x for x in done.output.splitlines() if x.strip()]
    assert len(lines) <= 2, "not one line: " + done.output
    for word in words:
        assert word in done.output, "%r is not in: %s" % (word, done.output)


def a_wrong_option():
    one_line(daemon("--no-such-option"), 2, "--no-such-option", "--help")
    one_line(daemon("--lab", "--sip", "nonsense"), 2, "nonsense")


def help_and_version():
    done = daemon("--help")
    assert done.returncode == 0 and "--lab" in done.output and "--config" in done.output
    assert daemon("--version").returncode == 0


def a_bad_configuration_file():
    bad = temp("sip\n bind 127.0.0.1:5060\n no-such-word 5\n")
    done = daemon("-t", bad)
    assert done.returncode == 1, done.output
    assert bad + ":3" in done.output and "no-such-word" in done.output, done.output
    done = daemon("-c", bad)
    assert done.returncode == 1 and bad + ":3" in done.output, done.output
    os.unlink(bad)
    one_line(daemon("-t", "/nonexistent/trunkgate.cfg"), 1, "/nonexistent/trunkgate.cfg")


def the_example_configuration_is_good():
    done = daemon("-t", os.path.join(live.TOP, "contrib/trunkgate.cfg.example"))
    assert done.returncode == 0 and "good" in done.output, done.output


def a_taken_sip_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
        one_line(daemon("--lab", "--sip", "127.0.0.1:%d" % port, "--vty", "127.0.0.1:0"), 1,
                 "127.0.0.1:%d" % port, "in use")


def a_taken_vty_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
        s.bind(("127.0.0.1", 0))
        s.listen(1)
        port = s.getsockname()[1]
        one_line(daemon("--lab", "--sip", "127.0.0.1:0", "--vty", "127.0.0.1:%d" % port), 1,
                 "127.0.0.1:%d" % port, "in use")


def an_unreadable_wav():
    lab = ("--lab", "--sip", "127.0.0.1:0", "--vty", "127.0.0.1:0")
    one_line(daemon(*lab, "--wav", "/nonexistent.wav"), 1, "/nonexistent.wav")
    text = temp("this is no sound", ".wav")
    one_line(daemon(*lab, "--wav", text), 1, text)
    os.unlink(text)


def malformed_sip():
    with live.Gateway() as g, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(10)
        host, port = s.getsockname()
        head = ("INVITE sip:100@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=z9hG4bK%s\r\n"
                "From: <sip:a@b>;tag=1\r\nTo: <sip:100@b>\r\nCall-ID: %s\r\n")
        for nr, rest in enumerate((
                "CSeq: 1 BYE\r\nContact: <sip:a@127.0.0.1>\r\n\r\n",
                "CSeq: 99999999999 INVITE\r\nContact: <sip:a@127.0.0.1>\r\n\r\n",
                "CSeq: 1 INVITE\r\nContent-Length: -1\r\n\r\n",
                "CSeq: 1 INVITE\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "CSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1>\r\nContent-Length: 999\r\n\r\n")):
            text = head % (g.sip, host, port, nr, nr) + rest
            s.sendto(text.encode(), (g.sip_host, g.sip_port))
            answer = s.recv(65536).decode()
            assert answer.startswith("SIP/2.0 400 "), "%r: %s" % (rest, answer)
            assert answer.split("\r\n")[0] != "SIP/2.0 400 Bad Request", "no reason: " + answer
        for noise in (b"", b"\0" * 100, b"\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", os.urandom(1400)):
            s.sendto(noise, (g.sip_host, g.sip_port))
        caller = Caller(g, "100")
        assert caller.invite() == 200, "an ordinary call after it: " + caller.answer
        assert caller.bye() == 200
        g.check_idle()


def an_offer_without_audio():
    with live.Gateway() as g:
        for sdp in ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n",
                    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    "m=video 4000 RTP/AVP 31\r\n",
                    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                    "m=audio 4000 RTP/AVP 3\r\n"):
            caller = Caller(g, "100", sdp=sdp)
            assert caller.invite() == 488, caller.answer
            assert "Warning:" in caller.answer, caller.answer
            caller.close()
        g.check_idle()


def rtp(seq, payload_type=8, ssrc=1, octets=160):
    return struct.pack("!BBHII", 0x80, payload_type, seq, seq * 160, ssrc) + b"\xd5" * octets


def udp(host):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((host, 0))
    return s


def wait_rejected(g, *wanted):
    """Until `show call 1` has exactly these reasons."""
    def line():
        m = re.search(r"^ rejected: (.*)$", g.vty("show call 1"), re.M)
        return m and sorted(m[1].split(", ")) == sorted(wanted)
    try:
        live.wait_for(line)
    except AssertionError:
        raise AssertionError("%s are not in: %s" % (wanted, g.vty("show call 1")))


def bad_media_is_counted_by_reason():
    """Each once more than the one before; good packets between them are heard."""
    with live.Gateway() as g, udp("127.0.0.9") as stranger, udp("127.0.0.1") as own:
        caller = Caller(g, "100")
        assert caller.invite() == 200, caller.answer
        rtcp = caller.remote[0], caller.remote[1] + 1
        bad = [(1, stranger, caller.remote, rtp(1)),
               (2, caller.rtp, caller.remote, b"\x80\x08"),
               (3, caller.rtp, caller.remote, rtp(1, payload_type=96)),
               (4, caller.rtp, caller.remote, None),
               (5, own, rtcp, b"\x80\xc9\0\x20abcd")]
        for i in range(10):
            caller.rtp.sendto(rtp(i), caller.remote)
            for nr, s, to, octets in bad:
                if i < nr:
                    s.sendto(octets or rtp(500 + 2 * i, ssrc=99), to)
        wait_rejected(g, "1 from another address", "2 not RTP or of a wrong length",
                      "3 of another payload type", "4 of another SSRC", "5 malformed RTCP")
        assert "RTP received: 10 packets" in g.vty("show call 1"), g.vty("show call 1")
        assert "15 rejected" in g.vty("show call 1"), g.vty("show call 1")
        assert caller.bye() == 200
        caller.close()
        g.check_idle()


def media_before_the_keys():
    """DTLS that never ends: what is plain is not heard, and said to be so."""
    with StreamGateway(media=" srtp dtls\n rtcp-mux\n") as g, udp("127.0.0.1") as rtp_socket:
        sdp = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
               "m=audio %d UDP/TLS/RTP/SAVP 8\r\na=setup:active\r\na=rtcp-mux\r\n"
               "a=fingerprint:sha-256 %s\r\n" % (rtp_socket.getsockname()[1],
                                                 ":".join(["5A"] * 32)))
        caller = Caller(g, "100", sdp=sdp)
        assert caller.invite() == 200, caller.answer
        for i in range(3):
            rtp_socket.sendto(rtp(i), caller.remote)
        wait_rejected(g, "3 before there were keys")
        assert "SRTP without keys yet" in g.vty("show call 1"), g.vty("show call 1")
        assert "RTP received: 0 packets" in g.vty("show call 1"), g.vty("show call 1")
        for _ in range(200):
            rtp_socket.sendto(b"\x16\xfe\xff" + bytes(20), caller.remote)
        live.wait_for(lambda: re.search(r"\b\d+ too much DTLS", g.vty("show call 1")))
        assert "answered" in g.vty("show calls")
        assert caller.bye() == 200
        caller.close()
        g.check_idle()


def a_span_that_disappears():
    with live.Gateway() as g:
        caller = Caller(g, "100")
        assert caller.invite() == 200
        g.vty("lab span cut")
        caller.expect_request("BYE")
        caller.close()
        refused = Caller(g, "100")
        assert refused.invite() == 503, refused.answer
        refused.close()
        g.vty("lab span join")
        live.wait_for(lambda: again_answers(g))
        g.check_idle()


def again_answers(g):
    caller = Caller(g, "100")
    try:
        if caller.invite() != 200:
            return False
        return caller.bye() == 200
    finally:
        caller.close()


if __name__ == "__main__":
    live.run([a_wrong_option, help_and_version, a_bad_configuration_file,
              the_example_configuration_is_good, a_taken_sip_port, a_taken_vty_port,
              an_unreadable_wav, malformed_sip, an_offer_without_audio,
              bad_media_is_counted_by_reason, media_before_the_keys, a_span_that_disappears])
