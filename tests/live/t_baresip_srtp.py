#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""baresip with SRTP, by keys in SDP and by DTLS, both ways; and with codecs beside G.711. What must
hold is in the SDP, in the handshake and in the packets that were authentic: speech alone would
pass if one side had silently fallen back."""
import os
import re

import live
from streams import StreamGateway
from t_baresip import (GATEWAY, PHONE, PHONE_PORT, Baresip, has_talked, main, modules_path,
                       share_of_tone)

MODULES = "module srtp.so\nmodule dtls_srtp.so\nmodule g722.so\nmodule gsm.so\nmodule g726.so\nmodule opus.so\n"


def call_of(g):
    """`show call` of the newest one."""
    return g.vty("show call " + re.findall(r"^ *(\d+) ", g.vty("show calls"), re.M)[0])


def media_of(g):
    """Of a call that is under way. Empty packets and those before the keys are refused; nothing
    that came with keys is."""
    live.wait_for(lambda: int((re.search(r"received: (\d+)", call_of(g)) or [0, 0])[1]) > 50)
    text = call_of(g)
    assert "not authentic" not in text and "replayed" not in text, text
    return text


def calls_the_tone(media, account, wanted, codec="PCMA/8000/1"):
    with StreamGateway("--rtp", GATEWAY, host=GATEWAY, media=media) as g, \
            Baresip("-e", "/dial sip:101@" + str(g.sip), more=MODULES, account=account,
                    codec=codec) as phone:
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        text = media_of(g)
        phone.stop()
        for words in wanted:
            assert words in text, "no '%s' in:\n%s" % (words, text)
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.9, "1004 Hz is only %.2f of what the phone heard" % share
        g.check_idle()
        return phone.text()


def is_called(peer, account, wanted, codec="PCMA/8000/1"):
    with StreamGateway("--rtp", GATEWAY, host=GATEWAY, phone="%s:%d" % (PHONE, PHONE_PORT),
                       peer=peer) as g, \
            Baresip(more=MODULES, account=account, codec=codec) as phone:
        live.wait_for(lambda: "baresip is ready" in phone.text())
        nr = re.search(r"lab call (\d+)", g.vty("lab exchange call 101 555"))[1]
        live.wait_for(lambda: "talking" in g.vty("show lab calls").lower())
        live.wait_for(lambda: has_talked(g))
        text = media_of(g)
        g.vty("lab exchange hangup " + nr)
        g.check_idle()
        phone.stop()
        for words in wanted:
            assert words in text, "no '%s' in:\n%s" % (words, text)
        share = share_of_tone(phone.recorded("dec"), 1004)
        assert share > 0.9, "1004 Hz is only %.2f of what the phone heard" % share


def a_phone_calls_with_keys_in_sdp():
    log = calls_the_tone(" srtp sdes\n", ";mediaenc=srtp-mand", ["SRTP AES_CM_128"])
    assert "RTP/SAVP" in log


def a_phone_calls_with_keys_as_an_option():
    calls_the_tone(" srtp accept\n", ";mediaenc=srtp", ["SRTP AES_CM_128"])


def a_phone_calls_with_dtls():
    calls_the_tone(" srtp dtls\n rtcp-mux\n", ";mediaenc=dtls_srtp", ["SRTP "])


def a_phone_is_called_with_keys_in_sdp():
    is_called(" srtp sdes\n", ";mediaenc=srtp-mand", ["SRTP A"])


def a_phone_is_called_with_dtls():
    is_called(" srtp dtls\n rtcp-mux\n", ";mediaenc=dtls_srtp", ["SRTP "])


def plain_is_refused_where_keys_are_wanted():
    with StreamGateway("--rtp", GATEWAY, host=GATEWAY, media=" srtp sdes\n") as g, \
            Baresip("-e", "/dial sip:101@" + str(g.sip)) as phone:
        live.wait_for(lambda: "488 " in phone.text())
        g.check_idle()


def other_codecs():
    for word, codec in (("g722", "G722/16000/1"), ("gsm", "GSM/8000/1")):
        calls_the_tone(" codecs %s\n" % word, "", ["RTP received"], codec=codec)


def opus():
    """RFC 7587: 48 kHz timestamps, and what the phone says of what it wants, which is in its fmtp."""
    if not os.path.exists(modules_path() + "/opus.so"):
        raise live.Skip("baresip's module for Opus is not installed")
    try:
        StreamGateway(media=" codecs opus\n").stop()
    except AssertionError as e:
        if "not built in" in str(e):
            raise live.Skip("Opus is not built in")
        raise
    log = calls_the_tone(" codecs opus\n", "", ["codec: opus", "RTP received"],
                         codec="opus/48000/2")
    for words in ("opus/48000/2", "maxplaybackrate=8000", "useinbandfec=1"):
        assert words in log, words
    is_called(" codecs opus\n", "", ["codec: opus"], codec="opus/48000/2")


if __name__ == "__main__":
    main(__file__, [a_phone_calls_with_keys_in_sdp, a_phone_calls_with_keys_as_an_option,
                    a_phone_calls_with_dtls, a_phone_is_called_with_keys_in_sdp,
                    a_phone_is_called_with_dtls, plain_is_refused_where_keys_are_wanted,
                    other_codecs, opus])
