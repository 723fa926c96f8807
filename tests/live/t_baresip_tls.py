#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""baresip over TCP and TLS: it calls, it is called, both with certificates that are checked."""
import re

import live
from certs import Ca
from streams import StreamGateway
from t_baresip import GATEWAY, PHONE, PHONE_PORT, Baresip, has_talked, main, share_of_tone


def trust(ca, pair):
    """baresip wants key and certificate in one file."""
    both = pair[0] + ".both"
    with open(both, "w") as out:
        for path in (pair[1], pair[0]):
            with open(path) as f:
                out.write(f.read())
    return "sip_certificate %s\nsip_cafile %s\n" % (both, ca.cert)


def calls_the_tone(g, target, **how):
    with Baresip("-e", "/dial sip:101@" + target, **how) as phone:
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        phone.stop()
        assert "stablished" in phone.text(), phone.text()[-2000:]
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.95, "1004 Hz is only %.2f of what the phone heard" % share
    g.check_idle()


def is_called(g, **how):
    with Baresip(**how) as phone:
        live.wait_for(lambda: "baresip is ready" in phone.text())
        text = g.vty("lab exchange call 101 555")
        nr = re.search(r"lab call (\d+)", text)[1]
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        g.vty("lab exchange hangup " + nr)
        g.check_idle()
        phone.stop()
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.95, "1004 Hz is only %.2f of what the phone heard" % share


def a_phone_calls_over_tcp():
    with StreamGateway("--rtp", GATEWAY, host=GATEWAY) as g:
        calls_the_tone(g, "%s:%d;transport=tcp" % g.tcp, transport=";transport=tcp")


def a_phone_is_called_over_tcp():
    with StreamGateway("--rtp", GATEWAY, host=GATEWAY, phone="%s:%d" % (PHONE, PHONE_PORT),
                       peer=" transport tcp\n") as g:
        is_called(g, transport=";transport=tcp")


def a_phone_calls_over_tls():
    with Ca() as ca:
        gateway = ca.make("gw", "DNS:gw.example,IP:" + GATEWAY, cn=GATEWAY)
        more = trust(ca, ca.make("phone", "URI:sip:" + PHONE, cn=PHONE))
        words = "certificate %s key %s ca %s" % (gateway + (ca.cert,))
        with StreamGateway("--rtp", GATEWAY, host=GATEWAY, tls=words) as g:
            calls_the_tone(g, "%s:%d;transport=tls" % g.tls, transport=";transport=tls", more=more)


def a_phone_is_called_over_tls():
    with Ca() as ca:
        gateway = ca.make("gw", "DNS:gw.example,IP:" + GATEWAY, cn=GATEWAY)
        more = trust(ca, ca.make("phone", "URI:sip:" + PHONE, cn=PHONE))
        words = "certificate %s key %s ca %s" % (gateway + (ca.cert,))
        with StreamGateway("--rtp", GATEWAY, host=GATEWAY, tls=words,
                           phone="%s:%d" % (PHONE, PHONE_PORT + 1),
                           peer=" transport tls\n") as g:
            is_called(g, transport=";transport=tls", more=more)


if __name__ == "__main__":
    main(__file__, [a_phone_calls_over_tcp, a_phone_is_called_over_tcp, a_phone_calls_over_tls,
                    a_phone_is_called_over_tls])
