/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/lateness: how late a worker's ticks are, and whether it has too much to do: told by the
 * worker's thread, asked by any. Owned by whoever holds the struct; nothing is allocated.
 *
 *	struct io_lateness l = { 0 };
 *	if (io_lateness_tick(&l, behind_us, nr))	(each wake: how late, for how many ticks)
 *		io_lateness_judge(&l, cpu_us);		(a second is over: the thread's time)
 *	if (io_lateness_overloaded(&l)) ... refuse new calls
 *	worst = io_lateness_us(&l, 999);		(of 1000 ticks 999 were not later)
 *
 * Overloaded: of the last second's ticks 5 % and more were late, and the thread worked for 40 % of it
 * and more. It ends with a second in which less than 1 % were late, or 20 % were worked, so that it does
 * not flap. A thread that is late with little to do, or with few legs, was kept waiting by others:
 * refusing calls would not help it.
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
#define IO_BUSY_BEGINS_US   400000 /* of a window */
#define IO_BUSY_LEGS	    30	   /* the calls of an E1 */
#define IO_BUSY_ENDS_US	    200000

struct io_lateness {
	_Atomic uint64_t ticks[IO_LATENESS_STEPS];
	_Atomic uint64_t late;	      /* IO_LATE_US and more */
	_Atomic bool overloaded;      /* now */
	_Atomic uint64_t overloads;   /* times that it began */
	unsigned in_window, was_late; /* the worker's own */
	uint64_t cpu_us;	      /* at the window's beginning */
};

/* The oldest of `nr` ticks that are run in one pass is `behind_us` late, each next one 1 ms less. True:
 * a window is full, and to be judged. */
bool io_lateness_tick(struct io_lateness *l, uint64_t behind_us, unsigned nr);
/* cpu_us: what the worker's thread has worked since it began; nr_legs: that it serves. */
void io_lateness_judge(struct io_lateness *l, uint64_t cpu_us, unsigned nr_legs);
/* Of 1000 ticks so many were at most that late; 0 before the first. */
uint64_t io_lateness_us(const struct io_lateness *l, unsigned permille);
bool io_lateness_overloaded(const struct io_lateness *l);

#endif
