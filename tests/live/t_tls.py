#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP over TLS: versions, certificates that are right and wrong, handshakes that fail or stall,
certificates that change, sips."""
import shutil
import signal
import socket
import ssl
import time

import live
from certs import Ca
from streams import StreamGateway, answers, free_tcp_port, options, receive

DOMAIN = "pbx.example"


def words(pair, ca, more=""):
    return "certificate %s key %s ca %s%s" % (pair[0], pair[1], ca.cert, more)


def client_context(ca, pair=None):
    c = ssl.create_default_context(cafile=ca.cert)
    c.check_hostname = False
    if pair:
        c.load_cert_chain(*pair)
    return c


def connect(g, context, name="gw.example"):
    s = socket.create_connection(g.tls, 10)
    return context.wrap_socket(s, server_hostname=name)


def ask(s, text=None):
    """The answer to an OPTIONS; nothing when there is none."""
    try:
        s.sendall(text or options("tls"))
        return receive(s, lambda b: b"\r\n\r\n" in b, 10)[0]
    except OSError:
        return b""


def s_client(g, *args):
    return live.run_program(["openssl", "s_client", "-connect", "%s:%d" % g.tls] + list(args))


def versions_and_ciphers_D01():
    with Ca() as ca, StreamGateway(tls=words(ca.make("gw", "DNS:gw.example"), ca)) as g:
        for good in ("-tls1_2", "-tls1_3"):
            done = s_client(g, good, "-CAfile", ca.cert, "-verify_return_error")
            assert done.returncode == 0 and "Cipher is (NONE)" not in done.output, done.output
        for bad in (["-tls1"], ["-tls1_1"], ["-tls1_2", "-cipher", "NULL:RC4:3DES:aNULL:AES128-SHA"]):
            if "-cipher" in bad:
                bad[-1] += ":@SECLEVEL=0"
            else:
                bad += ["-cipher", "ALL:@SECLEVEL=0"]
            done = s_client(g, *bad)
            assert "Cipher is (NONE)" in done.output, (bad, done.output)


def server_answers_and_sips_D07():
    with Ca() as ca, StreamGateway(tls=words(ca.make("gw", "DNS:gw.example"), ca)) as g:
        with connect(g, client_context(ca)) as s:
            assert ask(s).startswith(b"SIP/2.0 200")
            assert ask(s, options("s").replace(b" sip:", b" sips:")).startswith(b"SIP/2.0 200")
            many = b"".join(options(i) for i in range(500))
            s.sendall(many)
            got, closed = receive(s, lambda b: b.count(b"\r\n\r\n") >= 500)
            assert got.count(b"SIP/2.0 200") == 500 and not closed
        with socket.create_connection(g.tcp) as s:
            s.sendall(options("s").replace(b" sip:", b" sips:"))
            got, _ = receive(s, lambda b: b"\r\n\r\n" in b)
            assert got.startswith(b"SIP/2.0 480"), got


def client_certificates_D03():
    with Ca() as ca, Ca("other CA") as other:
        pair = ca.make("gw", "DNS:gw.example")
        wrong = [None, other.make("client", "DNS:c.example"),
                 ca.make("old", "DNS:c.example", start=-20, end=-10),
                 ca.make("young", "DNS:c.example", start=10, end=20)]
        with StreamGateway(tls=words(pair, ca, " verify-client")) as g:
            with connect(g, client_context(ca, ca.make("client", "DNS:c.example"))) as s:
                assert ask(s).startswith(b"SIP/2.0 200")
            for bad in wrong:
                try:
                    with connect(g, client_context(ca, bad)) as s:
                        assert ask(s) == b"", bad
                except (ssl.SSLError, ConnectionError):
                    pass


def one_call(ca, pair):
    """What a server with this certificate gets of a call to it."""
    port = free_tcp_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    got, name = b"", []
    context.sni_callback = lambda sock, sni, ctx: name.append(sni)
    with socket.create_server(("127.0.0.1", port)) as listener, \
            StreamGateway(tls=words(ca.make("gw", "DNS:gw.example"), ca),
                          phone="127.0.0.1:%d" % port,
                          peer=" transport tls\n domain %s\n" % DOMAIN) as g:
        listener.settimeout(10)
        g.vty("lab exchange call 101 200")
        raw, _ = listener.accept()
        raw.settimeout(5)
        try:
            with context.wrap_socket(raw, server_side=True) as s:
                got = receive(s, lambda b: b"\r\n\r\n" in b, 5)[0]
        except (ssl.SSLError, OSError):
            pass
        g.check_idle()
    assert name == [DOMAIN], name
    return got


def server_certificates_D02():
    with Ca() as ca, Ca("other CA") as other:
        good = [ca.make("dns", "DNS:" + DOMAIN), ca.make("uri", "URI:sip:" + DOMAIN),
                ca.make("case", "DNS:PBX.Example,DNS:x.example")]
        bad = [ca.make("wrong", "DNS:other.example"), ca.make("cn", None, cn=DOMAIN),
               ca.make("old", "DNS:" + DOMAIN, start=-20, end=-10),
               ca.make("young", "DNS:" + DOMAIN, start=10, end=20),
               other.make("ca", "DNS:" + DOMAIN), ca.make("wild", "DNS:*.example"),
               ca.make("ip", "IP:127.0.0.1"),
               ca.make("user", "URI:sip:me@%s,DNS:a.example" % DOMAIN),
               ca.make("first", "URI:sip:other.example,DNS:" + DOMAIN)]
        for pair in good:
            got = one_call(ca, pair)
            assert got.startswith(b"INVITE sip:") and b"@" + DOMAIN.encode() in got, (pair, got)
            assert b"SIP/2.0/TLS" in got
        for pair in bad:
            assert one_call(ca, pair) == b"", pair


def failing_handshakes_leave_nothing_D04():
    with Ca() as ca, StreamGateway(tls=words(ca.make("gw", "DNS:gw.example"), ca)) as g:
        def fail(times):
            for _ in range(times):
                with socket.create_connection(g.tls) as s:
                    s.sendall(b"\x16\x03\x01\x00\x05hello" if times % 2 else b"INVITE sip:a SIP/2.0\r\n")
        base = g.descriptors()
        fail(201)
        live.wait_for(lambda: g.descriptors() <= base)
        rss = g.rss_kib()
        fail(5001)
        fail(5000)
        live.wait_for(lambda: g.descriptors() <= base)
        assert not g.has_grown(rss, 2048)


def stalled_handshakes_D05():
    with Ca() as ca, StreamGateway(tls=words(ca.make("gw", "DNS:gw.example"), ca)) as g:
        begin = time.monotonic()
        held = []
        for _ in range(500):
            s = socket.create_connection(g.tls)
            s.sendall(b"\x16")
            held.append(s)
        good = time.monotonic()
        with connect(g, client_context(ca)) as s:
            assert ask(s).startswith(b"SIP/2.0 200")
        assert time.monotonic() - good < 1.5, time.monotonic() - good
        for s in held:
            s.settimeout(max(0.1, begin + 12 - time.monotonic()))
            try:
                assert s.recv(100) == b""
            except ConnectionResetError:
                pass
            s.close()
        assert time.monotonic() - begin < 12


def certificate_changes_without_restart():
    with Ca() as ca:
        pair, new = ca.make("gw", "DNS:gw.example"), ca.make("new", "DNS:new.example")

        def shown(g):
            with connect(g, client_context(ca)) as s:
                return s.getpeercert()["subjectAltName"][0][1]

        with StreamGateway(tls=words(pair, ca)) as g, connect(g, client_context(ca)) as before:
            assert shown(g) == "gw.example"
            shutil.copy(new[0], pair[0])
            g.process.send_signal(signal.SIGHUP)
            live.wait_for(lambda: "certificate it has" in g.log_text())
            assert shown(g) == "gw.example"
            shutil.copy(new[1], pair[1])
            g.process.send_signal(signal.SIGHUP)
            live.wait_for(lambda: shown(g) == "new.example")
            assert ask(before).startswith(b"SIP/2.0 200")
            assert answers(g.tcp)


if __name__ == "__main__":
    live.run([versions_and_ciphers_D01, server_answers_and_sips_D07, client_certificates_D03,
              server_certificates_D02, failing_handshakes_leave_nothing_D04, stalled_handshakes_D05,
              certificate_changes_without_restart])
