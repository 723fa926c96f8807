/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support: what the unit tests share. Includes cmocka with all that it needs.
 *
 *	static void test_table(void **state)
 *	{
 *		check_fsm(&ict_def, "sip_ict");
 *	}
 *	static void parse_once(void *ctx)
 *	{
 *		struct mem *m = mem_root("test");
 *		if (m && thing_parse(m, OCTETS("01 02 ff")) < 0) ...
 *		mem_free(m);
 *	}
 *	assert_true(walk_allocations(parse_once, NULL) > 0);
 *
 * Results of octets_of and hex_of live in a few buffers taken in turn: good for one assertion.
 */
#ifndef TRUNKGATE_UNIT_SUPPORT_H
#define TRUNKGATE_UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

#include "base/fsm.h"
#include "base/log.h"

#define NR_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Fails the test unless fsm_check finds no fault and the drawing is that of
 * tests/golden/<golden>.dot. With TG_GOLDEN_UPDATE=1 in the environment the file is written. */
void check_fsm(const struct fsm_def *def, const char *golden);
/* Compares `text` with tests/golden/<file>, or writes it; for other generated texts. */
void check_golden(struct str text, const char *file);

/* Runs `fn` with its first allocation failing, then its second, and so on, until a run in which
 * none failed; every run must have freed each root that it made. Returns how many failed. */
typedef void walk_fn(void *ctx);
int walk_allocations(walk_fn *fn, void *ctx);

/* Ends the test as skipped, and tells those who run it why. */
#define skip_because(why)                           \
	do {                                        \
		print_message("# skip: %s\n", why); \
		skip();                             \
	} while (0)

/* "01 02ff" to octets (white space is free); fails the test when it is not hex. */
struct str octets_of(const char *hex);
#define OCTETS(hex) octets_of(hex)
/* Octets as "01 02 ff". */
const char *hex_of(struct str octets);
#define assert_octets_equal(got, want) assert_string_equal(hex_of(got), hex_of(want))
#define assert_str_equal(got, want)    support_str_equal((got), (want), __FILE__, __LINE__)
void support_str_equal(struct str got, struct str want, const char *file, int line);

/* Keeps what is logged from here on, each line as "area level: text". */
void log_capture_start(void);
/* All lines so far with their line ends; emptied by start. */
const char *log_capture_text(void);
bool log_captured(const char *part);
void log_capture_stop(void);

#endif
