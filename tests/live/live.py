# SPDX-License-Identifier: GPL-3.0-or-later
"""What the live tests share: the daemon in lab mode, its VTY, SIPp, the test phone, TAP.

A test file defines functions and ends with live.run([...]); each is one line of TAP. A function
fails by raising (assert), and skips by raising live.Skip("why")."""
import atexit
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BUILD = os.environ.get("top_builddir", TOP)
DAEMON = os.path.join(BUILD, "src/daemon/trunkgate")
LAB = os.path.join(BUILD, "src/lab/trunkgate-lab")
PATIENCE = 60  # seconds for anything that should take one


class Skip(Exception):
    """The machine lacks what the test needs."""


def need(program):
    path = shutil.which(program)
    if not path:
        raise Skip(program + " is not installed")
    return path


def wait_for(what, seconds=PATIENCE, every=0.05):
    """Calls what() until it returns something true; that is the result."""
    end = time.monotonic() + seconds
    while True:
        result = what()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError("did not come true within %d s" % seconds)
        time.sleep(every)


def free_udp_port(host="127.0.0.1"):
    """A port that was free a moment ago, even and with a free one behind it."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a:
            a.bind((host, 0))
            port = a.getsockname()[1]
            if port % 2 or port > 60000:
                continue
            return port


def wait_udp_bound(port):
    """Until somebody on this host has this UDP port."""
    def bound():
        with open("/proc/net/udp") as f:
            return any(line.split()[1].endswith(":%04X" % port) for line in list(f)[1:])
    wait_for(bound)


def run_program(args, timeout=PATIENCE, **kw):
    """Runs to the end; the result has returncode and output (both streams)."""
    done = subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout, **kw)
    done.output = done.stdout.decode(errors="replace")
    return done


class Gateway:
    """The daemon in lab mode on ports of its own."""

    def __init__(self, *options, prefix=(), host="127.0.0.1", config=None):
        self.dir = tempfile.mkdtemp(prefix="trunkgate-live-")
        self.log_path = os.path.join(self.dir, "log")
        self.prefix = list(prefix)
        self.log = open(self.log_path, "wb")
        if config:  # not the lab
            args = self.prefix + [DAEMON, "-c", config]
        else:
            args = self.prefix + [DAEMON, "--lab", "--sip", host + ":0", "--vty", "127.0.0.1:0"]
        args += list(options)
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.log)
        atexit.register(self.kill)  # what a test that failed has left
        self.sip_host, self.sip_port, self.vty_host, self.vty_port = self._ready()

    def _ready(self):
        line = b""
        end = time.monotonic() + PATIENCE
        while b"ready" not in line:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError("the daemon is not ready: " + self.log_text())
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError("the daemon ended: " + self.log_text())
        m = re.search(rb"SIP ([0-9.]+):(\d+) VTY ([0-9.]+):(\d+)", line)
        assert m, line
        return m[1].decode(), int(m[2]), m[3].decode(), int(m[4])

    def log_text(self):
        return self.whole_log()[-4000:]

    def whole_log(self):
        with open(self.log_path, errors="replace") as f:
            return f.read()

    @property
    def sip(self):
        return "%s:%d" % (self.sip_host, self.sip_port)

    def vty(self, *commands):
        """The text that the commands print, in enable mode."""
        text = ""
        with socket.create_connection((self.vty_host, self.vty_port), 10) as s:
            for command in ("terminal length 0", "enable") + commands:
                s.sendall(command.encode() + b"\r\n")
            s.sendall(b"end\r\nexit\r\n")
            s.settimeout(10)
            try:
                while True:
                    piece = s.recv(65536)
                    if not piece:
                        break
                    text += piece.decode("latin-1")
            except socket.timeout:
                raise AssertionError("the VTY does not close: " + text)
        return text.replace("\r", "")

    def calls_left(self):
        """Calls that are not over, as `show calls` counts them."""
        m = re.search(r"(\d+) active", self.vty("show calls"))
        assert m, self.vty("show calls")
        return int(m[1])

    def check_idle(self):
        """Nothing is left, and it is the same process that was started."""
        wait_for(lambda: self.calls_left() == 0)
        wait_for(lambda: len(re.findall(r"\bidle\b", self.vty("show circuits"))) >= 30)
        assert self.process.poll() is None, "the daemon ended: " + self.log_text()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("SIGTERM did not end the daemon")
        finally:
            self.log.close()
            self.process.stdout.close()
        text = self.log_text()
        shutil.rmtree(self.dir, ignore_errors=True)
        assert status == 0, "exit status %d: %s" % (status, text)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        if kind is not None and self.process.poll() is None:
            print("# daemon's log:\n# " + self.log_text().replace("\n", "\n# "))
        try:
            self.stop()
        except AssertionError:
            if kind is None:
                raise


def run(tests):
    """Runs the functions, prints TAP, exits 1 when one failed."""
    print("1..%d" % len(tests), flush=True)
    failed = False
    for nr, test in enumerate(tests, 1):
        name = test.__name__
        try:
            test()
            print("ok %d - %s" % (nr, name), flush=True)
        except Skip as why:
            print("ok %d - %s # SKIP %s" % (nr, name, why), flush=True)
        except Exception:  # every failure of a test is one line of TAP, whatever raised it
            failed = True
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print("not ok %d - %s" % (nr, name), flush=True)
    sys.exit(1 if failed else 0)
