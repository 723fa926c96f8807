#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A national ISUP variant from a file: read with the configuration, on commit and on reload; what is
wrong with it is said with its file and line, and the daemon goes on with what it had."""
import os
import signal
import tempfile

import live
from caller import Caller

CONFIG = """sip
 accept-any
span 0
 type e1
trunk east
 variant file %s
 point-code local 1
 point-code remote 2
 circuits span 0 timeslots 1-15 cic 1
 circuits span 0 timeslots 17-31 cic 17
 timer T7 25
peer phone
 address 127.0.0.1:5070
route any from sip to trunk east
"""
GOOD = "variant national\nderive etsi3\ntimer T7 20 40 30\nunknown-message release\n"
BAD = "variant national\nderive etsi3\n\ntimer T0 1 2 3\n"


class Files:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        self.variant = os.path.join(self.dir.name, "national.variant")
        self.config = os.path.join(self.dir.name, "trunkgate.cfg")
        self.write(GOOD)
        with open(self.config, "w") as f:
            f.write(CONFIG % self.variant)

    def write(self, text):
        with open(self.variant, "w") as f:
            f.write(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.dir.cleanup()


def check(path):
    return live.run_program([live.DAEMON, "-t", path], timeout=30)


def a_configuration_with_a_variant_is_checked():
    with Files() as f:
        done = check(f.config)
        assert done.returncode == 0 and "good" in done.output, done.output
        f.write(BAD)
        done = check(f.config)
        assert done.returncode == 1, done.output
        for text in (f.config + ":6: ", f.variant, ":4: there is no timer 'T0'"):
            assert text in done.output, done.output
        f.write(GOOD.replace("20 40 30", "26 40 30"))
        done = check(f.config)
        assert done.returncode == 1 and "T7 is 25 s, not 26 to 40" in done.output, done.output
        os.unlink(f.variant)
        done = check(f.config)
        assert done.returncode == 1 and f.config + ":6: " in done.output, done.output


def the_example_variant_is_good():
    with Files() as f:
        with open(os.path.join(live.TOP, "contrib/variants/example.variant")) as example:
            f.write(example.read())
        done = check(f.config)
        assert done.returncode == 0, done.output


def calls_go_by_the_variant_and_a_broken_file_changes_nothing():
    with Files() as f, live.Gateway("-c", f.config) as g:
        text = g.vty("show isup variant national", "show isup timers east",
                     "show isup message 05000c0200028290 national")
        assert "variant national, derived from etsi3" in text, text
        assert "unknown message: release" in text and "REL (release), CIC 5" in text, text
        assert "T7         25      20      40" in text, text
        f.write(BAD)
        text = g.vty("configure terminal", "call-limit 900", "commit", "abort")
        assert "not used: " in text and ":4: there is no timer 'T0'" in text, text
        g.process.send_signal(signal.SIGHUP)
        live.wait_for(lambda: "there is no timer 'T0'" in g.log_text())
        f.write(GOOD.replace("derive etsi3", "derive itu92"))
        text = g.vty("configure terminal", "call-limit 900", "commit", "abort")
        assert "only with a new start" in text or "start again" in text, text
        f.write(GOOD)
        text = g.vty("configure terminal", "call-limit 900", "commit")
        assert "in use" in text, text
        assert "call-limit 900" in g.vty("show running-config")
        assert "variant file " + f.variant in g.vty("show running-config")
        caller = Caller(g, "100")
        assert caller.invite() == 200
        caller.bye()
        g.check_idle()


if __name__ == "__main__":
    live.run([a_configuration_with_a_variant_is_checked, the_example_variant_is_good,
              calls_go_by_the_variant_and_a_broken_file_changes_nothing])
