#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls from SIP to SIP: RTP to RTP through two media workers, octet for octet in one law, and from
PCMU to PCMA and back."""
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from caller import Caller  # noqa: E402
from exchange_pair import Daemon  # noqa: E402
from t_trunk_calls import MOST_HELD_UP, HeldUp  # noqa: E402
from t_trunks import PACKET, Answerer, compare, speech  # noqa: E402

CALLS = 6

CONFIG = """vty 127.0.0.1:4290
sip
 bind 127.0.0.1:5060
 accept-any
media
 bind 127.0.0.1
 workers 2
 receive-buffer 150
 receive-buffer fixed
 no rtcp
span 0
 driver virtual
trunk far
 point-code local 1
 point-code remote 2
 circuits span 0 timeslots 1-15 cic 1
peer phone
 address %s
 codecs pcma pcmu
 no rtcp
route any from sip to peer phone
"""


def start():
    answerer = Answerer()
    answerer.start()
    return Daemon(CONFIG % answerer.address, "-d", "info", "--sip", "127.0.0.1:0",
                  "--vty", "127.0.0.1:0")


def talk(gateway, payload_type):
    callers = [Caller(gateway, "4711", 20, payload_type) for _ in range(CALLS)]
    for c in callers:
        assert c.invite() == 200, c.answer
    shown = gateway.vty("show calls")
    assert shown.count("answered") == CALLS, shown
    sent = [random.Random(n).randbytes(PACKET * 150) for n in range(CALLS)]
    with HeldUp() as host:
        got = speech(callers, sent)
    for c in callers:
        assert c.bye() == 200
        c.close()
    live.wait_for(lambda: gateway.calls_left() == 0)
    return sent, got, host.ms


def one_law_is_octet_true():
    with start() as g:
        for _ in range(3):
            sent, got, held_up_ms = talk(g, 8)
            wrong = [w for w in map(compare, sent, got) if w]
            print("# %d of %d calls octet true%s" %
                  (CALLS - len(wrong), CALLS, ": " + wrong[0] if wrong else ""))
            if not wrong:
                return
            assert held_up_ms > MOST_HELD_UP, wrong  # or it is ours
        raise live.Skip("the host was held up in each of three attempts")


def pcmu_to_pcma():
    with start() as g:
        for octets in talk(g, 0)[1]:
            assert len(octets) > PACKET * 120, "%d octets came back" % len(octets)
            assert len(set(octets)) > 100, "%d octets are different" % len(set(octets))


if __name__ == "__main__":
    live.run([one_law_is_octet_true, pcmu_to_pcma])
