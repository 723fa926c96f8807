#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sipsak: asks, registers, floods, and sends what it has spoilt."""
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402


def sipsak(g, *words, user="100", seconds=live.PATIENCE):
    return live.run_program([live.need("sipsak"), *words, "-s", "sip:%s@%s" % (user, g.sip)],
                            timeout=seconds)


def options_are_answered():
    with live.Gateway() as g:
        done = sipsak(g, "-vv")
        assert done.returncode == 0 and "SIP/2.0 200 OK" in done.output, done.output
        for header in ("Allow: INVITE, ACK, BYE, CANCEL, OPTIONS", "Accept: application/sdp",
                       "Supported: "):
            assert header in done.output, done.output


def it_registers_and_leaves():
    with live.Gateway() as g:
        contact = "sip:line@127.0.0.1:4999"
        done = sipsak(g, "-U", "-i", "-C", contact, "-x", "600", user="201")
        assert done.returncode == 0, done.output
        assert re.search(r"201 .* sip:line@127\.0\.0\.1:4999", g.vty("show registrations"))
        done = sipsak(g, "-U", "-i", "-C", contact, "-x", "0", user="201")
        assert "0 registered" in g.vty("show registrations"), done.output


def it_proves_who_it_is():
    with live.Gateway() as g:
        # printf 202:trunkgate:secret | md5sum
        g.vty("configure terminal", "sip", "user 202 password-ha1 40c5aa336a10d50d60fa01e429f09409", "commit")
        words = ("-U", "-i", "-u", "202", "-C", "sip:line@127.0.0.1:4999", "-x", "600")
        assert sipsak(g, *words, "-a", "guess", user="202").returncode != 0
        assert "0 registered" in g.vty("show registrations")
        done = sipsak(g, *words, "-a", "secret", user="202")
        assert done.returncode == 0, done.output
        assert re.search(r"202 .* sip:line@", g.vty("show registrations"))


def a_flood_leaves_nothing():
    with live.Gateway() as g:
        done = sipsak(g, "-F", "-e", "20000")
        assert "flood end reached" in done.output, done.output
        live.wait_for(lambda: sipsak(g).returncode == 0)
        g.check_idle()


def spoilt_requests_do_no_harm():
    with live.Gateway() as g:
        with ThreadPoolExecutor(5) as five:
            list(five.map(lambda _: sipsak(g, "-R", "-t", "40"), range(5)))
        live.wait_for(lambda: sipsak(g).returncode == 0)
        g.check_idle()


live.run([options_are_answered, it_registers_and_leaves, it_proves_who_it_is,
          a_flood_leaves_nothing, spoilt_requests_do_no_harm])
