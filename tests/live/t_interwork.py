#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Interworking with programs that are not ours: SIPp with the headers and bodies that carriers send,
against the lab exchange; and tshark, which reads the ISUP in our bodies as the trunk has it."""
import os
import re
import socket
import struct
import subprocess
import tempfile

import live
from sipp import (PROVISIONALS, REQUEST, SDP, Sipp, expect, expect_request, pause, request, response,
                  send)

FIELDS = ("isup.message_type", "isup.called", "isup.calling", "isup.cause_indicator",
          "isup.calling_partys_category")
HANG_UP = pause(200) + request("BYE", 2) + expect(200)
# An IAM from the type on: CPC payphone, called 100 with ST, calling 4930200; Q.763 table 32.
IAM = "01 00 60 01 0f 03 02 06 04 03 90 01 f0 0a 06 84 13 94 03 02 00 00"


def invite(headers="", body=SDP, content="application/sdp"):
    return send(REQUEST.format(method="INVITE", cseq=1, cseq_method="INVITE", body=body,
                               more=headers + "Content-Type: %s\n" % content))


def multipart(isup, handling="required"):
    """SIPp turns \\xHH into octets."""
    octets = "".join("\\x" + h for h in isup.split())
    return ("--odd'bound\nContent-Type: application/isup;version=itu-t92+;base=itu-t92+\n"
            "Content-Disposition: signal;handling=%s\n\n%s\n--odd'bound\n"
            "Content-Type: application/sdp\n\n%s\n--odd'bound--\n" % (handling, octets, SDP))


class Peer:
    """The gateway, whose peer is SIPp."""

    def __init__(self, profile):
        self.port = live.free_udp_port()
        self.gateway = live.Gateway("--phone", "127.0.0.1:%d" % self.port)
        self.profile = profile

    def __enter__(self):
        g = self.gateway.__enter__()
        g.vty("configure terminal", "peer phone", "interworking " + self.profile, "commit")
        return self

    def __exit__(self, *why):
        return self.gateway.__exit__(*why)

    def calls(self, scenario, number="100"):
        Sipp(scenario, "-s", number, "-m", "1", remote=self.gateway.sip, port=self.port).wait()
        self.gateway.check_idle()
        return self.gateway.vty("explain call 1"), self.gateway.vty("show call 1")

    def is_called(self, scenario):
        peer = Sipp(scenario, "-m", "1", port=self.port)
        self.gateway.vty("lab exchange call 100 555")
        peer.wait()
        self.gateway.check_idle()


def answered(first):
    return first + PROVISIONALS + expect(200) + request("ACK", retrans=False) + HANG_UP


def has(text, *words):
    for word in words:
        assert word in text, "%s is not in:\n%s" % (word, text)


def diversion_and_identity():
    with Peer("rfc3398") as p:
        why, call = p.calls(answered(invite(
            "Diversion: <sip:+4930300@example.net>;reason=user-busy;counter=1\n"
            "Diversion: <tel:+4930301>;reason=unconditional;privacy=full\n"
            "P-Asserted-Identity: <sip:+4930200@example.net;user=phone>\nPrivacy: id\n")))
        has(why, "diversion: Diversion -> 4930300", "identity: P-Asserted-Identity -> 4930200",
            "privacy: Privacy -> restricted")
        has(call, "+4930200 calls 100")


def history_info():
    with Peer("q1912.5-b") as p:
        why, _ = p.calls(answered(invite(
            "History-Info: <sip:+4930301@example.net>;index=1\n"
            "History-Info: <sip:+4930300@example.net;cause=302>;index=1.1;mp=1\n"
            "History-Info: <sip:100@example.net;cause=486>;index=1.1.1;mp=1.1\n"
            "P-Asserted-Identity: <sip:+4930200;cpc=payphone@example.net;user=phone>\n")))
        has(why, "history-info: History-Info -> 4930300", "cpc: payphone -> category",
            "generic-number: From -> 4930100")


def reason_wins_over_the_status():
    with Peer("rfc3398") as p:
        peer = Sipp(expect_request("INVITE") +
                    response("486 Busy Here", retrans=True,
                             more="Reason: SIP;cause=486, Q.850;cause=34;text=\"x\"\n") +
                    expect_request("ACK"), "-m", "1", port=p.port)
        p.gateway.vty("lab exchange call 100 555")
        peer.wait()
        live.wait_for(lambda: re.search(r"\b34\b", p.gateway.vty("show lab calls")))
        p.gateway.check_idle()


def sip_i_from_hex():
    with Peer("sip-i") as p:
        why, call = p.calls(answered(invite(
            "MIME-Version: 1.0\n", multipart(IAM), "multipart/mixed;boundary=\"odd'bound\"")))
        has(why, "encapsulation: application/isup -> message, type 1",
            "encapsulation: message -> body of application/isup, type 9")
        has(call, "calls 100")


def sip_i_that_cannot_be_read():
    for handling, end in (("required", expect(415) + request("ACK", retrans=False, same_branch=3)),
                          ("optional", None)):
        with Peer("sip-i") as p:
            first = invite("", multipart("01 02", handling), "multipart/mixed;boundary=\"odd'bound\"")
            p.calls(first + expect(100, True) + end if end else answered(first))


def the_line_and_the_user():
    """Charge number, jurisdiction, priority and user-to-user information, of an INVITE."""
    with Peer("q1912.5-b") as p:
        why, _ = p.calls(answered(invite(
            "P-Asserted-Identity: <sip:+4930200;rn=723970@example.net;user=phone>\n"
            "P-Charge-Info: <sip:+4930777@example.net;user=phone>\n"
            "Resource-Priority: dsn.flash, ets.1\n"
            "User-to-User: 0448;encoding=hex;purpose=isdn-uui\n")))
        has(why, "charge-number: P-Charge-Info -> 4930777", "jurisdiction: rn -> jurisdiction",
            "priority: ets -> category", "uui: User-to-User -> user-to-user information")
    with Peer("rfc3398") as p:
        why, _ = p.calls(answered(invite(
            "P-Asserted-Identity: \"Bob\" <sip:+4930200@example.net;user=phone>\n"
            "Geolocation: <https://location.example.net/1>\n")))
        has(why, "caller-name: Bob -> generic name", "geolocation: Geolocation -> left out")


def a_diverted_call():
    """181 with History-Info: where to; the number and the reason go into the trunk."""
    with Peer("q1912.5-b") as p:
        peer = Sipp(expect_request("INVITE") +
                    response("181 Call Is Being Forwarded",
                             more="History-Info: <sip:555@x>;index=1\n"
                             "History-Info: <sip:+4930888@x;cause=486>;index=1.1;mp=1\n"
                             "User-to-User: 0448;encoding=hex\n") +
                    response("486 Busy Here", retrans=True) + expect_request("ACK"),
                    "-m", "1", port=p.port)
        p.gateway.vty("lab exchange call 100 555")
        peer.wait()
        p.gateway.check_idle()
        has(p.gateway.vty("explain call 1"), "diverted: History-Info -> 4930888",
            "uui: User-to-User -> user-to-user information")


# tshark. --------------------------------------------------------------------------------------
def datagram_to_pcap(octets):
    udp = struct.pack(">HHHH", 5060, 5060, 8 + len(octets), 0) + octets
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes([192, 0, 2, 1]),
                     bytes([192, 0, 2, 2])) + udp
    return (struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) +
            struct.pack("<IIII", 0, 0, len(ip), len(ip)) + ip)


def tshark(octets):
    with tempfile.TemporaryDirectory() as where:
        path = os.path.join(where, "sip.pcap")
        with open(path, "wb") as f:
            f.write(datagram_to_pcap(octets))
        args = [live.need("tshark"), "-r", path, "-T", "fields"]
        for field in FIELDS:
            args += ["-e", field]
        run = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return dict(zip(FIELDS, run.stdout.decode().rstrip("\n").split("\t")))


class Wire:
    """A peer of octets."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(live.PATIENCE)
        self.host, self.port = self.sock.getsockname()

    def wait(self, start):
        while True:
            octets, self.far = self.sock.recvfrom(65536)
            if octets.startswith(start):
                return octets

    def answer(self, octets, status, tag=";tag=1"):
        lines = [b"SIP/2.0 " + status]
        for line in octets.split(b"\r\n\r\n")[0].split(b"\r\n"):
            name = line.split(b":")[0].lower()
            if name in (b"via", b"from", b"call-id", b"cseq"):
                lines.append(line)
            if name == b"to":
                lines.append(line + tag.encode())
        self.sock.sendto(b"\r\n".join(lines + [b"Content-Length: 0", b"", b""]), self.far)

    def invite(self, g, number):
        sdp = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
               "m=audio 40000 RTP/AVP 8\r\n")
        self.sock.sendto(("INVITE sip:%s@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=z9hG4bK1\r\n"
                          "From: <sip:+4930100@x>;tag=1\r\nTo: <sip:%s@x>\r\nCall-ID: 1@x\r\n"
                          "CSeq: 1 INVITE\r\nContact: <sip:a@%s:%d>\r\nMax-Forwards: 70\r\n"
                          "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s" %
                          (number, g.sip, self.host, self.port, number, self.host, self.port,
                           len(sdp), sdp)).encode(), (g.sip_host, g.sip_port))


def number_of(octets):
    return octets.split(b" ")[1].split(b":")[1].split(b"@")[0].decode()


def tshark_reads_our_iam():
    live.need("tshark")
    wire = Wire()
    with live.Gateway("--phone", "%s:%d" % (wire.host, wire.port)) as g:
        g.vty("configure terminal", "peer phone", "interworking sip-i", "commit")
        g.vty("lab exchange call 100 555")
        octets = wire.wait(b"INVITE ")
        got = tshark(octets)
        assert got["isup.message_type"] == "1", got
        assert got["isup.called"].rstrip("F") == number_of(octets) == "555", got
        assert got["isup.calling"] == "100", got
        has(g.vty("show call 1"), "IAM CIC", "100 calls 555")  # so the trunk said
        wire.answer(octets, b"486 Busy Here")
        g.check_idle()


def tshark_reads_our_backward_messages():
    live.need("tshark")
    wire = Wire()
    with live.Gateway("--phone", "%s:%d" % (wire.host, wire.port)) as g:
        g.vty("configure terminal", "peer phone", "interworking sip-i", "commit")
        wire.invite(g, "102")  # busy
        got = tshark(wire.wait(b"SIP/2.0 486"))
        assert got["isup.message_type"] == "12" and got["isup.cause_indicator"] == "17", got
        has(g.vty("show call 1"), "REL", "17")
        g.check_idle()


def tshark_reads_our_own_refusals():
    live.need("tshark")
    wire = Wire()
    with live.Gateway("--phone", "%s:%d" % (wire.host, wire.port)) as g:
        g.vty("configure terminal", "peer phone", "interworking sip-i", "commit")
        wire.invite(g, "alice")
        got = tshark(wire.wait(b"SIP/2.0 404"))
        assert got["isup.message_type"] == "12" and got["isup.cause_indicator"] == "1", got


if __name__ == "__main__":
    live.run([diversion_and_identity, history_info, reason_wins_over_the_status, sip_i_from_hex,
              sip_i_that_cannot_be_read, the_line_and_the_user, a_diverted_call, tshark_reads_our_iam, tshark_reads_our_backward_messages,
              tshark_reads_our_own_refusals])
