#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports: each installed library exports what its public headers declare, nothing else.

The lists that the libraries are linked with come from lib/exports.awk; the names are read here a
second time and in another way, so that a slip in either shows. A name that is declared and not in
the library shows too.
"""
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

LIBRARIES = {"libtrunkgate-sip": ["base", "sdp", "sip"], "libtrunkgate-sipio": ["sipio"]}
COMMENT = re.compile(r"/\*.*?\*/|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.S | re.M)
FUNCTION = re.compile(r"(\w+)\s*\([^;{]*\)\s*(?:__attribute__\s*\(\(.*?\)\)\s*)?$", re.S)


def declared_in(text):
    """Names of the functions that a header declares and does not define."""
    text = COMMENT.sub(" ", text)
    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"\{[^{}]*\}", "\0", text)
    text = re.sub(r"static inline[^;\0]*\0", "", text)
    names = set()
    for part in text.split(";"):
        found = FUNCTION.search(part.strip())
        if found and not part.strip().startswith(("typedef", "static", "_Static_assert")):
            names.add(found.group(1))
    return names


def declared(top, folders):
    names = set()
    for path in tree.files(top, ["include/trunkgate/" + f for f in folders], [".h"]):
        names |= declared_in(tree.read(top, path))
    return names


def exported(path):
    tool = os.environ.get("NM") or "nm"
    run = subprocess.run(tool.split() + ["-D", "--defined-only", path], capture_output=True,
                         text=True)
    names = {line.split()[-1].split("@")[0] for line in run.stdout.splitlines() if line.split()}
    return {n for n in names if not re.match(r"__(asan|odr_asan|ubsan|start|stop)", n)}


def differences(wanted, there):
    return ["%s: declared in a public header, and not exported" % n for n in sorted(wanted - there)] \
        + ["%s: exported, and in no public header" % n for n in sorted(there - wanted)]


def self_test(tap):
    def one(name, text, names):
        got = declared_in(text)
        tap.result("self-test: " + name, [] if got == names else ["got %s" % sorted(got)])
    one("a function", "/* f(); */\n#define G(x) \\\n\th(x);\nint f(struct a *a,\n\tint b);", {"f"})
    one("an attribute", "int f(const char *t, ...)\n\t__attribute__((format(printf, 1, 2)));", {"f"})
    one("an inline function is none", "static inline int f(int a)\n{\n\tif (a) {\n\t\tg(a);\n\t}\n"
        "\treturn (struct a){ 1 }.a;\n}\nint h(void);", {"h"})
    one("types are none", "typedef int f(int a);\nstruct s {\n\tint (*g)(int a);\n};\n"
        "enum e { A, B };", set())
    one("a const pointer", "const struct s *const f(void);", {"f"})
    tap.result("self-test: a missing name is found",
               [] if differences({"f"}, set()) else ["not found"])
    tap.result("self-test: a name too many is found",
               [] if differences(set(), {"f"}) else ["not found"])


def main():
    tap = tree.Tap()
    self_test(tap)
    have_nm = shutil.which((os.environ.get("NM") or "nm").split()[0])
    for name, folders in LIBRARIES.items():
        path = os.path.join(tree.BUILD, "lib/.libs", name + ".so")
        if not have_nm or not os.path.exists(path):
            tap.skip(name, "not built" if have_nm else "no nm")
            continue
        names = declared(tree.TOP, folders)
        tap.result("%s exports its %d functions" % (name, len(names)),
                   differences(names, exported(path)))
    tap.end()


main()
