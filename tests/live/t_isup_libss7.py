#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ISUP against libss7: what it encodes we decode (and encode to the same octets), and what we encode
it decodes. libss7 runs in a process of its own (isup_libss7.c), built here when it is installed."""
import os
import queue
import re
import subprocess
import tempfile
import threading

import live

RANDOM = os.path.join(live.BUILD, "tests/live/isup_random")
SOURCE = os.path.join(live.TOP, "tests/live/isup_libss7.c")
VECTORS = os.path.join(live.TOP, "tests/vectors/isup_msg.tsv")
SECONDS = 20


class Libss7:
    """Two exchanges of libss7 and the tap between them."""

    def __init__(self):
        if not os.path.exists("/usr/include/libss7.h"):
            raise live.Skip("libss7-dev is not installed")
        self.dir = tempfile.TemporaryDirectory()
        program = os.path.join(self.dir.name, "isup_libss7")
        done = live.run_program([live.need("cc"), "-o", program, SOURCE, "-lss7"])
        assert done.returncode == 0, done.output
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.wait(r"ready")

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def wait(self, pattern):
        """The next line that matches; those before it are nobody's."""
        passed = []
        while True:
            try:
                line = self.lines.get(timeout=SECONDS)
            except queue.Empty:
                raise AssertionError("no %s in %s" % (pattern, passed)) from None
            if re.fullmatch(pattern, line):
                return line
            passed.append(line)

    def say(self, text):
        self.process.stdin.write(text + "\n")

    def call(self, side, kind, cic):
        """The octets of a message that a side sends, in hex."""
        self.say("call %s %s %d" % (side, kind, cic))
        return self.wait("sent %s .*" % side).split()[2]

    def inject(self, octets):
        """What B says to it."""
        self.say("inject " + octets)
        return self.wait("event B .*").split(" ", 2)[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(SECONDS)
        self.dir.cleanup()


def ours(octets):
    """Our reading of some hex messages."""
    done = subprocess.run([RANDOM, "itu2000", "decode"], input="\n".join(octets) + "\n",
                          capture_output=True, text=True, timeout=live.PATIENCE)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# Side, message, CIC, and what must be in our reading of it.
SENT = [
    ("A", "IAM", 5, ["digits=4930123456F", "noa=4; npi=1", "apri=1; si=3", "digits=441632960",
                     "transmission medium=3", "category=10", "digits=49891;", "digits=49892;",
                     "redirecting indicator=3; original redirection reason=1; "
                     "redirection counter=2; redirecting reason=3"]),
    ("B", "ACM", 5, ["ISDN user part indicator=1", "ISDN access indicator=1"]),
    ("B", "CPG", 5, ["event indicator=3"]), ("B", "ANM", 5, []),
    ("B", "SUS", 5, ["suspend/resume indicator=1"]),
    ("B", "RES", 5, ["suspend/resume indicator=0"]),
    ("A", "REL", 5, ["cause value=34", "coding standard=0"]), ("B", "RLC", 5, []),
    ("A", "BLO", 40, []), ("B", "BLA", 40, []), ("A", "UBL", 41, []), ("B", "UBA", 41, []),
    ("A", "RSC", 42, []), ("A", "GRS", 64, ["range=3"]),
    ("A", "CGB", 96, ["range=3; status=0d", "type indicator=0"]),
    ("A", "CGU", 128, ["range=3; status=0d", "type indicator=1"]),
    ("A", "LPA", 50, []), ("A", "UCIC", 51, []),
]


def we_read_what_libss7_writes():
    with Libss7() as peer:
        sent = [peer.call(side, kind, cic) for side, kind, cic, _ in SENT]
    for octets, line, (_, kind, cic, parts) in zip(sent, ours(sent), SENT):
        assert line.split("\t")[0] == kind and line.split("\t")[2] == str(cic), (octets, line)
        for part in parts:
            assert part in line, "%s: no %s in %s" % (octets, part, line)
    print("# %d messages" % len(sent))


# Ours, from the CIC on, and the event that libss7 makes of it; for the first ones B has a call.
INJECTED = [
    ("070006161400", "ACM cic=7 status=1"), ("07002c01011102160400", "CPG cic=7 event=1"),
    ("07000900", "ANM cic=7"), ("07000d0100", "ISUP_EVENT_SUS"), ("07000e0100", "ISUP_EVENT_RES"),
    ("07000c0200028290", "REL cic=7 cause=16"),
    ("2000010020010a03020a08841094032143650f0a07841394983254063d011f00",
     "IAM cic=32 called=4930123456# noa=4 calling=498923456 calling_noa=4 apri=0 si=3 cpc=10 "
     "tmr=3"),
    ("2100010020010d020208060390982143650a078317032143650700",
     "IAM cic=33 called=89123456 noa=3 calling=301234567 calling_noa=3 apri=1 si=3 cpc=13 tmr=2"),
    ("280013", "BLO cic=40"), ("290014", "UBL cic=41"), ("2a0012", "RSC cic=42"),
    ("400017010103", "GRS cic=64 range=3"), ("600018000102050b", "CGB cic=96 range=5"),
    ("800019010102050b", "CGU cic=128 range=5"), ("2b0024", "ISUP_EVENT_LPA"),
    ("2c002e", "ISUP_EVENT_UCIC"),
]


def libss7_reads_what_we_write():
    octets = [o for o, _ in INJECTED]
    for line, hexes in zip(ours(octets), octets):
        assert line != "refused", hexes
    with Libss7() as peer:
        peer.call("B", "IAM", 7)
        peer.wait("event A IAM .*")
        for hexes, want in INJECTED:
            got = peer.inject(hexes)
            assert got == want, "%s: %s, not %s" % (hexes, got, want)
    print("# %d messages" % len(INJECTED))


if __name__ == "__main__":
    live.run([we_read_what_libss7_writes, libss7_reads_what_we_write])
