#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers with host names (RFC 3263) and what can be wrong with the DNS (catalogue H11)."""
import os
import re
import socket
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402
from dns_server import Server  # noqa: E402


class Proxy:
    """Takes INVITEs and OPTIONS and answers all with one status."""

    def __init__(self, status="486 Busy Here", host="127.0.0.1"):
        self.status, self.got = status, []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((host, 0))
        self.port = self.sock.getsockname()[1]

    def serve(self, seconds, until="INVITE"):
        """Answers until a request of this method has come; False: it has not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.sock.settimeout(max(0.01, end - time.monotonic()))
            try:
                text, addr = self.sock.recvfrom(65536)
            except socket.timeout:
                return False
            text = text.decode()
            method = text.split()[0]
            self.got.append(text)
            if method != "ACK":
                lines = re.findall(r"(?im)^(?:Via|From|To|Call-ID|CSeq):[^\r]*", text)
                lines = [l + ";tag=p" if l.startswith("To:") else l for l in lines]
                self.sock.sendto(("SIP/2.0 %s\r\n%s\r\nContent-Length: 0\r\n\r\n" %
                                  (self.status, "\r\n".join(lines))).encode(), addr)
            if method == until:
                return True
        return False

    def count(self, method):
        return sum(t.startswith(method) for t in self.got)


def configure(g, dns, host="carrier.example", *words):
    text = g.vty("configure terminal", "sip", "dns-server 127.0.0.1:%d" % dns.port, "exit",
                 "peer phone", "address " + host, *words, "exit", "commit")
    assert "%" not in text, text


def call(g):
    g.vty("lab exchange call 101 200")


def zone_of(*ports):
    zone = {("_sip._udp.carrier.example", "SRV"):
            [(i + 1, 0, port, "h%d.carrier.example" % i) for i, port in enumerate(ports)]}
    for i in range(len(ports)):
        zone["h%d.carrier.example" % i, "A"] = ["127.0.0.1"]
    return zone


def a_call_finds_its_server():
    proxy = Proxy()
    with live.Gateway() as g, Server(zone_of(proxy.port)) as dns:
        configure(g, dns)
        call(g)
        assert proxy.serve(10)
        assert "INVITE sip:200@carrier.example" in proxy.got[-1], proxy.got
        assert ("carrier.example", "NAPTR") in dns.asked, dns.asked
        asked = len(dns.asked)
        g.check_idle()
        call(g)
        assert proxy.serve(10, "ACK") and proxy.serve(10)
        assert len(dns.asked) == asked, dns.asked[asked:]
        g.check_idle()


def naptr_says_the_transport():
    """There is no TCP here: what it prefers is passed over."""
    proxy = Proxy()
    zone = zone_of(proxy.port)
    zone["carrier.example", "NAPTR"] = [(1, 1, "s", "SIP+D2T", "_sip._tcp.carrier.example"),
                                        (2, 1, "s", "SIP+D2U", "_sip._udp.carrier.example")]
    with live.Gateway() as g, Server(zone) as dns:
        configure(g, dns)
        call(g)
        assert proxy.serve(10)
        g.check_idle()


def the_next_server_is_tried():
    """The first has no socket, the second says 503, the third takes the call."""
    busy, good = Proxy("503 Service Unavailable"), Proxy()
    with live.Gateway() as g, Server(zone_of(live.free_udp_port(), busy.port, good.port)) as dns:
        configure(g, dns)
        call(g)
        assert busy.serve(10) and good.serve(10)
        first, second = busy.got[0], good.got[0]
        for header in ("Call-ID", "CSeq", "From"):
            value = re.search(r"(?m)^%s: [^\r]*" % header, first)[0]
            assert value in second, (value, second)
        branches = [re.search(r"branch=([^;\r]+)", t)[1] for t in (first, second)]
        assert branches[0] != branches[1]
        g.check_idle()
        call(g)  # the others are on the blacklist
        busy.got.clear()
        assert good.serve(10, "ACK") and good.serve(10)
        assert busy.count("INVITE") == 0
        g.check_idle()


def a_full_trunk_group_is_no_dead_gateway():
    full, good = Proxy("503 Service Unavailable\r\nReason: Q.850;cause=34"), Proxy()
    with live.Gateway() as g, Server(zone_of(full.port, good.port)) as dns:
        configure(g, dns)
        for _ in range(2):
            call(g)
            assert full.serve(10) and good.serve(10)
            full.serve(1, "ACK")
            good.serve(1, "ACK")
            g.check_idle()


def peers_are_shown_and_known():
    proxy = Proxy("200 OK")
    with live.Gateway() as g, Server(zone_of(proxy.port)) as dns:
        configure(g, dns, "carrier.example", "keep-alive 5")
        assert proxy.serve(10, "OPTIONS")
        shown = live.wait_for(lambda: re.search(r"phone .* up ", g.vty("show peers")))
        assert shown
        text = g.vty("show peers")
        assert "carrier.example (127.0.0.1:%d)" % proxy.port in text, text
        assert "address carrier.example\n" in g.vty("show running-config")
        # who calls from there is the peer; from elsewhere somebody who may not
        g.vty("configure terminal", "sip", "no accept-any", "commit")
        for host, status in (("127.0.0.1", None), ("127.0.0.7", "403")):
            args = [live.LAB, "phone", "call", "sip:101@" + g.sip, "--local",
                    "%s:%d" % (host, live.free_udp_port())]
            args += ["--expect-status", status] if status else ["--expect-tone", "1004"]
            done = live.run_program(args)
            assert done.returncode == 0, done.output
        g.check_idle()


def a_dead_dns_stops_no_call():
    """Answers are good for a second here; the last good one goes on when there is no other."""
    proxy = Proxy()
    with live.Gateway() as g, Server(zone_of(proxy.port), ttl=1) as dns:
        configure(g, dns)
        call(g)
        assert proxy.serve(10)
        g.check_idle()
        proxy.serve(1, "ACK")
        for mode in ("dead", "refuses"):
            dns.mode = mode
            time.sleep(1.2)
            call(g)
            # 1.8 s for each of three questions at most
            assert proxy.serve(9), mode
            proxy.serve(1, "ACK")
            g.check_idle()


def nothing_waits_for_a_slow_dns():
    proxy = Proxy()
    with live.Gateway() as g, Server(zone_of(proxy.port)) as dns:
        dns.mode = "slow"
        configure(g, dns, "h0.carrier.example:%d" % proxy.port)
        call(g)
        slowest, end = 0, time.monotonic() + 2
        while time.monotonic() < end:
            begin = time.monotonic()
            g.vty("show peers")
            slowest = max(slowest, time.monotonic() - begin)
        assert slowest < 2, slowest
        assert proxy.serve(15)
        g.check_idle()


def lies_end_the_call():
    with live.Gateway() as g, Server(zone_of(9)) as dns:
        for mode in ("garbage", "loop", "compression", "large"):
            dns.mode = mode
            configure(g, dns, mode + ".example:9" if mode == "large" else mode + ".example")
            call(g)
            g.check_idle()


if __name__ == "__main__":
    live.run([a_call_finds_its_server, naptr_says_the_transport, the_next_server_is_tried,
                       a_full_trunk_group_is_no_dead_gateway, peers_are_shown_and_known,
                       a_dead_dns_stops_no_call, nothing_waits_for_a_slow_dns,
                       lies_end_the_call])
