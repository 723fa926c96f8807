#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver of DAHDI spans compiles against DAHDI's header, which Debian has in the tarball of
dahdi-source only; machines without it skip this."""
import glob
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

HEADER = "dahdi/user.h"
TOP = os.environ.get("top_srcdir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def header_into(folder):
    """The folder that has dahdi/user.h in it, or None."""
    if os.path.exists("/usr/include/" + HEADER):
        return "/usr/include"
    for name in glob.glob("/usr/src/dahdi.tar.*"):
        with tarfile.open(name) as tar:
            for member in tar:
                if member.name.endswith("/include/" + HEADER):
                    os.makedirs(os.path.join(folder, "dahdi"))
                    with open(os.path.join(folder, HEADER), "wb") as f:
                        f.write(tar.extractfile(member).read())
                    return folder
    return None


def compile_with(cc, include):
    return subprocess.run(
        [cc, "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes",
         "-Werror", "-fsyntax-only", "-isystem", include, "-I" + os.path.join(TOP, "src"),
         "-I" + os.path.join(TOP, "include"), os.path.join(TOP, "src/io/span_dahdi.c")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main():
    print("1..1")
    folder = tempfile.mkdtemp(prefix="trunkgate-dahdi-")
    try:
        include = header_into(folder)
        if not include:
            print("ok 1 - span_dahdi # SKIP dahdi-source is not installed")
            return 0
        done = compile_with(shutil.which("gcc") or "cc", include)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        print("# " + done.stdout.decode().replace("\n", "\n# "))
    print("%sok 1 - span_dahdi" % ("not " if done.returncode else ""))
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
