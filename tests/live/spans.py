# SPDX-License-Identifier: GPL-3.0-or-later
"""Daemons with spans to the outside, and what they say of them."""
import os
import re
import socket
import tempfile

import live

# How long speech is carried and slips are counted: longer in make load.
SECONDS = float(os.environ.get("TRUNK_SECONDS", "3"))

CONFIG = """vty 127.0.0.1:4290
sip
 bind 127.0.0.1:5060
 accept-any
media
 bind 127.0.0.1
 receive-buffer fixed
span 0
{span} type {type}
 law {law}
trunk far
 point-code local {ours}
 point-code remote {theirs}
{circuits}peer phone
 address {phone}
route any from trunk to peer phone
route any from sip to trunk far
{more}"""


def circuit_lines(circuits, kind):
    ranges = [circuits] if circuits else ["1-15", "17-%d" % (31 if kind == "e1" else 24)]
    return "".join(" circuits span 0 timeslots %s cic %s\n" % (r, r.split("-")[0]) for r in ranges)


class SpanGateway(live.Gateway):
    """`span`: the words of its span; `circuits`: the timeslots, by default all but 16."""

    def __init__(self, span, ours=1, theirs=2, kind="e1", law="a-law", more="", phone=None,
                 circuits=None):
        fd, self.config = tempfile.mkstemp(prefix="trunkgate-live-")
        text = CONFIG.format(span="".join(" %s\n" % line for line in span), type=kind, law=law,
                             ours=ours, theirs=theirs,
                             circuits=circuit_lines(circuits, kind),
                             phone=phone or "127.0.0.1:5070", more=more)
        with os.fdopen(fd, "w") as f:
            f.write(text)
        super().__init__("-d", "info", "--sip", "127.0.0.1:0", "--vty", "127.0.0.1:0",
                         config=self.config)

    def stop(self):
        super().stop()
        os.unlink(self.config)

    def span(self, number=0):
        """What `show spans N` says: state, alarms, the text, counters by their words."""
        text = self.vty("show spans %d" % number)
        m = re.search(r"span \d+, driver \S+: (\w+), alarms ([^;\n]+)(?:; (.*))?", text)
        assert m, text
        counters = dict((name, int(n)) for name, n in
                        re.findall(r"^  (\w[^\n]*?) {2,}(\d+)$", text, re.M))
        return {"state": m[1], "alarms": m[2], "text": m[3] or "", "all": text, **counters}

    def wait_span(self, state, alarms=None, text=""):
        def so():
            s = self.span()
            return (s["state"] == state and text in s["text"] and
                    (alarms is None or s["alarms"] == alarms))
        try:
            live.wait_for(so, 20)
        except AssertionError:
            raise AssertionError("span is not %s %s '%s': %s" %
                                 (state, alarms, text, self.span()["all"]))

    def usable(self):
        """Circuits that a call may seize: idle at both ends, their timeslot there, blocked by nobody."""
        return len(re.findall(r"\bidle +usable .* -$", self.vty("show circuits"), re.M))

    def slips(self):
        s = self.span()
        return s["slips: frames left out"] + s["slips: frames repeated"]

    def breaks(self):
        """Octets that were not as the other end sent them, in any way."""
        s = self.span()
        return (self.slips() + s["frames that never came"] + s["times it was full"] +
                s["times the receive buffer was empty"])


CS7 = """cs7 instance 0
 asp far {remote} {local} m3ua
  transport tcp
  remote-ip 127.0.0.1
  local-ip 127.0.0.1
  role {role}
  transport-role {side}
 as far m3ua
  asp far
  routing-key 7 {ours}
 route-table system
  update route {theirs} 7.255.7 linkset far
"""


def cs7(port, server, ours, theirs, role="ipsp"):
    """M3UA over TCP to the far end: the words of one of the two ends."""
    return CS7.format(remote=0 if server else port, local=port if server else 0, role=role,
                      side="server" if server else "client", ours=ours, theirs=theirs)


def free_tcp_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def patience(buffer_ms):
    """With a deep buffer, calls shall outlive a host that is held up."""
    return ["receive-buffer %d" % buffer_ms] + (["los-after 5000"] if buffer_ms >= 100 else [])


def unix_pair(buffer_ms=60):
    """The words of both ends: the second follows the first's clock."""
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-live-"), "span")
    common = ["driver unix", "path " + path] + patience(buffer_ms)
    return common + ["role listen", "clock master"], common + ["role connect", "clock slave"]


def cesopsn_pair(*words, buffer_ms=60, driver="cesopsn"):
    a, b = live.free_udp_port(), live.free_udp_port()
    common = ["driver " + driver] + patience(buffer_ms) + list(words)
    ends = "local 127.0.0.1:%d", "remote 127.0.0.1:%d"
    return (common + ["clock master", ends[0] % a, ends[1] % b],
            common + ["clock slave", ends[0] % b, ends[1] % a])

