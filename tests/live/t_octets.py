#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Octet truth: what is sent to the echo subscriber comes back octet for octet."""
import math
import random
import re
import threading

import live
from caller import Caller, payload

SECONDS = 30

# A deep receive buffer: the sender is a script on a busy machine, whose jitter is not the gateway's.
DEEP_BUFFER = ("configure terminal", "media", "receive-buffer 150", "receive-buffer fixed", "commit")


def one_call(gateway, ptime, payload_type, result):
    try:
        caller = Caller(gateway, "100", ptime, payload_type)
        assert caller.invite() == 200, caller.answer
        sent = random.Random(ptime).randbytes(SECONDS * 8000 // (ptime * 8) * (ptime * 8))
        got = payload(caller.stream(sent))
        assert caller.bye() == 200
        caller.close()
        result[ptime] = compare(sent, got, ptime)
    except Exception as e:  # it is raised again in the test's thread
        result[ptime] = e


def compare(sent, got, ptime):
    at = got.find(sent[:80])
    assert at >= 0, "ptime %d: the first 10 ms did not come back" % ptime
    for i, (a, b) in enumerate(zip(sent, got[at:])):
        assert a == b, "ptime %d: octet %d (at %.3f s) is %02x, was sent as %02x" % (
            ptime, i, i / 8000, b, a)
    assert len(got) - at >= len(sent), "ptime %d: %d octets of %d came back" % (
        ptime, len(got) - at, len(sent))
    return "ptime %d: %d octets equal, delay %.1f ms" % (ptime, len(sent), at / 8)


def same_law_calls_are_octet_true_for_30_s():
    with live.Gateway() as g:
        g.vty(*DEEP_BUFFER)
        assert "receive-buffer 150" in g.vty("show running-config")
        result = {}
        threads = [threading.Thread(target=one_call, args=(g, ptime, 8, result))
                   for ptime in (10, 20, 30)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for ptime in (10, 20, 30):
            if isinstance(result[ptime], Exception):
                raise result[ptime]
            print("# " + result[ptime])
        g.check_idle()


def alaw(x):
    """A-law of a sample of 13 bits (G.711), for a tone that nobody needs to the last bit."""
    sign, x = (0x80, x) if x >= 0 else (0, -x - 1)
    x = min(x >> 4, 2047) if x < 32768 else 2047
    exponent = max(0, x.bit_length() - 5)
    mantissa = (x >> max(1, exponent)) & 0xf
    return (sign | exponent << 4 | mantissa) ^ 0x55


def answering_tone_of_a_fax_fixes_the_buffer():
    """2100 Hz from a caller with the adaptive buffer of every new gateway; not with the word."""
    octets = bytes(alaw(int(8000 * math.sin(2 * math.pi * 2100 * n / 8000))) for n in range(12000))
    with live.Gateway() as g:
        for words, said in (("modem-detect", True), ("no modem-detect", False)):
            g.vty("configure terminal", "peer phone", words, "commit")
            caller = Caller(g, "100")
            assert caller.invite() == 200, caller.answer
            caller.stream(octets)
            nr = re.findall(r"^ *(\d+) ", g.vty("show calls"), re.M)[0]
            g.vty("show call " + nr)  # asks for what is shown next
            text = live.wait_for(lambda: "receive buffer" in g.vty("show call " + nr) and
                                 g.vty("show call " + nr))
            assert ("fixed: a modem or fax" in text) == said, text
            assert caller.bye() == 200
            caller.close()
            g.check_idle()
            assert ("modem or fax: answered" in g.vty("show log " + nr)) == said


if __name__ == "__main__":
    live.run([same_law_calls_are_octet_true_for_30_s, answering_tone_of_a_fax_fixes_the_buffer])
