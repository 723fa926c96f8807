# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS server of a few lines, on a port of the loopback interface, that can be slow, dead or lie.

    with dns_server.Server({("_sip._udp.example", "SRV"): [(1, 0, 5060, "a.example")],
                            ("a.example", "A"): ["127.0.0.1"]}) as dns:
        g.vty("configure terminal", "sip", "dns-server 127.0.0.1:%d" % dns.port, "commit")
        dns.mode = "dead"
"""
import socket
import struct
import threading
import time

TYPES = {1: "A", 5: "CNAME", 28: "AAAA", 33: "SRV", 35: "NAPTR"}
NUMBERS = {name: number for number, name in TYPES.items()}


def name(text):
    return b"".join(bytes([len(l)]) + l.encode() for l in text.split(".") if l) + b"\0"


def string(text):
    return bytes([len(text)]) + text.encode()


def data(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "SRV":
        return struct.pack(">HHH", *value[:3]) + name(value[3])
    if kind == "NAPTR":
        return struct.pack(">HH", *value[:2]) + string(value[2]) + string(value[3]) + b"\0" + \
            name(value[4])
    return name(value)


class Server:
    """mode: well, dead, slow (5 s), refuses, garbage, loop (of CNAMEs), compression, large."""

    def __init__(self, zone, ttl=60):
        self.zone, self.ttl, self.mode, self.asked, self.ends = zone, ttl, "well", [], False
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.settimeout(0.1)
        self.port = self.sock.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, kind, value, tb):
        self.ends = True
        self.thread.join()
        self.sock.close()

    def _serve(self):
        late = []
        while not self.ends:
            while late and late[0][0] <= time.monotonic():
                self.sock.sendto(*late.pop(0)[1:])
            try:
                query, addr = self.sock.recvfrom(4096)
            except socket.timeout:
                continue
            answer = self._answer(query)
            if self.mode == "slow":
                late.append((time.monotonic() + 5, answer, addr))
            elif self.mode != "dead":
                self.sock.sendto(answer, addr)

    def _answer(self, query):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += query[at] + 1
        asked, kind = ".".join(labels), TYPES.get(struct.unpack(">H", query[at + 1:at + 3])[0], "?")
        self.asked.append((asked, kind))
        question = query[12:at + 5]
        if self.mode == "refuses":
            return query[:2] + struct.pack(">HHHHH", 0x8182, 1, 0, 0, 0) + question
        records = [(kind, data(kind, v)) for v in self.zone.get((asked, kind), [])]
        if self.mode == "loop":
            records = [("CNAME", name(asked))]
        elif self.mode == "compression":
            records = [(kind, b"\0\1\0\1\0\1\xc0" + bytes([at + 17 + 6]))]
        elif self.mode == "garbage":
            records = [(kind, b"\xff" * 40)]
        elif self.mode == "large":
            records = [(kind, data("A", "127.0.1.%d" % (i % 250 + 1))) for i in range(512)]
        code = 0x8180 if records or any(n == asked for n, _ in self.zone) else 0x8183
        out = query[:2] + struct.pack(">HHHHH", code, 1, len(records), 0, 0) + question
        for kind, rdata in records:
            out += b"\xc0\x0c" + struct.pack(">HHIH", NUMBERS.get(kind, 1), 1, self.ttl, len(rdata))
            out += rdata
        return out[:65000]
