#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A continuity check before each call: our tone through the exchange's loop, COT, and then a call
whose speech is the exchange's echo, octet for octet."""
import random
import tempfile

import live
from caller import Caller, payload

CONFIG = """sip
 accept-any
media
 receive-buffer 150
 receive-buffer fixed
span 0
 type e1
trunk east
 point-code local 1
 point-code remote 2
 circuits span 0 timeslots 1-15 cic 1
 circuits span 0 timeslots 17-31 cic 17
 continuity-check outgoing always
peer phone
 address 127.0.0.1:5070
route any from sip to trunk east
"""


def calls_go_on_after_the_check():
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as f:
        f.write(CONFIG)
        f.flush()
        with live.Gateway("-c", f.name) as g:
            for nr in range(3):
                caller = Caller(g, "100", 20, 8)
                assert caller.invite() == 200, caller.answer
                sent = random.Random(nr).randbytes(8000)
                got = payload(caller.stream(sent))
                at = got.find(sent[:80])
                assert at >= 0, "nothing came back"
                assert got[at:at + 4000] == sent[:4000]
                assert caller.bye() == 200
                caller.close()
                log = g.vty("show call %d" % (nr + 1))
                assert "COT" in log, log
            g.check_idle()


if __name__ == "__main__":
    live.run([calls_go_on_after_the_check])
