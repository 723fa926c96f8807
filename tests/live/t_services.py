#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Redirections and transfers with SIPp: 302 that is followed, routed or told (RFC 3398 8.2.5), and a
REFER that ends well, ends badly, or goes into the trunk (RFC 3515); preconditions (RFC 3312)."""
import re

import live
from sipp import (PROVISIONALS, REQUEST, SDP, Sipp, expect, expect_request, in_dialog_bye, pause,
                  request, response, send)

OK = send("""SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

""", False)
NOTIFY = expect_request("NOTIFY") + OK
ANSWERS = (expect_request("INVITE", dialog=True) + response("200 OK", sdp=True, retrans=True) +
           expect_request("ACK") + pause(300) + in_dialog_bye() + expect(200))
LATER = ANSWERS.replace("<send", pause(300) + "<send", 1)
REFUSES = expect_request("INVITE") + response("486 Busy Here", retrans=True) + expect_request("ACK")

REFUSES_LATER = REFUSES.replace("<send", pause(300) + "<send", 1)


def moved(contact):
    text = response("302 Moved Temporarily", retrans=True)
    return (expect_request("INVITE") +
            text.replace("Contact: <sip:[local_ip]:[local_port];transport=[transport]>",
                         "Contact: %s" % contact) + expect_request("ACK"))


def gateway(port, word=None):
    g = live.Gateway("--phone", "127.0.0.1:%d" % port)
    if word:
        g.vty("configure terminal", "peer phone", word, "commit")
    return g


def redirected_elsewhere():
    first, second = live.free_udp_port(), live.free_udp_port()
    with gateway(first, "redirects follow") as g:
        a = Sipp(moved("<sip:alice@127.0.0.1:%d>" % second), "-m", "1", port=first)
        b = Sipp(ANSWERS, "-m", "1", port=second)
        g.vty("lab exchange call 100 555")
        a.wait()
        b.wait()
        g.check_idle()
        text = g.vty("show call 1")
        assert "302" in text and "redirected" in text and "alice@127.0.0.1" in text, text


def redirected_into_the_trunk():
    port = live.free_udp_port()
    with gateway(port, "redirects route") as g:
        trunk = [l for l in g.vty("show running-config").split("\n") if l.startswith("trunk ")]
        name = trunk[0].split()[1]
        g.vty("configure terminal", "route 102 from trunk to trunk " + name, "commit")
        a = Sipp(moved("<sip:102@127.0.0.1>"), "-m", "1", port=port)
        g.vty("lab exchange call 100 555")
        a.wait()
        live.wait_for(lambda: "redirected" in g.vty("show call 1"))
        live.wait_for(lambda: g.calls_left() == 0)  # 102 is busy
        assert "REL 17" in g.vty("show call 1"), g.vty("show call 1")
        g.check_idle()


def redirection_is_told():
    port = live.free_udp_port()
    with gateway(port) as g:
        a = Sipp(moved("<sip:alice@127.0.0.1:9>"), "-m", "1", port=port)
        g.vty("lab exchange call 100 555")
        a.wait()
        g.check_idle()
        assert "REL 23" in g.vty("show call 1"), g.vty("show call 1")


def talk():
    body = REQUEST.format(method="INVITE", cseq=1, cseq_method="INVITE", body=SDP,
                          more="Content-Type: application/sdp\n")
    return (send(body) + PROVISIONALS + '<recv response="200" rrs="true"/>\n' +
            request("ACK", retrans=False))


def refer(number):
    return send(REQUEST.format(method="REFER", cseq=2, cseq_method="REFER", body="",
                               more="Refer-To: <sip:%s@127.0.0.1>\n" % number)) + expect(202)


def transferred():
    port = live.free_udp_port()
    with gateway(port) as g:
        b = Sipp(LATER, "-m", "1", port=port)
        a = Sipp(talk() + pause(200) + refer("555") + NOTIFY + NOTIFY + expect_request("BYE") + OK,
                 "-s", "100", "-m", "1", remote=g.sip)
        a.wait()
        b.wait()
        g.check_idle()
        text = g.vty("show call 1")
        assert "this leg is in the call now" in text, text


def transfer_is_refused():
    port = live.free_udp_port()
    with gateway(port) as g:
        b = Sipp(REFUSES_LATER, "-m", "1", port=port)
        a = Sipp(talk() + pause(200) + refer("555") + NOTIFY + NOTIFY + pause(200) +
                 request("BYE", 3) + expect(200), "-s", "100", "-m", "1", remote=g.sip)
        a.wait()
        b.wait()
        g.check_idle()
        text = g.vty("show call 1")
        assert "the call goes on as before" in text, text


def transfer_is_not_allowed():
    port = live.free_udp_port()
    with gateway(port, "transfers refuse") as g:
        text = refer("555").replace('response="202"', 'response="403"')
        a = Sipp(talk() + pause(200) + text + request("BYE", 3) + expect(200), "-s", "100", "-m", "1",
                 remote=g.sip)
        a.wait()
        g.check_idle()


def description(version, ready):
    """With preconditions (RFC 3312 5): the caller's own side is reserved, or not yet."""
    return SDP.replace("53655765 2353687637", "53655765 %d" % version) + (
        "a=curr:qos local %s\na=curr:qos remote none\na=des:qos mandatory local sendrecv\n"
        "a=des:qos mandatory remote sendrecv\n" % ("sendrecv" if ready else "none"))


def with_sdp(method, cseq, text, more=""):
    return send(REQUEST.format(method=method, cseq=cseq, cseq_method=method, body=text,
                               more=more + "Content-Type: application/sdp\n"))


def reliable(status, cseq, variable):
    """A 18x that is acknowledged (RFC 3262 4)."""
    return ('<recv response="%d" rrs="true"><action><ereg regexp="[0-9]+" search_in="hdr" '
            'header="RSeq:" check_it="true" assign_to="%d"/></action></recv>\n' % (status, variable) +
            send(REQUEST.format(method="PRACK", cseq=cseq, cseq_method="PRACK", body="",
                                more="RAck: [$%d] 1 INVITE\n" % variable)) + expect(200))


def caller_reserves_first():
    """RFC 3312 13.1: nobody is alerted before the UPDATE, which is the COT of the trunk."""
    port = live.free_udp_port()
    with gateway(port, "preconditions continuity") as g:
        wants = "Supported: 100rel\nRequire: precondition\n"
        Sipp(with_sdp("INVITE", 1, description(1, False), wants) + expect(100, True) +
             reliable(183, 2, 4) + with_sdp("UPDATE", 3, description(2, True)) + expect(200) +
             reliable(180, 4, 5) + expect(200) + request("ACK", retrans=False) + pause(200) +
             request("BYE", 5) + expect(200), "-s", "100", "-m", "1", remote=g.sip, port=port).wait()
        text = g.vty("show call 1")
        assert re.search(r"183.*COT.*ACM.*180", text, re.S), text
        g.check_idle()


if __name__ == "__main__":
    live.run([redirected_elsewhere, redirected_into_the_trunk, redirection_is_told, transferred,
              transfer_is_refused, transfer_is_not_allowed, caller_reserves_first])
