#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIP over SCTP: what sip_sctp_inside.py tries, inside user-mode Linux, which has SCTP where the host's
kernel has not."""
import os
import sys

import live

INSIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sip_sctp_inside.py")
UML = os.path.join(live.TOP, "../shared/tools/uml-run")


def inside_user_mode_linux():
    live.need("linux.uml")
    if not os.path.exists(UML):
        raise live.Skip("there is no uml-run beside the project")
    done = live.run_program([os.path.abspath(UML), "-m", "512M", "-w", live.TOP, "-w", live.BUILD,
                             sys.executable, INSIDE],
                            timeout=500)
    print("".join("# %s\n" % line for line in done.output.splitlines()), end="")
    assert done.returncode == 0 and "not ok" not in done.output, done.returncode


live.run([inside_user_mode_linux])
