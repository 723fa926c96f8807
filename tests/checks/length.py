#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Length: no function over 70 lines, opening to closing brace; no file over 800."""
import re
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

FUNCTION_MAX = 70
FILE_MAX = 800
FOLDERS = ["src", "include", "tests"]
# Comments, strings and character constants, and preprocessor lines with their continuations.
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
                     r'|^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.S | re.M)
NAME = re.compile(r"(\w+)\s*\(")


def blank(match):
    """Keeps the line ends, so that line numbers stay right."""
    return "\n" * match.group().count("\n") or " "


def name_of(head):
    names = [n for n in NAME.findall(head) if not n.startswith("__")]
    return names[0] if names else "?"


def functions(text):
    """(name, first line, length) of each function body; None at the end when braces are odd."""
    code = NO_CODE.sub(blank, text)
    found, depth, line, start, head = [], 0, 1, None, ""
    for c in code:
        if c == "\n":
            line += 1
        if c == "{":
            if depth == 0 and head.rstrip().endswith(")") and "=" not in head:
                start = line
            depth += 1
        elif c == "}":
            depth -= 1
            if depth == 0 and start is not None:
                found.append((name_of(head), start, line - start + 1))
                start = None
            if depth == 0:
                head = ""
        elif depth == 0:
            head = "" if c == ";" else head + c
    return found + ([None] if depth else [])


def all_functions(top, folders):
    for path in tree.files(top, folders, [".c", ".h"]):
        for f in functions(tree.read(top, path)):
            yield path, f


def check_functions(top):
    faults = []
    for path, f in all_functions(top, FOLDERS):
        if f is None:
            faults.append("%s: braces do not match (both arms of an #if?)" % path)
        elif f[2] > FUNCTION_MAX:
            faults.append("%s:%d: %s has %d lines, %d allowed"
                          % (path, f[1], f[0], f[2], FUNCTION_MAX))
    return faults


def check_files(top):
    faults = []
    for path in tree.files(top, FOLDERS, [".c", ".h", ".def", ".py", ".sh"]):
        n = tree.read(top, path).count("\n")
        if n > FILE_MAX:
            faults.append("%s: %d lines, %d allowed" % (path, n, FILE_MAX))
    return faults


def statistics(top, folders):
    lengths = sorted((f[2], f[0], path) for path, f in all_functions(top, folders) if f)
    if not lengths:
        return "no functions in %s" % " ".join(folders)
    n = len(lengths)
    return "%s: %d functions, p50 %d, p90 %d, longest %d (%s in %s)" % (
        (" and ".join(folders), n, lengths[n // 2][0], lengths[n * 9 // 10][0]) + lengths[-1])


def self_test(tap):
    def body(lines):
        return "\tx();\n" * (lines - 2)
    ugly = ('/* { */ static const char *const s[] = { "{", "}" };\n#define A { \\\n\t{\n'
            "struct x {\n\tint a;\n};\n__attribute__((unused)) static int\nlong_one(int c)\n{\n"
            "\tif (c == '{')\n%s}\n")
    tap.finds("a function of 70 lines passes", check_functions,
              {"src/a/a.c": "int f(void)\n{\n%s}\n" % body(70)}, None)
    tap.finds("a function of 71 lines is found", check_functions,
              {"src/a/a.c": "int f(void)\n{\n%s}\n" % body(71)}, "f has 71 lines")
    tap.finds("braces in text, macros and comments do not count", check_functions,
              {"include/a.h": ugly % body(70)}, "include/a.h:9: long_one has 71 lines")
    tap.finds("a table of 100 lines is no function", check_functions,
              {"src/a/a.c": "static int t[] = {\n%s};\n" % ("\tF(1),\n" * 100)}, None)
    tap.finds("odd braces are found", check_functions,
              {"tests/a.c": "int f(void)\n{\n\tif (a) {\n}\n"}, "braces do not match")
    tap.finds("a file of 800 lines passes", check_files, {"tests/a.c": "\n" * 800}, None)
    tap.finds("a file of 801 lines is found", check_files, {"tests/a.c": "\n" * 801}, "801 lines")


def main():
    tap = tree.Tap()
    self_test(tap)
    tap.note(statistics(tree.TOP, ["src", "include"]))
    tap.note(statistics(tree.TOP, ["tests"]))
    tap.result("no function over %d lines" % FUNCTION_MAX, check_functions(tree.TOP))
    tap.result("no file over %d lines" % FILE_MAX, check_files(tree.TOP))
    tap.end()


main()
