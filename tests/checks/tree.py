# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks share: where the tree is, what is in it, and TAP output.

A check is told where the tree is by top_srcdir and top_builddir (make check sets them; by hand the
tree that holds this file is taken for both). It looks at files, never at version control, so it
runs on an unpacked tarball too. Each check first tries itself on small trees of its own, with a
fault and without, and then reads the real one: a check that cannot fail would show.
"""
import os
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("top_builddir") or TOP


def files(top, folders, suffixes):
    """Paths below `top`, relative to it, in order."""
    found = []
    for folder in folders:
        for where, dirs, names in os.walk(os.path.join(top, folder)):
            dirs[:] = sorted(d for d in dirs if not d.startswith((".", "__")))
            found += [os.path.relpath(os.path.join(where, n), top)
                      for n in names if n.endswith(tuple(suffixes))]
    return sorted(found)


def files_with_hidden(top, folder, suffix):
    """As files(), with what libtool keeps in .libs."""
    return sorted(os.path.relpath(os.path.join(where, n), top)
                  for where, _, names in os.walk(os.path.join(top, folder))
                  for n in names if n.endswith(suffix))


def read(top, path):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as f:
        return f.read()


def try_on(check, contents):
    """Runs check(top) on a temporary tree of {path: text}; returns its faults."""
    with tempfile.TemporaryDirectory() as top:
        for path, text in contents.items():
            os.makedirs(os.path.dirname(os.path.join(top, path)), exist_ok=True)
            with open(os.path.join(top, path), "w", encoding="utf-8") as f:
                f.write(text)
        return check(top)


class Tap:
    def __init__(self):
        self.nr = 0
        self.failed = 0

    def note(self, text):
        for line in str(text).splitlines():
            print("# " + line)

    def result(self, name, faults):
        """`faults`: a list of lines, empty when all is well."""
        self.nr += 1
        self.failed += bool(faults)
        print("%sok %d - %s" % ("not " if faults else "", self.nr, name))
        for fault in faults:
            self.note(fault)

    def skip(self, name, why):
        self.nr += 1
        print("ok %d - %s # SKIP %s" % (self.nr, name, why))

    def finds(self, name, check, contents, words):
        """The check finds exactly one fault in this tree, of these words (None: finds none)."""
        faults = try_on(check, contents)
        good = not faults if words is None else len(faults) == 1 and words in faults[0]
        self.result("self-test: " + name,
                    [] if good else ["wanted: %s" % words] + ["got: " + f for f in faults])

    def end(self):
        print("1..%d" % self.nr)
        raise SystemExit(1 if self.failed else 0)
