/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/lateness: how late a worker's ticks are, and whether it has too much to do: told by the
 * worker's thread, asked by any. Owned by whoever holds the struct; nothing is allocated.
 *
 *	struct io_lateness l = { 0 };
 *	io_lateness_tick(&l, behind_us, nr);		(each wake: how late, for how many ticks)
 *	if (io_lateness_overloaded(&l)) ... refuse new calls
 *	worst = io_lateness_us(&l, 999);		(of 1000 ticks 999 were not later)
 *
 * Overloaded: of the last second's ticks 5 % and more were late. It ends with a second in which less
 * than 1 % were, so that it does not flap.
 */
#ifndef TRUNKGATE_IO_LATENESS_H
#define TRUNKGATE_IO_LATENESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define IO_LATENESS_STEP_US 250
#define IO_LATENESS_STEPS   64	 /* the last one: 16 ms and more */
#define IO_LATE_US	    2000 /* a tick that late is late: more than the engine promises */
#define IO_LATENESS_WINDOW  1000 /* ticks */
#define IO_OVERLOAD_BEGINS  50	 /* late ones of a window */
#define IO_OVERLOAD_ENDS    10

struct io_lateness {
	_Atomic uint64_t ticks[IO_LATENESS_STEPS];
	_Atomic uint64_t late;	      /* IO_LATE_US and more */
	_Atomic bool overloaded;      /* now */
	_Atomic uint64_t overloads;   /* times that it began */
	unsigned in_window, was_late; /* the worker's own */
};

/* The oldest of `nr` ticks that are run in one pass is `behind_us` late, each next one 1 ms less. */
void io_lateness_tick(struct io_lateness *l, uint64_t behind_us, unsigned nr);
/* Of 1000 ticks so many were at most that late; 0 before the first. */
uint64_t io_lateness_us(const struct io_lateness *l, unsigned permille);
bool io_lateness_overloaded(const struct io_lateness *l);

#endif
