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
ALIGNED = 60  # seconds: the links of ANSI prove themselves for longer


class Libss7:
    """Two exchanges of libss7 and the tap between them."""

    def __init__(self, *args):
        if not os.path.exists("/usr/include/libss7.h"):
            raise live.Skip("libss7-dev is not installed")
        self.dir = tempfile.TemporaryDirectory()
        program = os.path.join(self.dir.name, "isup_libss7")
        done = live.run_program([live.need("cc"), "-o", program, SOURCE, "-lss7"])
        assert done.returncode == 0, done.output
        self.process = subprocess.Popen([program, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.wait(r"ready", ALIGNED)

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def wait(self, pattern, seconds=SECONDS):
        """The next line that matches; those before it are nobody's."""
        passed = []
        while True:
            try:
                line = self.lines.get(timeout=seconds)
            except queue.Empty:
                raise AssertionError("no %s in %s" % (pattern, passed)) from None
            if re.fullmatch(pattern, line):
                return line
            passed.append(line)

    def say(self, text):
        self.process.stdin.write(text + "\n")

    def call(self, side, kind, cic):
        """The octets of a message that a side sends, in hex."""
        self.say("call %s %s %s" % (side, kind, cic))
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


def ours(octets, variant="itu2000"):
    """Our reading of some hex messages."""
    done = subprocess.run([RANDOM, variant, "decode"], input="\n".join(octets) + "\n",
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
    ("A", "INF", 52, ["calling party address response indicator=2", "category=10"]),
    ("A", "FAA", 53, ["value=16"]), ("A", "CON", 54, ["ISDN user part indicator=1"]),
    ("A", "GRA", 160, ["range=3; status=0d"]),
    ("A", "CGBA", 192, ["range=3; status=0d", "type indicator=0"]),
    ("A", "CGUA", 224, ["range=3; status=0d", "type indicator=0"]),
    ("A", "CQR", 288, ["range=3", "maintenance blocking state=1"]),
]

# libss7 leaves out what Q.763 has: the pointer to no optional part, and in FRJ the cause.
SENT_OTHERWISE = [("A", "INR", 55, "otherwise\tINR"), ("A", "FRJ", 56, "refused")]

# T1.113.
SENT_ANSI = [
    ("A", "IAM", 5000, ["digits=4930123456F", "digits=441632960", "further octets=a2",
                        "category=10", "digits=8005551212", "originating line information=61",
                        "name=414c494345", "digits=125255", "redirecting indicator=3"]),
    ("B", "ACM", 5000, ["ISDN user part indicator=1"]), ("B", "CPG", 5000, ["event indicator=3"]),
    ("B", "ANM", 5000, []),
    ("B", "SUS", 5000, ["suspend/resume indicator=1"]),
    ("B", "RES", 5000, ["suspend/resume indicator=0"]),
    ("A", "REL", 5000, ["cause value=34"]), ("B", "RLC", 5000, []),
    ("A", "BLO", 40, []), ("A", "UBL", 41, []), ("A", "RSC", 16000, []),
    ("A", "CGB", 96, ["range=3; status=0d", "type indicator=0"]),
    ("A", "CGBA", 192, ["range=3; status=0d"]), ("A", "CGUA", 224, ["range=3; status=0d"]),
    ("A", "CQR", 288, ["range=3", "maintenance blocking state=1"]), ("A", "LPA", 50, []),
    ("A", "UCIC", 51, []),
]

# A pointer to an optional part that GRS and GRA have not; CVR without its two parameters.
SENT_ANSI_OTHERWISE = [("A", "GRA", 160, "otherwise\tGRA"), ("A", "CVR", 57, "refused"),
                       ("A", "GRS", 64, "otherwise\tGRS")]


def check_sent(peer, variant, sent, otherwise):
    octets = [peer.call(side, kind, cic) for side, kind, cic, _ in sent]
    for hexes, line, (_, kind, cic, parts) in zip(octets, ours(octets, variant), sent):
        assert line.split("\t")[0] == kind and line.split("\t")[2] == str(cic), (hexes, line)
        for part in parts:
            assert part in line, "%s: no %s in %s" % (hexes, part, line)
    octets = [peer.call(side, kind, cic) for side, kind, cic, _ in otherwise]
    for hexes, line, (_, _, _, want) in zip(octets, ours(octets, variant), otherwise):
        assert line.startswith(want), (hexes, line)
    print("# %d messages, %d otherwise" % (len(sent), len(otherwise)))


def we_read_what_libss7_writes():
    with Libss7() as peer:
        check_sent(peer, "itu2000", SENT, SENT_OTHERWISE)


def we_read_what_libss7_writes_in_ansi():
    with Libss7("ansi") as peer:
        check_sent(peer, "ansi95", SENT_ANSI, SENT_ANSI_OTHERWISE)


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


# What B says before, if it must; then ours and the event.
ANSWERS = [
    (None, "3000010000010a0002000403109410",
     "IAM cic=48 called=4901 noa=3 calling= calling_noa=0 apri=0 si=0 cpc=10 tmr=0"),
    (None, "300002020003002143", "SAM cic=48 called=1234"),
    (None, "310011", "CCR cic=49"), (None, "3100050100", "COT cic=49 passed=1"),
    (None, "32002a010102", "CQM cic=50 range=2"),
    ("GRS 320", "40012901020300", "GRA cic=320 range=3"),
    ("CGB 352", "60011a000102030d", "CGBA cic=352 range=3 type=0"),
    ("CGU 384", "80011b010102030d", "CGUA cic=384 range=3 type=1"),
    ("BLO 140", "8c0015", "BLA cic=140"), ("UBL 141", "8d0016", "UBA cic=141"),
    ("IAM 150", "960007160400", "CON cic=150 connected= nai=0"),
    ("IAM 151", "97001f0000", "FAR cic=151"), (None, "9700200000", "FAA cic=151"),
    (None, "9700210002000281a9", "FRJ cic=151"),
]

ANSI_ANSWERS = [
    (None, "881301000001 0a 03060e 039090a2 08841094032143650f 0a07841744612369 00"
           "eb0703100850552121 ea013d 00".replace(" ", ""),
     "IAM cic=5000 called=4930123456# noa=4 calling=441632960 calling_noa=4 apri=1 si=3 cpc=10 "
     "tmr=0"),
    (None, "3200ec", "CVT cic=50"), (None, "33002a010102", "CQM cic=51 range=2"),
    ("GRS 64", "40002901020300", "GRA cic=64 range=3"),
    ("CGB 96", "60001a000102030d", "CGBA cic=96 range=3 type=0"),
    ("BLO 140", "8c0015", "BLA cic=140"), ("UBL 141", "8d0016", "UBA cic=141"),
    ("IAM 150", "9600061604 00".replace(" ", ""), "ACM cic=150 status=1"),
    (None, "96002c010111021604 00".replace(" ", ""), "CPG cic=150 event=1"),
    (None, "96000900", "ANM cic=150"), (None, "96000c0200028290", "REL cic=150 cause=16"),
    (None, "803e12", "RSC cic=16000"), (None, "2c0013", "BLO cic=44"), (None, "2d0014", "UBL cic=45"),
]


def check_read(peer, variant, rows):
    octets = [hexes for _, hexes, _ in rows]
    for line, hexes in zip(ours(octets, variant), octets):
        assert line != "refused", hexes
    for before, hexes, want in rows:
        if before:
            peer.call("B", *before.split())
            peer.wait("event A %s .*" % before.split()[0])
        got = peer.inject(hexes)
        assert got == want, "%s: %s, not %s" % (hexes, got, want)
    print("# %d messages" % len(rows))


def libss7_reads_what_we_write():
    with Libss7() as peer:
        peer.call("B", "IAM", 7)
        peer.wait("event A IAM .*")
        check_read(peer, "itu2000", [(None, *row) for row in INJECTED] + ANSWERS)


def libss7_reads_what_we_write_in_ansi():
    with Libss7("ansi") as peer:
        check_read(peer, "ansi95", ANSI_ANSWERS)


if __name__ == "__main__":
    live.run([we_read_what_libss7_writes, libss7_reads_what_we_write,
              we_read_what_libss7_writes_in_ansi, libss7_reads_what_we_write_in_ansi])
