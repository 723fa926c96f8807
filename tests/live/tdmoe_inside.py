#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by t_spans.py in a network namespace of its own: two gateways with TDM over Ethernet between the
ends of a veth pair, one of which is cut for a while; and one that may not send such packets."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from spans import SpanGateway  # noqa: E402

MAC = {"tdma": "02:00:00:00:00:0a", "tdmb": "02:00:00:00:00:0b"}


def ip(*words):
    subprocess.run(["ip"] + list(words), check=True, stdin=subprocess.DEVNULL)


def words(ours, theirs, clock):
    return ["driver tdmoe", "ethernet %s %s 7" % (ours, MAC[theirs]), "clock " + clock,
            "receive-buffer 60"]


def main():
    ip("link", "set", "lo", "up")
    ip("link", "add", "tdma", "address", MAC["tdma"], "type", "veth", "peer", "name", "tdmb",
       "address", MAC["tdmb"])
    for end in MAC:
        ip("link", "set", end, "up")
    with SpanGateway(words("tdma", "tdmb", "master")) as a, \
            SpanGateway(words("tdmb", "tdma", "slave"), 2, 1) as b:
        for g in a, b:
            g.wait_span("up", "-", "joined with 02:00:00:00:00:0")
            assert g.slips() == 0 and g.span()["packets of a wrong form"] == 0, g.span()["all"]
        ip("link", "set", "tdmb", "down")
        a.wait_span("down", "LOS", "nothing comes from 02:00:00:00:00:0b on tdma")
        ip("link", "set", "tdmb", "up")
        for g in a, b:
            g.wait_span("up", "-")
        config = a.config
        refused(config, ["setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"],
                "it needs CAP_NET_RAW")
    ip("link", "del", "tdma")
    nobody = SpanGateway(["driver virtual"])
    with open(nobody.config, "a") as f:
        f.write("span 1\n driver tdmoe\n ethernet tdma %s 7\n" % MAC["tdmb"])
    refused(nobody.config, [], "there is no interface tdma")
    nobody.stop()
    print("tdmoe: ok")


def refused(config, prefix, why):
    done = live.run_program(prefix + [live.DAEMON, "-c", config, "--sip", "127.0.0.1:0", "--vty",
                                      "127.0.0.1:0"])
    assert done.returncode and why in done.output, done.output


if __name__ == "__main__":
    main()
