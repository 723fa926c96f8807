#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Catalogue: the tests that doc/catalogue.md names are there, and none of its cases has no test."""
import os
import re
import sys

sys.dont_write_bytecode = True
import tree  # noqa: E402

TEST = re.compile(r"(tests/\S+\.(?:c|py))((?: \w+,?)*)")


def missing(tests):
    """What of `tests` (path, names behind it) is not there."""
    found = list(TEST.finditer(tests))
    if not found:
        yield "no test"
    for m in found:
        path = os.path.join(tree.TOP, m[1])
        if not os.path.exists(path):
            yield m[1]
            continue
        with open(path) as f:
            text = f.read()
        for name in re.findall(r"\w+", m[2]):
            if not re.search(r"\b%s\b" % name, text):
                yield "%s in %s" % (name, m[1])


def main():
    with open(os.path.join(tree.TOP, "doc/catalogue.md")) as f:
        rows = re.findall(r"^\| ([A-Z]\d\d) \|[^|]*\| (.*) \|$", f.read(), re.M)
    bad = False
    print("1..%d" % len(rows))
    for i, (case, tests) in enumerate(rows, 1):
        gone = list(missing(tests))
        bad |= bool(gone)
        print("%sok %d - %s%s" % ("not " if gone else "", i, case,
                                  " # " + "; ".join(gone) if gone else ""))
    return bad or not rows


if __name__ == "__main__":
    sys.exit(main())
