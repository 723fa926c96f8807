#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hygiene: every source file is named in a local.am (what is not named is not in the tarball),
begins with its licence, headers have a guard by rule, no golden file is left over, and nothing
names a path of somebody's machine."""
import os
import re
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

FOLDERS = ["src", "include", "tests", "contrib"]
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
MACHINE = re.compile(r"(?<![\w.])/(?:wor" r"k|hom" r"e/\w|tm" r"p/tg)")


def listed_names(top):
    names = set()
    for path in tree.files(top, ["src", "lib", "tests", "contrib", "doc"], ["local.am"]) + ["Makefile.am"]:
        if os.path.exists(os.path.join(top, path)):
            text = re.sub(r"#.*", "", tree.read(top, path))
            text = re.sub(r"\$\((?:top_)?srcdir\)/", "", text)
            names |= set(text.split())
    return names


def check_listed(top):
    names = listed_names(top)
    faults = []
    for path in tree.files(top, FOLDERS, [".c", ".h", ".def", ".py", ".sh"]):
        parts = path.split("/")
        if not any("/".join(parts[:i]) in names for i in range(2, len(parts) + 1)):
            faults.append("%s: in no local.am" % path)
    return faults


def check_licence(top):
    faults = []
    for path in tree.files(top, FOLDERS, [".c", ".h", ".def"]):
        if tree.read(top, path).split("\n")[0] != "/* %s */" % LICENCE:
            faults.append("%s: the first line is not its licence" % path)
    for path in tree.files(top, FOLDERS, [".py", ".sh"]):
        if "# " + LICENCE not in tree.read(top, path).split("\n")[:2]:
            faults.append("%s: no licence in the first two lines" % path)
    return faults


def guards_for(path):
    """TRUNKGATE_NAME_H, with as many folders before the name as one likes."""
    parts = [re.sub(r"\W", "_", p).upper() for p in path[:-2].split("/")]
    return ["TRUNKGATE_%s_H" % "_".join(parts[i:]) for i in range(len(parts))]


def check_guards(top):
    faults, owner = [], {}
    for path in tree.files(top, FOLDERS, [".h"]):
        found = re.search(r"^#ifndef (\w+)\n#define (\w+)\n", tree.read(top, path), re.M)
        if not found or found.group(1) != found.group(2):
            faults.append("%s: no header guard" % path)
            continue
        guard = found.group(1)
        if guard not in guards_for(path):
            faults.append("%s: guard %s, not TRUNKGATE_<NAME>_H" % (path, guard))
        if guard in owner:
            faults.append("%s: guard %s is that of %s too" % (path, guard, owner[guard]))
        owner[guard] = path
    return faults


def check_golden(top):
    paths = tree.files(top, ["tests"], [".c", ".h", ".py", ".sh"])
    tests = "".join(tree.read(top, p) for p in paths)
    faults = []
    for path in tree.files(top, ["tests/golden"], [""]):
        name = os.path.basename(path)
        if not name.startswith(".") and os.path.splitext(name)[0] not in tests:
            faults.append("%s: no test names it" % path)
    return faults


def check_machine_paths(top):
    faults = []
    for path in tree.files(top, FOLDERS + ["doc"],
                           [".c", ".h", ".def", ".py", ".sh", ".am", ".md", ".cfg"]):
        for nr, line in enumerate(tree.read(top, path).split("\n"), 1):
            if MACHINE.search(line):
                faults.append("%s:%d: a path of one machine" % (path, nr))
    return faults


def self_test(tap):
    c = "/* %s */\n" % LICENCE
    h = c + "#ifndef %s\n#define %s\n#endif\n"
    tap.finds("a file in its folder's local.am passes", check_listed,
              {"src/a/a.c": c, "src/a/local.am": "X = \\\n\tsrc/a/a.c src/a/b.h\n"}, None)
    tap.finds("a file below a listed folder passes", check_listed,
              {"tests/x/a.py": c, "tests/local.am": "EXTRA_DIST += tests/x\n"}, None)
    tap.finds("a file in no local.am is found", check_listed,
              {"src/a/a.c": c, "src/a/local.am": "# src/a/a.c\nX = src/a/aa.c\n"},
              "src/a/a.c: in no local.am")
    tap.finds("a licence passes", check_licence,
              {"src/a.c": c, "tests/a.py": "#!/bin/sh\n# %s\n" % LICENCE}, None)
    tap.finds("a missing licence is found", check_licence, {"src/a.c": "\n" + c}, "src/a.c")
    tap.finds("a script's missing licence is found", check_licence, {"tests/a.sh": c}, "tests/a.sh")
    for guard in ["TRUNKGATE_MSG_H", "TRUNKGATE_SIP_MSG_H"]:
        tap.finds(guard + " passes", check_guards, {"src/sip/msg.h": h % (guard, guard)}, None)
    for guard in ["MSG_H", "TRUNKGATE_SDP_MSG_H", "TRUNKGATE_MSG_H_"]:
        tap.finds(guard + " is found", check_guards, {"src/sip/msg.h": h % (guard, guard)}, guard)
    tap.finds("a missing guard is found", check_guards, {"src/a/a.h": c}, "no header guard")
    same = h % ("TRUNKGATE_A_H", "TRUNKGATE_A_H")
    tap.finds("one guard in two files is found", check_guards,
              {"src/a/a.h": same, "src/b/a.h": same}, "is that of src/a/a.h too")
    tap.finds("a golden file that a test names passes", check_golden,
              {"tests/golden/m.dot": "", "tests/a.c": 'check_fsm(&d, "m");'}, None)
    tap.finds("a golden file without a test is found", check_golden,
              {"tests/golden/m.dot": "", "tests/a.c": ""}, "tests/golden/m.dot")
    tap.finds("a machine's path is found", check_machine_paths,
              {"src/a.c": "a\n/* see /wor" "k/main */"}, "src/a.c:2")
    tap.finds("other paths pass", check_machine_paths,
              {"src/a.c": "/usr/share /tmp/x net/wor" "k/ /var/workers"}, None)


def main():
    tap = tree.Tap()
    self_test(tap)
    tap.result("every source file is in a local.am", check_listed(tree.TOP))
    tap.result("every source file begins with its licence", check_licence(tree.TOP))
    tap.result("every header has its guard", check_guards(tree.TOP))
    tap.result("every golden file has its test", check_golden(tree.TOP))
    tap.result("no path of one machine", check_machine_paths(tree.TOP))
    tap.end()


main()
