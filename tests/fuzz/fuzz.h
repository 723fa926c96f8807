/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz: what the fuzz targets share. A target is one function that takes any octets, feeds them to
 * a parser or a core, and checks what must hold whatever they are. It is linked twice: with clang's
 * libFuzzer (make fuzz, after configure CC=clang --enable-fuzzers --enable-sanitize), and with
 * replay.c, which runs the corpus and a few thousand spoiled copies of it in make check.
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *	{
 *		struct thing t;
 *		if (thing_parse(&t, str_n(data, size)) == 0)
 *			fuzz_check(thing_is_whole(&t));
 *		return 0;
 *	}
 *
 * A new target: fuzz_<name>.c, its part in local.am, and tests/fuzz/corpus/<name>.
 */
#ifndef TRUNKGATE_FUZZ_H
#define TRUNKGATE_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What does not hold ends the program, so that the input is kept. */
#define fuzz_check(cond)                                                                          \
	do {                                                                                      \
		if (!(cond)) {                                                                    \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                                                  \
		}                                                                                 \
	} while (0)

#endif
