#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two gateways joined by MTP2 and MTP3: in timeslot 16 of the span that carries the speech (between
processes and over UDP), and over a packet link without a span. Thirty calls with octet truth, a link
that is cut, what tshark reads of it, and signalling links that cannot work."""
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from caller import Caller  # noqa: E402
from sipp import Sipp, call  # noqa: E402
from spans import SpanGateway, cesopsn_pair, unix_pair  # noqa: E402
import t_m3ua  # noqa: E402
from t_m3ua import CALLED, NOT_REACHED, free_tcp_port  # noqa: E402
from t_ss7_tshark import Tap, read  # noqa: E402
from t_trunk_calls import BUFFER_MS, thirty_calls  # noqa: E402

LINKSET = """cs7 instance 0
 linkset far
  adjacent-point-code 0.0.%d
  network-indicator national
%s"""
TIMESLOT_16 = "  link 0 span 0 timeslot 16\n"


def linksets(links_a, links_b=None):
    return LINKSET % (2, links_a), LINKSET % (1, links_b or links_a)


def is_ready(gateway):
    """Both ends have said TRA (Q.704 9): users' messages may flow."""
    return re.search(r"^far .* UP ", gateway.vty("show cs7 linksets"), re.M)


def thirty_calls_in_timeslot_16_of_a_unix_span():
    thirty_calls(lambda: unix_pair(BUFFER_MS), linksets(TIMESLOT_16), is_ready)


def thirty_calls_in_timeslot_16_of_a_cesopsn_span():
    thirty_calls(lambda: cesopsn_pair(buffer_ms=BUFFER_MS), linksets(TIMESLOT_16),
                 is_ready)


class Pair:
    """Two gateways with a unix span between them; a `with` for each test."""

    def __init__(self, more, **span):
        words = [word + ["los-after 5000"] for word in unix_pair()]  # the host may be held up
        self.phone = {end: live.free_udp_port() for end in "ab"}
        self.end = {}
        for end, word, ours, text in (("a", words[0], 1, more[0]), ("b", words[1], 2, more[1])):
            self.end[end] = SpanGateway(word, ours, 3 - ours, more=text,
                                        phone="127.0.0.1:%d" % self.phone[end], **span)
        self.circuits = 23 if span else 30

    def __getitem__(self, end):
        return self.end[end]

    def wait_ready(self):
        live.wait_for(lambda: all(is_ready(g) and g.usable() == self.circuits
                                  for g in self.end.values()))

    def call(self, caller, called):
        phone = Sipp(CALLED, "-m", "1", port=self.phone[called])
        c = Caller(self[caller], "4711")
        assert c.invite() == 200, c.answer
        assert c.bye() == 200
        c.close()
        phone.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        for name, end in self.end.items():
            if kind:
                print("# %s:\n# %s" % (name, end.log_text().replace("\n", "\n# ")))
            end.__exit__(kind, value, tb)


def a_link_is_cut():
    """Calls stay, new ones are refused, and go on when the link is back."""
    with Pair(linksets(TIMESLOT_16)) as p:
        p.wait_ready()
        called = Sipp(CALLED, "-m", "1", port=p.phone["b"])
        caller = Caller(p["a"], "4711")
        assert caller.invite() == 200, caller.answer
        p["b"].vty("cs7 linkset far link 0 shutdown")
        live.wait_for(lambda: "unavailable" in p["a"].vty("show cs7 route"))
        assert "answered" in p["a"].vty("show calls"), "the call is gone"
        call(p["a"], "4712", NOT_REACHED)
        live.wait_for(lambda: re.search(r"^far .*(SIOS|SIO)", p["a"].vty("show cs7 links"), re.M))
        p["b"].vty("cs7 linkset far link 0 activate")
        for g in p["a"], p["b"]:
            live.wait_for(lambda: is_ready(g))
        assert "answered" in p["a"].vty("show calls"), "the call is gone"
        assert caller.bye() == 200
        caller.close()
        called.wait()
        p.wait_ready()
        p.call("b", "a")
        p.call("a", "b")
        for g in p["a"], p["b"]:
            assert "can not be reached" in g.log_text()
            assert "can be reached" in g.log_text()
            g.check_idle()


def a_packet_link_as_tshark_reads_it():
    live.need("tshark")
    with tempfile.TemporaryDirectory() as folder:
        tap = Tap(folder)
        links = ["  link 0 packet %s connect\n" % path for path in tap.paths]
        with Pair(linksets(*links)) as p:
            p.wait_ready()
            p.call("a", "b")
            p.call("b", "a")
            assert "packet" in p["a"].vty("show cs7 links")
        units, text = read(tap.capture, False)
    bad = [u for u in units if u[4] or any(int(s, 0) > 0x400000 for s in u[5].split(",") if s)]
    assert not bad, bad[:5]
    assert "alformed" not in text
    types = {int(u[3], 0) for u in units if u[3]}
    assert types >= {0x01, 0x06, 0x09, 0x0c, 0x10}, types  # IAM ACM ANM REL RLC
    print("# %d units" % len(units))


three = []


def three_links_begin():
    """A timeslot, a packet link and M2PA in one set. Until all have proved themselves (8 s, Q.703 T4), and
    a group reset that overtook TRA by a faster link is repeated (T22), other tests run."""
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-links-"), "link")
    packet = "  link 1 packet %s " % path
    port = free_tcp_port()
    m2pa = "  link 2 m2pa tcp %s local 127.0.0.1:%d remote 127.0.0.1:%d\n"
    three.append(Pair(linksets(TIMESLOT_16 + packet + "listen\n" + m2pa % ("server", port, 0),
                               TIMESLOT_16 + packet + "connect\n" + m2pa % ("client", 0, port))))
    for g in three[0].end.values():
        live.wait_for(lambda: is_ready(g))


def three_links_of_which_two_fail():
    """Load is shared by SLS; with one gone all goes over the others, and then over the last."""
    with three[0] as p:
        p.wait_ready()
        for g in p["a"], p["b"]:
            live.wait_for(lambda: re.search(r"^far .* 3 +3$", g.vty("show cs7 linksets"), re.M))
        for link, left in (0, 2), (1, 1):
            p["a"].vty("cs7 linkset far link %d shutdown" % link)
            for g in p["a"], p["b"]:
                live.wait_for(lambda: re.search(r"^far .* 3 +%d$" % left, g.vty("show cs7 linksets"),
                                                re.M))
            for _ in range(2):
                p.call("a", "b")
                p.call("b", "a")
        assert "can not be reached" not in re.sub("(?s).*can be reached", "", p["a"].log_text())
        counters = p["a"].vty("show cs7 links counters")
        assert len(re.findall(r"changeovers +[1-9]", counters)) >= 2, counters


def m2pa_over_tcp_as_tshark_reads_it():
    tshark = live.need("tshark")
    port = free_tcp_port()
    tap = t_m3ua.Tap(port)
    words = "  link 0 m2pa tcp %s local 127.0.0.1:%d remote 127.0.0.1:%d\n"
    with Pair(linksets(words % ("server", port, 0), words % ("client", 0, tap.port))) as p:
        p.wait_ready()
        p.call("a", "b")
        p.call("b", "a")
        for g in p["a"], p["b"]:
            g.check_idle()
        messages = list(tap.messages())
        p.end.pop("b").stop()
        live.wait_for(lambda: "no association" in p["a"].vty("show cs7 links"))
        live.wait_for(lambda: "unavailable" in p["a"].vty("show cs7 route"))
    path = os.path.join(tempfile.mkdtemp(prefix="trunkgate-m2pa-"), "m2pa.pcap")
    t_m3ua.write_pcap(path, messages)
    done = live.run_program([tshark, "-r", path, "-V", "-o", 'uat:user_dlts:"User 0 (DLT=147)",'
                             '"m2pa","0","","0",""'])
    assert "alformed" not in done.output, done.output[-3000:]
    assert "[Expert Info (Error" not in done.output
    for word in ("Alignment", "Proving", "Ready", "Traffic restart", "Initial address", "Answer",
                 "Release complete"):
        assert word.lower() in done.output.lower(), word
    print("# %d messages" % len(messages))


def calls_of_a_country(form, variant, isup, timeslot, **span):
    """Point codes with all their bits in use, both ways; a timeslot of 56 kbit/s in America."""
    codes = ("5.0.127", "6.15.1") if form == "5 4 7" else ("200.1.255", "7.254.130")
    more = []
    for ours, theirs in (codes, codes[::-1]):
        text = LINKSET % (0, timeslot)
        text = text.replace("0.0.0", theirs).replace(
            " linkset far\n", " point-code format %s\n point-code %s\n linkset far\n" % (form, ours))
        text = text.replace("  network", "  variant %s\n  network" % variant)
        more.append(text + "trunk far\n variant %s\n point-code local %s\n point-code remote %s\n" %
                    (isup, ours, theirs))
    with Pair(more, **span) as p:
        p.wait_ready()
        p.call("a", "b")
        p.call("b", "a")
        assert codes[1] in p["a"].vty("show cs7 linksets"), p["a"].vty("show cs7 linksets")
        for g in p["a"], p["b"]:
            assert re.search(r"not for us 0\b", g.vty("show cs7 linksets")), \
                g.vty("show cs7 linksets")


def ansi():
    calls_of_a_country("8 8 8", "ansi", "ansi95", "  link 0 span 0 timeslot 16 rate 56\n",
                       kind="t1", law="mu-law")


def china():
    calls_of_a_country("8 8 8", "china", "itu92", TIMESLOT_16)


def japan():
    calls_of_a_country("5 4 7", "japan", "itu92", TIMESLOT_16)


def the_other_end_has_another_point_code():
    """SLTM is for somebody else: the link is not taken into service."""
    a, b = linksets(TIMESLOT_16)
    with Pair((a.replace("0.0.2", "0.0.5"), b)) as p:
        live.wait_for(lambda: "IN SERVICE" in p["a"].vty("show cs7 links"))
        live.wait_for(lambda: re.search("not for us [1-9]", p["b"].vty("show cs7 linksets")))
        assert not is_ready(p["a"]) and not is_ready(p["b"])
        call(p["a"], "4711", NOT_REACHED)


lonely = []


def nobody_is_in_a_timeslot():
    """Calls are refused at once; T2, which in America has 11.5 s, runs while the other tests do."""
    a = linksets(TIMESLOT_16)[0].replace("  network", "  variant ansi\n  network")
    lonely.append(Pair((a.replace(" linkset far\n", " point-code format 8 8 8\n linkset far\n"), "")))
    p = lonely[0]
    assert re.search("^far .* ALIGNING +INITIAL ALIGNMENT ", p["a"].vty("show cs7 links"), re.M), \
        p["a"].vty("show cs7 links")
    call(p["a"], "4711", NOT_REACHED)


def nobody_was_in_the_timeslot():
    with lonely[0] as p:
        live.wait_for(lambda: re.search("^far .* T2: nothing", p["a"].vty("show cs7 links"), re.M))
        call(p["a"], "4711", NOT_REACHED)


if __name__ == "__main__":
    live.run([nobody_is_in_a_timeslot, thirty_calls_in_timeslot_16_of_a_unix_span,
              thirty_calls_in_timeslot_16_of_a_cesopsn_span, three_links_begin, a_link_is_cut,
              a_packet_link_as_tshark_reads_it, m2pa_over_tcp_as_tshark_reads_it, ansi, china, japan,
              three_links_of_which_two_fail, the_other_end_has_another_point_code,
              nobody_was_in_the_timeslot])
