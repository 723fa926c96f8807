#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two media workers in one daemon: calls on spans of both, and a transit call between spans of two
workers, octet for octet."""
import os
import random
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from caller import Caller  # noqa: E402
from exchange_pair import Daemon  # noqa: E402
from spans import SpanGateway, cs7, free_tcp_port, unix_pair  # noqa: E402
from t_trunk_calls import HeldUp  # noqa: E402
from t_trunks import DEEP, PACKET, Answerer, compare, speech  # noqa: E402

OURS, MIDDLE, THEIRS = "0.0.1", "0.0.3", "0.0.2"
CALLS = 10
ATTEMPTS = 4  # two workers have more in hand after each break: 24 ms in the end
BETWEEN_MS = 15

SPAN = """span %d
%s type e1
 law a-law
"""
TRUNK = """trunk %s
 point-code local 0.0.3
 point-code remote %s
 circuits span %d timeslots 1-15 cic 1
 circuits span %d timeslots 17-31 cic 17
"""
TRANSIT = """vty 127.0.0.1:4290
sip
 bind 127.0.0.1:5060
media
 bind 127.0.0.1
 workers 2
 worker-cores 0 1
 receive-buffer 150
 receive-buffer fixed
%(spans)s%(trunks)scs7 instance 0
 point-code 0.0.3
%(asps)s route-table system
  update route 0.0.1 7.255.7 linkset as1
  update route 0.0.2 7.255.7 linkset as2
route any from trunk west to trunk east
route any from trunk east to trunk west
"""
ASP = """ asp a%(n)d %(port)d 0 m3ua
  transport tcp
  remote-ip 127.0.0.1
  role ipsp
  transport-role client
  exchange single
"""


def asps(ports):
    """Both neighbours accept; the middle connects."""
    text = "".join(ASP % {"n": n + 1, "port": p} for n, p in enumerate(ports))
    for n, _ in enumerate(ports):
        text += " as as%d m3ua\n  asp a%d\n  routing-key %d 0.0.3\n" % (n + 1, n + 1, n + 1)
    return text


def neighbour(port, ours, key):
    text = cs7(port, True, ours, MIDDLE)
    return text.replace("routing-key 7", "routing-key %d" % key) + DEEP + " no rtcp\n"


def span_words(words):
    return "".join(" %s\n" % w for w in words)


def transit_between_workers():
    answerer = Answerer()
    answerer.start()
    ports = free_tcp_port(), free_tcp_port()
    west, east = unix_pair(150), unix_pair(150)
    text = TRANSIT % {"spans": SPAN % (0, span_words(west[1])) + SPAN % (1, span_words(east[1])),
                      "trunks": TRUNK % ("west", OURS, 0, 0) + TRUNK % ("east", THEIRS, 1, 1),
                      "asps": asps(ports)}
    a = SpanGateway(west[0], OURS, MIDDLE, more=neighbour(ports[0], OURS, 1))
    b = SpanGateway(east[0], THEIRS, MIDDLE, more=neighbour(ports[1], THEIRS, 2),
                    phone=answerer.address)
    middle = Daemon(text, "-d", "info", "--sip", "127.0.0.1:0", "--vty", "127.0.0.1:0")
    try:
        for g in a, b:
            g.wait_span("up", "-")
            live.wait_for(lambda: len(re.findall(r"\bidle +usable .* -$", g.vty("show circuits"),
                                                 re.M)) == 30, 40)
        workers = middle.vty("show workers")
        assert len(re.findall(r"^ +[12] +[01] ", workers, re.M)) == 2, workers
        time.sleep(6)
        with HeldUp() as host:
            if not any(calls(a, middle) for _ in range(ATTEMPTS)):
                print("# the host was held up for %d ms" % host.ms)
                assert host.ms > BETWEEN_MS, "never octet true, though nothing was held up"
                raise live.Skip("the host was held up in each of %d attempts" % ATTEMPTS)
    finally:
        for g in a, middle, b:
            g.stop()


def calls(a, middle):
    callers = [Caller(a, "4711", 20, 8) for _ in range(CALLS)]
    for c in callers:
        assert c.invite() == 200, c.answer
    shown = middle.vty("show calls")
    assert shown.count("answered") == CALLS, shown
    sent = [random.Random(n).randbytes(PACKET * 150) for n in range(CALLS)]
    got = speech(callers, sent)
    for c in callers:
        assert c.bye() == 200
        c.close()
    live.wait_for(lambda: "0 active" in middle.vty("show calls"))
    wrong = [w for w in map(compare, sent, got) if w]
    print("# %d of %d transit calls octet true between two workers%s" %
          (CALLS - len(wrong), CALLS, ": " + wrong[0] if wrong else ""))
    return not wrong


if __name__ == "__main__":
    live.run([transit_between_workers])
