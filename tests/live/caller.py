# SPDX-License-Identifier: GPL-3.0-or-later
"""A caller of its own, with nothing of trunkgate in it: SIP by string, RTP by struct."""
import os
import re
import socket
import struct
import time


class Caller:
    """One call over UDP. self.status is the final status of the INVITE."""

    def __init__(self, gateway, number, ptime=20, payload_type=8, sdp=None, here="127.0.0.1"):
        self.gateway = (gateway.sip_host, gateway.sip_port)
        self.sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sip.bind((here, 0))
        self.sip.settimeout(20)
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind((here, 0))
        self.rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.number, self.ptime, self.payload_type = number, ptime, payload_type
        self.host, self.port = self.sip.getsockname()
        self.tag, self.call_id = os.urandom(4).hex(), os.urandom(8).hex()
        self.to_tag = ""
        self.sdp = sdp if sdp is not None else self._sdp()

    def _sdp(self):
        return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
                "m=audio %d RTP/AVP %d\r\na=ptime:%d\r\n" %
                (self.host, self.host, self.rtp.getsockname()[1], self.payload_type, self.ptime))

    def send(self, method, cseq, body="", branch=None):
        uri = "sip:%s@%s:%d" % ((self.number,) + self.gateway)
        branch = branch or "z9hG4bK" + os.urandom(6).hex()
        text = ("%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%d;branch=%s\r\nMax-Forwards: 70\r\n"
                "From: <sip:+4930100@%s:%d>;tag=%s\r\nTo: <%s>%s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n"
                "Contact: <sip:me@%s:%d>\r\n%sContent-Length: %d\r\n\r\n%s" %
                (method, uri, self.host, self.port, branch, self.host, self.port, self.tag, uri,
                 self.to_tag, self.call_id, cseq, method, self.host, self.port,
                 "Content-Type: application/sdp\r\n" if body else "", len(body), body))
        self.sip.sendto(text.encode(), self.gateway)
        return branch

    def response(self, method, final=True):
        """The next (final) response to this method, as text; its status."""
        while True:
            text = self.sip.recv(65536).decode()
            if not text.startswith("SIP/2.0 ") or not re.search(r"(?im)^CSeq: *\d+ " + method, text):
                continue
            status = int(text.split()[1])
            if not final or status >= 200:
                return status, text

    def expect_request(self, method):
        """Waits for a request in the dialog and answers 200."""
        while True:
            text, peer = self.sip.recvfrom(65536)
            text = text.decode()
            if not text.startswith(method + " "):
                continue
            keep = [line for line in text.split("\r\n\r\n")[0].split("\r\n")[1:]
                    if re.match(r"(?i)(Via|From|To|Call-ID|CSeq):", line)]
            self.sip.sendto(("SIP/2.0 200 OK\r\n" + "\r\n".join(keep) +
                             "\r\nContent-Length: 0\r\n\r\n").encode(), peer)
            return text

    def invite(self):
        branch = self.send("INVITE", 1, self.sdp)
        self.status, text = self.response("INVITE")
        self.answer = text
        m = re.search(r"(?im)^To:.*?(;tag=[^;\r\n]+)", text)
        self.to_tag = m[1] if m else ""
        self.send("ACK", 1, branch=None if self.status < 300 else branch)
        if self.status < 300:
            m = re.search(r"m=audio (\d+) ", text)
            self.remote = (self.gateway[0], int(m[1]))
        return self.status

    def bye(self):
        self.send("BYE", 2)
        status, _ = self.response("BYE")
        return status

    def close(self):
        self.sip.close()
        self.rtp.close()

    def stream(self, octets):
        """Sends `octets` as RTP at their pace, receives as many seconds; the packets received."""
        size = self.ptime * 8
        packets = []
        start = time.monotonic()
        self.rtp.setblocking(False)
        seq, stamp = 65000, 0xfffff000  # both wrap on the way
        nr = len(octets) // size
        for i in range(nr + int(500 / self.ptime)):
            if i < nr:
                header = struct.pack("!BBHII", 0x80, self.payload_type | (0x80 if i == 0 else 0),
                                     (seq + i) & 0xffff, (stamp + i * size) & 0xffffffff, 0x1234567)
                self.rtp.sendto(header + octets[i * size:(i + 1) * size], self.remote)
            time.sleep(max(0.0, start + (i + 1) * self.ptime / 1000 - time.monotonic()))
            self._receive(packets)
        return packets

    def _receive(self, packets):
        while True:
            try:
                packets.append(self.rtp.recv(2048))
            except BlockingIOError:
                return


def payload(packets):
    """The octets of a stream of packets, in order; sequence numbers and times must be whole."""
    out = b""
    last = None
    for p in packets:
        first, _, seq, stamp, ssrc = struct.unpack("!BBHII", p[:12])
        assert first == 0x80, "RTP header %02x" % first
        if last:
            assert seq == (last[0] + 1) & 0xffff, "sequence %d after %d" % (seq, last[0])
            assert stamp == (last[1] + last[2]) & 0xffffffff, "timestamp %d after %d" % (stamp, last[1])
            assert ssrc == last[3], "another SSRC"
        last = (seq, stamp, len(p) - 12, ssrc)
        out += p[12:]
    return out
