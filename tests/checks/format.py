#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Format: every .c and .h is as clang-format would write it. Versions of clang-format differ in
what they write, so another one than Debian 12's is skipped, as is none."""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

VERSION = "14"
FOLDERS = ["src", "include", "tests", "contrib"]
AT_ONCE = 50


def find_tool():
    """(path, None) or (None, why not)."""
    tool = shutil.which("clang-format-" + VERSION) or shutil.which("clang-format")
    if not tool:
        return None, "no clang-format"
    text = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"version (\d+)", text)
    if not found or found.group(1) != VERSION:
        return None, "clang-format is not version " + VERSION
    return tool, None


def check(tool, top):
    faults = []
    paths = tree.files(top, FOLDERS, [".c", ".h"])
    for i in range(0, len(paths), AT_ONCE):
        run = subprocess.run([tool, "--dry-run", "--Werror", "--ferror-limit=1", "-style=file"]
                             + paths[i:i + AT_ONCE], cwd=top, capture_output=True, text=True)
        found = [s for s in run.stderr.splitlines() if re.search(r": (error|warning):", s)]
        if run.returncode and not found:
            found = ["clang-format: status %d: %s" % (run.returncode, run.stderr.strip())]
        faults += found
    return faults


def main():
    tap = tree.Tap()
    tool, why = find_tool()
    if not tool:
        tap.skip("format", why)
        tap.end()
    style = {".clang-format": tree.read(tree.TOP, ".clang-format")}
    tap.finds("a file in our style passes", lambda top: check(tool, top),
              dict(style, **{"src/a/a.c": "int f(void)\n{\n\treturn 1;\n}\n"}), None)
    tap.finds("a file in another style is found", lambda top: check(tool, top),
              dict(style, **{"src/a/a.c": "int f(void) {\n  return 1;\n}\n"}), "src/a/a.c:1")
    tap.result("format", check(tool, tree.TOP))
    tap.end()


main()
