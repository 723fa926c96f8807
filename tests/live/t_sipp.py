#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIPp as caller and as called party, against every subscriber of the lab exchange."""
import re

import live
from sipp import (PROVISIONALS, Sipp, call, expect, expect_request, in_dialog_bye, pause,
                  request, response)

HANG_UP = pause(300) + request("BYE", 2) + expect(200)
ANSWERED = request("INVITE", sdp=True) + PROVISIONALS + expect(200) + request("ACK", retrans=False)


def refused(status, cause):
    return (request("INVITE", sdp=True) + PROVISIONALS + expect(status, reason=cause) +
            request("ACK", retrans=False, same_branch=5))


def uac_subscribers_that_answer():
    with live.Gateway() as g:
        for number in ("100", "101", "105", "107", "109"):
            call(g, number, ANSWERED + HANG_UP)
        g.check_idle()


def uac_refused_with_the_right_cause():
    with live.Gateway() as g:
        for number, status, cause in (("102", 486, 17), ("104", 404, 1), ("108", 503, 34),
                                      ("199", 404, 1)):
            call(g, number, refused(status, cause))
        g.check_idle()


def uac_106_hangs_up():
    with live.Gateway() as g:
        call(g, "106", ANSWERED + expect_request("BYE") + response("200 OK"))
        g.check_idle()


def uac_cancels_103():
    with live.Gateway() as g:
        call(g, "103", request("INVITE", sdp=True) + expect(100, True) + expect(180) + pause(200) +
             request("CANCEL", same_branch=4) + expect(200) + expect(487) +
             request("ACK", retrans=False, same_branch=7))
        g.check_idle()


def uac_ten_at_once():
    with live.Gateway() as g:
        Sipp(ANSWERED + pause(1500) + request("BYE", 2) + expect(200), "-s", "100", "-m", "10", "-l",
             "10", "-r", "10", remote=g.sip).wait()
        g.check_idle()


def uas_is_called_by_the_exchange():
    port = live.free_udp_port()
    with live.Gateway("--phone", "127.0.0.1:%d" % port) as g:
        peer = Sipp(expect_request("INVITE") + response("180 Ringing") + pause(200) +
                    response("200 OK", sdp=True, retrans=True) + expect_request("ACK") +
                    expect_request("BYE") + response("200 OK"), "-m", "1", port=port)
        nr = exchange_call(g)
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        g.vty("lab exchange hangup " + nr)
        peer.wait()
        g.check_idle()


def uas_refuses():
    port = live.free_udp_port()
    for status, cause in (("486 Busy Here", 17), ("603 Decline", 21), ("404 Not Found", 1)):
        with live.Gateway("--phone", "127.0.0.1:%d" % port) as g:
            peer = Sipp(expect_request("INVITE") + response(status, retrans=True) +
                        expect_request("ACK"), "-m", "1", port=port)
            exchange_call(g)
            peer.wait()
            live.wait_for(lambda: re.search(r"\b%d\b" % cause, g.vty("show lab calls")))
            g.check_idle()


def uas_hangs_up():
    port = live.free_udp_port()
    with live.Gateway("--phone", "127.0.0.1:%d" % port) as g:
        peer = Sipp(expect_request("INVITE", dialog=True) +
                    response("200 OK", sdp=True, retrans=True) + expect_request("ACK") + pause(500) +
                    in_dialog_bye() + expect(200), "-m", "1", port=port)
        exchange_call(g)
        peer.wait()
        g.check_idle()


def exchange_call(g):
    text = g.vty("lab exchange call 100 555")
    m = re.search(r"lab call (\d+)", text)
    assert m, text
    return m[1]


if __name__ == "__main__":
    live.run([uac_subscribers_that_answer, uac_refused_with_the_right_cause, uac_106_hangs_up,
              uac_cancels_103, uac_ten_at_once, uas_is_called_by_the_exchange, uas_refuses,
              uas_hangs_up])
