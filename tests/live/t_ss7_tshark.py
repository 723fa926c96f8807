#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our MTP2, MTP3 and ISUP as tshark reads them: two of our signalling points over a packet link with
a tap between them that records each unit; alignment, link tests, restart, calls, blocking, resets.
Not one unit may be malformed."""
import os
import select
import socket
import struct
import subprocess
import tempfile
import threading

import live
from t_ss7_libss7 import POINT, Process

DLT_MTP2 = 140


class Tap:
    """Two listening ends; what comes in at one goes out at the other, and into a file."""

    def __init__(self, folder):
        self.paths = [os.path.join(folder, name) for name in "ab"]
        self.capture = os.path.join(folder, "link.pcap")
        self.servers = []
        for path in self.paths:
            server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            server.bind(path)
            server.listen(1)
            self.servers.append(server)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        ends = [server.accept()[0] for server in self.servers]
        with open(self.capture, "wb", buffering=0) as out:
            out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, DLT_MTP2))
            nr = 0
            while True:
                for end in select.select(ends, [], [])[0]:
                    try:
                        unit = end.recv(400)
                        ends[1 - ends.index(end)].send(unit)
                    except OSError:
                        return
                    if not unit:
                        return
                    octets = unit[:-2]  # nobody has filled in the check sum
                    nr += 1
                    out.write(struct.pack("<IIII", nr // 1000, nr % 1000, len(octets), len(octets)))
                    out.write(octets)


def read(capture, ansi):
    """(fields of each unit, the text of all)."""
    tshark = live.need("tshark")
    standard = ["-o", "mtp3.standard:%s" % ("ANSI" if ansi else "ITU")]
    fields = ["mtp2.li", "mtp2.sf", "mtp3.service_indicator", "isup.message_type",
              "_ws.malformed", "_ws.expert.severity"]
    run = subprocess.run([tshark, "-r", capture, "-T", "fields", "-E", "separator=;"] + standard +
                         [x for f in fields for x in ("-e", f)], capture_output=True, text=True,
                         timeout=live.PATIENCE, check=True)
    text = subprocess.run([tshark, "-r", capture, "-V"] + standard, capture_output=True, text=True,
                          timeout=live.PATIENCE, check=True).stdout
    return [line.split(";") for line in run.stdout.splitlines()], text


def talk(ansi):
    with tempfile.TemporaryDirectory() as folder:
        live.need("tshark")
        tap = Tap(folder)
        words = ["ansi"] if ansi else []
        a = Process([POINT, tap.paths[0], "connect", "1", "2"] + words)
        b = Process([POINT, tap.paths[1], "connect", "2", "1"] + words)
        try:
            a.wait("event RESUME")
            b.wait("event RESUME")
            for cic in (1, 2, 3):
                a.say("call %d" % cic)
                a.wait("event ANM cic=%d" % cic)
                a.say("rel %d" % cic)
                b.wait("event REL cic=%d" % cic)
                b.say("rel %d" % cic)
                a.wait("event IDLE cic=%d" % cic)
            a.say("block 5")
            b.wait("sent (BLA|CGBA) cic=5")
            a.say("reset 6")
            a.wait("event IDLE cic=6")
            a.say("group")
            a.wait("event IDLE cic=1")
        finally:
            a.end()
            b.end()
        return read(tap.capture, ansi)


def check(ansi):
    units, text = talk(ansi)
    print("# %d units" % len(units))
    # severity: 0x400000 note (an optional part that cannot be there), 0x600000 warning, error above
    bad = [u for u in units if u[4] or any(int(s, 0) > 0x400000 for s in u[5].split(",") if s)]
    assert not bad, bad[:5]
    assert "alformed" not in text
    statuses = {u[1] for u in units if u[1]}
    assert {"0", "2"} <= {str(int(s, 0)) for s in statuses}, statuses
    services = {int(u[2], 0) for u in units if u[2]}
    assert services >= {0, 2 if ansi else 1, 5}, services
    types = {int(u[3], 0) for u in units if u[3]}
    assert types >= {0x01, 0x06, 0x09, 0x0c, 0x10, 0x12}, types  # IAM ACM ANM REL RLC RSC
    for what in ("test message", "test acknowledgement", "traffic restart"):
        assert what in text.lower(), what


def itu():
    check(False)


def ansi():
    check(True)


if __name__ == "__main__":
    live.run([itu, ansi])
