#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run by t_sip_sctp.py where there is SCTP: SIP over it (RFC 4168). Writes TAP."""
import os
import socket
import struct

import live
from streams import StreamGateway, free_tcp_port, options

live.PATIENCE = 120  # system calls are slow here
SCTP = 132


def connect(address):
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
    s.settimeout(60)
    s.connect(address)
    return s


def message(nr, **kw):
    return options(nr, **kw).replace(b"SIP/2.0/TCP", b"SIP/2.0/SCTP")


def unit_test():
    done = live.run_program([os.path.join(live.BUILD, "tests/unit/io/test_tcp")],
                            env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
    print("".join("# %s\n" % line for line in done.output.splitlines()), end="")
    assert "ok 6 - test_sctp\n" in done.output and "not ok" not in done.output, done.output


def requests_by_sctp():
    port = free_tcp_port()
    with StreamGateway(more=" listen sctp 127.0.0.1:%d\n" % port) as g:
        with connect(("127.0.0.1", port)) as s:
            for i in range(20):
                s.sendall(message(i))
            # in whatever order they come (RFC 4168 5), each answer is one message of SCTP
            for i in range(20):
                got = s.recv(65536)
                assert got.startswith(b"SIP/2.0 200"), got
                assert b"Via: SIP/2.0/SCTP 127.0.0.1:9;" in got and got.endswith(b"\r\n\r\n"), got
                assert got.count(b"SIP/2.0 200") == 1, got
            s.setsockopt(SCTP, 11, b"\x01")  # SCTP_EVENTS: how each message has come
            s.sendall(message(20))
            got, control, _, _ = s.recvmsg(65536, 256)
            assert got.startswith(b"SIP/2.0 200"), got
            stream, _, flags = struct.unpack_from("=HHH", control[0][2])  # struct sctp_sndrcvinfo
            assert stream == 0 and flags & 1, (stream, flags)  # SCTP_UNORDERED (RFC 4168 5)
            s.sendall(b"nonsense\r\n\r\n")
            got = s.recv(65536)
            assert got == b"" or got.startswith(b"SIP/2.0 400"), got
        assert "listen sctp 127.0.0.1:%d" % port in g.vty("show running-config")


def call_to_a_peer():
    """`transport sctp` of a peer: its OPTIONS (and so its calls) go by SCTP."""
    port = free_tcp_port()
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP)
    server.bind(("127.0.0.1", 0))
    server.listen(5)
    server.settimeout(100)
    with server, StreamGateway(more=" listen sctp 127.0.0.1:%d\n" % port,
                               phone="127.0.0.1:%d" % server.getsockname()[1],
                               peer=" transport sctp\n keep-alive 5\n"):
        s, _ = server.accept()
        with s:
            s.settimeout(60)
            got = s.recv(65536)
            assert got.startswith(b"OPTIONS "), got
            assert b"Via: SIP/2.0/SCTP 127.0.0.1:%d;" % port in got, got
            assert b"Contact: <sip:127.0.0.1:%d;transport=sctp>" % port in got, got


live.run([unit_test, requests_by_sctp, call_to_a_peer])
