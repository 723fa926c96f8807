#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes src/sip/header_hash.h: a hash without collisions for the names of header.def.

Run it after a row was added to header.def (the unit test test_header fails until then):
	python3 src/sip/header_hash.py
It needs nothing but header.def and writes the same file for the same rows.
"""
import os
import re

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SIZE = 1024
ROW = re.compile(r'^SIP_HDR_ROW\((\w+), "([^"]+)", "([^"]*)"', re.M)


def hash_of(name, mul):
    c = [ord(x) | 0x20 for x in name]
    n = len(c)
    v = c[0] * mul[0] + c[n - 1] * mul[1] + c[n // 2] * mul[2] + n * mul[3]
    return v % SIZE


def slots(rows, mul):
    out = {}
    for ident, name, compact in rows:
        for word in filter(None, (name, compact)):
            at = hash_of(word, mul)
            if at in out:
                return None
            out[at] = ident
    return out


def search(rows):
    seed = 1
    while True:
        mul = []
        for _ in range(4):
            seed = (seed * 1103515245 + 12345) % 2**31
            mul.append(seed >> 16 & SIZE - 1 | 1)
        found = slots(rows, mul)
        if found:
            return mul, found


def main():
    with open(os.path.join(TOP, "include/trunkgate/sip/header.def"), encoding="ascii") as f:
        rows = ROW.findall(f.read())
    mul, found = search(rows)
    body = "\n".join(f"\t[{at}] = SIP_HDR_{found[at]}," for at in sorted(found))
    with open(os.path.join(TOP, "src/sip/header_hash.h"), "w", encoding="ascii") as f:
        f.write(TEMPLATE % (SIZE, body, *mul, SIZE))


TEMPLATE = """/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/header_hash: a hash without collisions for header names, long and compact, in any case.
 * Written by src/sip/header_hash.py from header.def; not edited by hand.
 *
 *	id = sip_hdr_slot[sip_hdr_hash(name)];		(then the name has to be compared)
 */
#ifndef TRUNKGATE_SIP_HEADER_HASH_H
#define TRUNKGATE_SIP_HEADER_HASH_H

#include <trunkgate/sip/msg.h>

static const uint8_t sip_hdr_slot[%d] = {
%s
};

/* The name is not empty. */
static inline unsigned sip_hdr_hash(struct str name)
{
	unsigned first = (unsigned char)name.p[0] | 0x20, mid, last;

	mid = (unsigned char)name.p[name.len / 2] | 0x20;
	last = (unsigned char)name.p[name.len - 1] | 0x20;
	return (first * %d + last * %d + mid * %d + (unsigned)name.len * %d) %% %d;
}

#endif
"""

if __name__ == "__main__":
    main()
