#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stranger's view: the libraries are installed somewhere, the examples are compiled there with
what pkg-config says and nothing else of the tree, and talk to the daemon and the test phone."""
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import live  # noqa: E402

EXAMPLES = os.path.join(live.TOP, "contrib/examples")
LONGEST = 150  # lines of an example


def sanitized():
    with open(os.path.join(live.BUILD, "config.log"), errors="replace") as f:
        return "-fsanitize=" in f.read().split("Cache variables")[-1]


class Stage:
    """A place that the tree was installed to."""

    def __init__(self):
        live.need("pkg-config")
        self.root = tempfile.mkdtemp(prefix="trunkgate-install-")
        self.prefix = None
        done = live.run_program(["make", "-s", "-C", live.BUILD, "install",
                                 "DESTDIR=" + self.root], timeout=300, env=self._make_env())
        assert done.returncode == 0, done.output
        for where, _, names in os.walk(self.root):
            if "trunkgate-sip.pc" in names:
                self.libdir = os.path.dirname(where)
        self.env = dict(os.environ, PKG_CONFIG_PATH=os.path.join(self.libdir, "pkgconfig"),
                        PKG_CONFIG_SYSROOT_DIR=self.root, LD_LIBRARY_PATH=self.libdir)

    @staticmethod
    def _make_env():
        """Without what an outer make says to its children."""
        return {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}

    def pkg_config(self, *args):
        done = live.run_program(["pkg-config"] + list(args), env=self.env)
        assert done.returncode == 0, done.output
        return shlex.split(done.output)

    def compile(self, name):
        out = os.path.join(self.root, name)
        source = os.path.join(EXAMPLES, name + ".c")
        flags = self.pkg_config("--cflags", "--libs", "trunkgate-sipio")
        cc = shlex.split(os.environ.get("CC", "cc"))
        done = live.run_program(cc + ["-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic",
                                      "-o", out, source] + flags + ["-Wl,--as-needed"])
        assert done.returncode == 0, done.output
        return out

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)


stage = None


def install():
    global stage
    if sanitized():
        raise live.Skip("a build with sanitizers is not for others to link with")
    stage = Stage()


def staged():
    if not stage:
        raise live.Skip("nothing is installed")
    return stage


def headers_stand_alone():
    """Each public header compiles without another before it."""
    s = staged()
    flags = s.pkg_config("--cflags", "trunkgate-sipio")
    include = os.path.join(os.path.dirname(s.libdir), "include")
    cc = shlex.split(os.environ.get("CC", "cc"))
    assert os.path.isdir(os.path.join(include, "trunkgate/sipio")), include
    for where, _, names in os.walk(include):
        for name in sorted(n for n in names if n.endswith(".h")):
            done = live.run_program(cc + ["-std=c11", "-Wall", "-Werror", "-fsyntax-only", "-x", "c",
                                          os.path.join(where, name)] + flags)
            assert done.returncode == 0, done.output


def libraries_are_versioned():
    s = staged()
    for name in ["trunkgate-sip", "trunkgate-sipio"]:
        assert s.pkg_config("--modversion", name)
        assert os.path.exists(os.path.join(s.libdir, "lib%s.so.0" % name)), os.listdir(s.libdir)


def examples_are_short():
    for name in sorted(os.listdir(EXAMPLES)):
        if name.endswith(".c"):
            with open(os.path.join(EXAMPLES, name)) as f:
                nr = len(f.readlines())
            assert nr < LONGEST, "%s has %d lines" % (name, nr)


def ping_reaches_the_daemon():
    s = staged()
    ping = s.compile("options-ping")
    with live.Gateway() as gw:
        done = live.run_program([ping, "sip:" + gw.sip], env=s.env)
        assert done.returncode == 0 and done.output.startswith("200 OK after "), done.output


def ping_says_that_nobody_is_there():
    s = staged()
    ping = os.path.join(s.root, "options-ping")
    if not os.path.exists(ping):
        raise live.Skip("it was not compiled")
    done = live.run_program([ping, "sip:127.0.0.1:%d" % live.free_udp_port()], env=s.env)
    assert done.returncode == 1 and "503" in done.output, done.output


def phone_hears_the_machine():
    """Twice, so that the second call finds the machine free again."""
    s = staged()
    machine = s.compile("answering-machine")
    at = "127.0.0.1:%d" % live.free_udp_port()
    with subprocess.Popen([machine, at], stdout=subprocess.PIPE, env=s.env) as running:
        try:
            assert running.stdout.readline().startswith(b"ready"), "it does not start"
            for codec in ["pcma", "pcmu"]:
                done = live.run_program([live.LAB, "phone", "call", "sip:1@" + at, "--codec", codec,
                                         "--duration", "2", "--expect-tone", "1000", "--json"])
                assert done.returncode == 0, done.output
                assert json.loads(done.output.splitlines()[-1]), done.output
        finally:
            running.kill()


def take_away():
    if stage:
        stage.close()


live.run([install, libraries_are_versioned, headers_stand_alone, examples_are_short,
          ping_reaches_the_daemon, ping_says_that_nobody_is_there, phone_hears_the_machine,
          take_away])
