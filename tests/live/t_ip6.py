#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP over TCP and TLS on IPv6: asked from outside, and a call that the gateway places."""
import socket
import ssl

import live
from certs import Ca
from streams import StreamGateway, options, receive

DOMAIN = "pbx.example"


def has_ip6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def free_port():
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as s:
        return s.getsockname()[1]


def words(pair, ca):
    return "certificate %s key %s ca %s" % (pair[0], pair[1], ca.cert)


class Gateway6(StreamGateway):
    """Beside what that listens at: TCP at self.tcp6 and TLS at self.tls6."""

    def __init__(self, tls, phone="127.0.0.1:5070", peer=""):
        self.tcp6, self.tls6 = ("::1", free_port()), ("::1", free_port())
        listen = (" listen tcp [::1]:%d\n listen tls [::1]:%d %s\n" %
                  (self.tcp6[1], self.tls6[1], tls))
        super().__init__(tls=tls, phone=phone, peer=peer, more=listen)


def ip6(text):
    return text.replace(b"127.0.0.1:9", b"[::1]:9").replace(b"127.0.0.1", b"[::1]")


def ask(s):
    s.sendall(ip6(options("one")) + ip6(options("two")))
    got, closed = receive(s, lambda b: b.count(b"\r\n\r\n") == 2)
    assert got.count(b"SIP/2.0 200 ") == 2 and not closed, got
    assert b"[::1]:9" in got, got


def it_answers_by_tcp_and_tls():
    if not has_ip6():
        raise live.Skip("no IPv6 here")
    with Ca() as ca, Gateway6(words(ca.make("gw", "DNS:gw.example"), ca)) as g:
        with socket.create_connection(g.tcp6) as s:
            ask(s)
        c = ssl.create_default_context(cafile=ca.cert)
        with c.wrap_socket(socket.create_connection(g.tls6), server_hostname="gw.example") as s:
            ask(s)


def outgoing(transport):
    """The first octets of the INVITE that the gateway sends."""
    if not has_ip6():
        raise live.Skip("no IPv6 here")
    port = free_port()
    with Ca() as ca, \
            socket.create_server(("::1", port), family=socket.AF_INET6) as listener, \
            Gateway6(words(ca.make("gw", "DNS:gw.example"), ca), phone="[::1]:%d" % port,
                     peer=" transport %s\n" % transport +
                     (" domain %s\n" % DOMAIN if transport == "tls" else "")) as g:
        g.vty("lab exchange call 101 200")
        listener.settimeout(10)
        s = listener.accept()[0]
        if transport == "tls":
            c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            c.load_cert_chain(*ca.make("pbx", "DNS:" + DOMAIN))
            s = c.wrap_socket(s, server_side=True)
        with s:
            got, _ = receive(s, lambda b: b"\r\n\r\n" in b)
    return got


def it_calls_by_tcp():
    got = outgoing("tcp")
    assert b"Via: SIP/2.0/TCP [::1]:" in got, got


def it_calls_by_tls():
    got = outgoing("tls")
    assert b"Via: SIP/2.0/TLS [::1]:" in got, got


if __name__ == "__main__":
    live.run([it_answers_by_tcp_and_tls, it_calls_by_tcp, it_calls_by_tls])
