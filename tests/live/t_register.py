#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Phones register, and calls of the exchange find them; peers are asked whether they are there."""
import hashlib
import os
import re
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402


class Phone:
    """A phone in 40 lines: registers, answers what it is asked."""

    def __init__(self, gateway, user, host="127.0.0.1"):
        self.gateway, self.user = gateway, user
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.sock.settimeout(20)
        self.port = self.sock.getsockname()[1]
        self.call_id, self.cseq = os.urandom(8).hex(), 0

    def credentials(self, nonce, ha1):
        def md5(*parts):
            return hashlib.md5(":".join(parts).encode()).hexdigest()
        uri = "sip:" + self.gateway.sip
        response = md5(ha1, nonce, "00000001", "abc", "auth", md5("REGISTER", uri))
        return ('Authorization: Digest username="%s", realm="trunkgate", nonce="%s", uri="%s", '
                'response="%s", algorithm=MD5, cnonce="abc", qop=auth, nc=00000001\r\n' %
                (self.user, nonce, uri, response))

    def register(self, expires=600, authorization=""):
        self.send_register(expires, authorization)
        return self.receive("SIP/2.0 ")

    def send_register(self, expires=600, authorization=""):
        self.cseq += 1
        aor = "<sip:%s@%s>" % (self.user, self.gateway.sip)
        contact = "<sip:line-%s@127.0.0.1:%d>;expires=%d" % (self.user, self.port, expires)
        self.sock.sendto(("REGISTER sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%s;"
                          "rport\r\nFrom: %s;tag=f\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d REGISTER\r\n"
                          "Max-Forwards: 70\r\nContact: %s\r\n%sContent-Length: 0\r\n\r\n" %
                          (self.gateway.sip, self.port, os.urandom(6).hex(), aor, aor, self.call_id,
                           self.cseq, contact, authorization)).encode(),
                         (self.gateway.sip_host, self.gateway.sip_port))

    def receive(self, beginning):
        while True:
            text = self.sock.recv(65536).decode()
            if text.startswith(beginning):
                return text

    def answer(self, request, status):
        lines = re.findall(r"(?im)^(?:Via|From|To|Call-ID|CSeq):[^\r]*", request)
        text = "\r\n".join(l + ";tag=p" if l.startswith("To:") else l for l in lines)
        self.sock.sendto(("SIP/2.0 %s\r\n%s\r\nContent-Length: 0\r\n\r\n" % (status, text)).encode(),
                         (self.gateway.sip_host, self.gateway.sip_port))


def a_call_finds_the_phone():
    with live.Gateway() as g:
        phone = Phone(g, "201")
        text = phone.register()
        assert text.startswith("SIP/2.0 200") and "expires=600" in text, text
        shown = g.vty("show registrations")
        assert re.search(r"201 +127\.0\.0\.1:%d +\d+ s  sip:line-201@" % phone.port, shown), shown
        g.vty("lab exchange call 101 201")
        invite = phone.receive("INVITE")
        assert invite.startswith("INVITE sip:line-201@127.0.0.1:%d SIP/2.0" % phone.port), invite
        phone.answer(invite, "486 Busy Here")
        phone.receive("ACK")
        g.check_idle()


def a_phone_that_has_gone_is_not_called():
    with live.Gateway() as g:
        phone = Phone(g, "201")
        phone.register()
        text = phone.register(expires=0)
        assert text.startswith("SIP/2.0 200") and "Contact" not in text, text
        assert "0 registered" in g.vty("show registrations")


def strangers_are_refused():
    with live.Gateway() as g:
        assert Phone(g, "999").register().startswith("SIP/2.0 404")
        text = Phone(g, "201").register(expires=5)
        assert text.startswith("SIP/2.0 423") and "Min-Expires: 60" in text, text
        g.vty("configure terminal", "sip", "no registrar", "commit")
        assert Phone(g, "201").register().startswith("SIP/2.0 403")


def passwords_are_asked_for():
    ha1 = "0123456789abcdef0123456789abcdef"
    with live.Gateway() as g:
        g.vty("configure terminal", "sip", "user 202 password-ha1 " + ha1, "commit")
        phone = Phone(g, "202")
        text = phone.register()
        assert text.startswith("SIP/2.0 401"), text
        nonce = re.search(r'nonce="([^"]+)"', text)[1]
        assert 'realm="trunkgate"' in text and text.count("WWW-Authenticate") == 1, text
        for digest, status in (("wrong", "401"), (ha1, "200")):
            text = phone.register(authorization=phone.credentials(nonce, digest))
            assert text.startswith("SIP/2.0 " + status), text


def a_registered_phone_may_call():
    """Who is no peer may not, where that is asked for; the peer is elsewhere here."""
    with live.Gateway("--phone", "127.0.0.9:5070") as g:
        g.vty("configure terminal", "sip", "no accept-any", "commit")
        at = "127.0.0.1:%d" % live.free_udp_port()
        done = live.run_program([live.LAB, "phone", "call", "sip:101@" + g.sip, "--local", at,
                                 "--expect-status", "403"])
        assert done.returncode == 0, done.output
        phone = Phone(g, "201")
        phone.register()
        port = phone.port
        phone.sock.close()
        done = live.run_program([live.LAB, "phone", "call", "sip:101@" + g.sip, "--local",
                                 "127.0.0.1:%d" % port, "--expect-tone", "1004"])
        assert done.returncode == 0, done.output
        g.check_idle()


def a_flood_from_one_source_is_refused():
    """300 requests at once where 20 a second are allowed; another source is served meanwhile."""
    with live.Gateway() as g:
        g.vty("configure terminal", "sip", "source-limit 20", "commit")
        phone, seen = Phone(g, "999"), {}
        for _ in range(10):
            for _ in range(30):
                phone.send_register()
            for _ in range(30):
                status = phone.receive("SIP/2.0 ")[8:11]
                seen[status] = seen.get(status, 0) + 1
        assert set(seen) == {"404", "503"} and 20 <= seen["404"] <= 40, seen
        other = Phone(g, "201", host="127.0.0.2")
        assert other.register().startswith("SIP/2.0 200")
        g.check_idle()


def peers_come_and_go():
    """UDP to a port that nobody has is refused by the kernel: down at once."""
    port = live.free_udp_port()
    with live.Gateway("--phone", "127.0.0.1:%d" % port) as g:
        g.vty("configure terminal", "peer phone", "keep-alive 5", "commit")
        live.wait_for(lambda: re.search(r"phone .* down ", g.vty("show peers")))
        g.vty("lab exchange call 101 555")
        live.wait_for(lambda: "the peer does not answer" in g.vty("show call 1"))
        phone = Phone(g, "0")
        phone.sock.close()
        phone.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        phone.sock.bind(("127.0.0.1", port))
        phone.sock.settimeout(20)
        phone.answer(phone.receive("OPTIONS"), "200 OK")
        live.wait_for(lambda: re.search(r"phone .* up .* 200 ", g.vty("show peers")))
        g.check_idle()


live.run([a_call_finds_the_phone, a_phone_that_has_gone_is_not_called, strangers_are_refused,
          passwords_are_asked_for, a_registered_phone_may_call, a_flood_from_one_source_is_refused,
          peers_come_and_go])
