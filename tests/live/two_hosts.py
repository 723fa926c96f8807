# SPDX-License-Identifier: GPL-3.0-or-later
"""Two network namespaces of a test's own, joined by an Ethernet: here, where the test and its gateway run,
with an address on `va`; and there (`far`), with one on `vb`."""
import ctypes
import os
import shutil
import subprocess
import sys
import threading

import live

CLONE_NEWNET = 0x40000000

far = None


class Far:
    """The other namespace, which lives as long as a sleeping process."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.net = "/proc/%d/ns/net" % self.process.pid
        self.enter = ["nsenter", "--net=" + self.net]  # in front of a command
        live.wait_for(lambda: os.readlink(self.net) != os.readlink("/proc/self/ns/net"))

    def join(self, here, there):
        ip("link add va type veth peer name vb netns %d" % self.process.pid)
        for run, device, address in ((ip, "va", here), (self.ip, "vb", there)):
            run("link set lo up")
            run("addr add %s/24 dev %s" % (address, device))
            run("link set %s up" % device)

    def ip(self, words):
        ip(words, self.enter)

    def run(self, function):
        """In a thread of its own, which is there: what it opens stays there."""
        result = []

        def run():
            try:
                with open(self.net) as f:
                    libc = ctypes.CDLL(None, use_errno=True)
                    assert libc.setns(f.fileno(), CLONE_NEWNET) == 0, os.strerror(ctypes.get_errno())
                result.append(function())
            except Exception as e:  # it is raised again in the test's thread
                result.append(e)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        if isinstance(result[0], Exception):
            raise result[0]
        return result[0]

    def end(self):
        self.process.kill()
        self.process.wait()


def ip(words, enter=()):
    subprocess.run(list(enter) + ["ip"] + words.split(), check=True)


def a_way_in(programs):
    """The command that runs another in a network namespace of its own, and None; or why not."""
    for program in programs + ("ip", "unshare", "nsenter"):
        if not shutil.which(program):
            return None, program + " is not installed"
    for way in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        done = live.run_program(way + ["ip", "link", "add", "va", "type", "veth", "peer", "name", "vb"])
        if done.returncode == 0:
            return way, None
    return None, "no network namespace can be made here: " + done.output.strip()


def run_inside(tests, here, there):
    global far
    far = Far()
    try:
        far.join(here, there)
        live.run(tests)
    finally:
        far.end()


def main(path, tests, here, there, programs=()):
    """Runs the tests of the file `path` between the addresses, when these programs are installed."""
    if "--inside" in sys.argv:
        run_inside(tests, here, there)
    way, why_not = a_way_in(programs)
    if why_not:
        print("1..0 # SKIP " + why_not)
    else:
        sys.exit(subprocess.run(way + [sys.executable, os.path.abspath(path), "--inside"]).returncode)
