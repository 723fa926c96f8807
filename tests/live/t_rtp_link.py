#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`rtp-send link`: RTP straight to the network interface, from the gateway's namespace to the caller's.
What is said comes back octet for octet, also when the caller's MAC address changes in between; where
it cannot be used, packets go by the sockets and the log says so."""
import os
import random
import re
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
import two_hosts  # noqa: E402
from caller import Caller, payload  # noqa: E402
from streams import StreamGateway  # noqa: E402
from t_hogs import value  # noqa: E402

GATEWAY, PHONE = "10.77.3.1", "10.77.3.2"
SECONDS = 5
MEDIA = " receive-buffer 150\n receive-buffer fixed\n rtp-send link\n"


def speech(caller, seed):
    """Octets that come back as they were sent."""
    sent = random.Random(seed).randbytes(SECONDS * 8000)
    got = payload(caller.stream(sent))  # numbers and times are whole
    at = got.find(sent[:80])
    assert at >= 0, "the first 10 ms did not come back"
    back = got[at:at + len(sent)]
    assert back == sent, "%d octets differ" % sum(a != b for a, b in zip(back, sent))


def by_link(g):
    return int(value(g, "by-link"))


def one_call(g, caller, seed):
    assert caller.invite() == 200, caller.answer
    speech(caller, seed)
    assert caller.bye() == 200
    caller.close()


def gateway(prefix=()):
    return StreamGateway("--rtp", GATEWAY, media=MEDIA, host=GATEWAY, prefix=prefix)


def octets_by_the_link():
    with gateway() as g:
        one_call(g, two_hosts.far.run(lambda: Caller(g, "100", here=PHONE)), 1)
        first = by_link(g)
        assert first > SECONDS * 50 / 2, g.vty("show workers")
        two_hosts.far.ip("link set vb address 02:00:00:00:00:77")
        two_hosts.ip("neigh flush dev va")  # as its gratuitous ARP would have it
        one_call(g, two_hosts.far.run(lambda: Caller(g, "100", here=PHONE)), 2)
        assert by_link(g) > first + SECONDS * 50 / 2, g.vty("show workers")
        assert int(value(g, "failed")) == 0, g.vty("show workers")
        g.check_idle()


def this_machine_is_not_reached_by_a_link():
    with gateway() as g:
        one_call(g, Caller(g, "100", here=GATEWAY), 3)
        assert by_link(g) == 0 and int(value(g, "sent")) > 0, g.vty("show workers")


def without_the_right_sockets_send():
    if os.getuid() != 0 or not shutil.which("setpriv"):
        raise live.Skip("needs root and setpriv")
    with gateway(("setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-all")) as g:
        live.wait_for(lambda: re.search("sends by its sockets.*CAP_NET_RAW", g.whole_log()))
        one_call(g, Caller(g, "100", here=GATEWAY), 4)


if __name__ == "__main__":
    two_hosts.main(__file__, [octets_by_the_link, this_machine_is_not_reached_by_a_link,
                              without_the_right_sockets_send], GATEWAY, PHONE)
