# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemon with TCP and TLS, and connections to it by hand."""
import os
import re
import socket
import tempfile
import time

import live

CONFIG = """vty 127.0.0.1:4290
sip
 bind 127.0.0.1:5060
{listen} accept-any
media
 bind 127.0.0.1
{media}span 0
 driver virtual
 type e1
 law a-law
trunk lab
 point-code local 1
 point-code remote 2
 circuits span 0 timeslots 1-15 cic 1
 circuits span 0 timeslots 17-31 cic 17
peer phone
 address {phone}
{peer}route 1 from sip to trunk lab
route any from trunk to peer phone
"""


def free_tcp_port(host="127.0.0.1"):
    with socket.socket() as s:
        s.bind((host, 0))
        return s.getsockname()[1]


class StreamGateway(live.Gateway):
    """TCP at self.tcp, and with `tls` (the words behind the address) TLS at self.tls."""

    def __init__(self, *options, tls=None, phone="127.0.0.1:5070", peer="", media="", prefix=(),
                 host="127.0.0.1", more=""):
        self.tcp = (host, free_tcp_port(host))
        self.tls = (host, free_tcp_port(host))
        listen = " listen tcp %s:%d\n" % self.tcp
        if tls:
            listen += " listen tls %s:%d %s\n" % (self.tls + (tls,))
        listen += more
        fd, self.config = tempfile.mkstemp(prefix="trunkgate-live-")
        with os.fdopen(fd, "w") as f:
            f.write(CONFIG.format(listen=listen, phone=phone, peer=peer, media=media))
        super().__init__("-c", self.config, *options, prefix=prefix, host=host)

    def stop(self):
        super().stop()
        os.unlink(self.config)

    def cpu_s(self):
        with open("/proc/%d/stat" % self.process.pid) as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def rss_kib(self):
        with open("/proc/%d/status" % self.process.pid) as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1])

    def has_grown(self, since_kib, most_kib):
        """The address sanitizer keeps what was freed: then nobody knows."""
        with open("/proc/%d/maps" % self.process.pid) as f:
            return "libasan" not in f.read() and self.rss_kib() - since_kib > most_kib


def options(nr, length="Content-Length: 0\r\n", method="OPTIONS", more=""):
    return ("%s sip:100@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK-%s\r\n"
            "From: <sip:t@127.0.0.1>;tag=1\r\nTo: <sip:100@127.0.0.1>\r\nCall-ID: call-%s\r\n"
            "CSeq: 1 %s\r\n%s%s\r\n" % (method, nr, nr, method, more, length)).encode()


def receive(s, until, seconds=20):
    """What comes until until(octets) is true or the other side closes; (octets, closed)."""
    got = b""
    end = time.monotonic() + seconds
    while not until(got) and time.monotonic() < end:
        s.settimeout(max(0.01, end - time.monotonic()))
        try:
            piece = s.recv(65536)
        except socket.timeout:
            break
        except OSError:
            return got, True
        if not piece:
            return got, True
        got += piece
    return got, False


def closes(s, seconds):
    """What came before it was closed."""
    got, closed = receive(s, lambda _: False, seconds)
    assert closed, "still open after %g s, got %r" % (seconds, got[-200:])
    return got


def answers(address, seconds=5):
    """Does it answer an OPTIONS?"""
    with socket.create_connection(address, seconds) as s:
        s.sendall(options("alive"))
        got, _ = receive(s, lambda b: b"\r\n\r\n" in b, seconds)
        return got.startswith(b"SIP/2.0 200")
