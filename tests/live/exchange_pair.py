# SPDX-License-Identifier: GPL-3.0-or-later
"""Two gateways of one network, each with a configuration of its own: what a trunk joins."""
import os
import tempfile

import live

ENDS = ("a", "b")
POINT = {"a": "0.0.1", "b": "0.0.2"}

COMMON = """
sip
 bind 127.0.0.1:%(sip)d
 accept-any
 timer T1 500
media
 bind 127.0.0.1
 receive-buffer fixed
 ports %(rtp)d-%(rtp_last)d
vty 127.0.0.1:%(vty)d
span 0
 driver virtual
 type e1
 law a-law
%(cs7)s
trunk far
 point-code local %(local)s
 point-code remote %(remote)s
 network-indicator national
 circuits span 0 timeslots 1-15 cic 1
 circuits span 0 timeslots 17-31 cic 17
peer phone
 address 127.0.0.1:%(phone)d
route any from sip to trunk far
route any from trunk to peer phone
"""


class Daemon(live.Gateway):
    """The daemon with a configuration file."""

    def __init__(self, text, *options, prefix=()):
        self.config_dir = tempfile.mkdtemp(prefix="trunkgate-pair-")
        self.path = os.path.join(self.config_dir, "trunkgate.cfg")
        with open(self.path, "w") as f:
            f.write(text)
        live.Gateway.__init__(self, *options, prefix=prefix, config=self.path)


def config(end, cs7, phone, sip, vty, rtp):
    other = ENDS[1 - ENDS.index(end)]
    return COMMON % {"sip": sip, "rtp": rtp, "rtp_last": rtp + 199, "vty": vty, "cs7": cs7,
                     "local": POINT[end], "remote": POINT[other], "phone": phone}
