/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lateness: see the header. One thread writes, so nothing has to be added in one step. */
#include "io/lateness.h"

static void add(_Atomic uint64_t *v)
{
	atomic_store_explicit(v, atomic_load_explicit(v, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

void io_lateness_judge(struct io_lateness *l, uint64_t cpu_us, unsigned nr_legs)
{
	bool was = atomic_load_explicit(&l->overloaded, memory_order_relaxed);
	bool is = nr_legs >= IO_BUSY_LEGS &&
		  l->was_late >= (was ? IO_OVERLOAD_ENDS : IO_OVERLOAD_BEGINS) &&
		  cpu_us - l->cpu_us >= (was ? IO_BUSY_ENDS_US : IO_BUSY_BEGINS_US);

	if (is && !was)
		add(&l->overloads);
	atomic_store_explicit(&l->overloaded, is, memory_order_relaxed);
	l->in_window = l->was_late = 0;
	l->cpu_us = cpu_us;
}

static void one(struct io_lateness *l, uint64_t behind_us)
{
	uint64_t step = behind_us / IO_LATENESS_STEP_US;

	add(&l->ticks[step < IO_LATENESS_STEPS ? step : IO_LATENESS_STEPS - 1]);
	if (behind_us >= IO_LATE_US) {
		add(&l->late);
		l->was_late++;
	}
	l->in_window++;
}

bool io_lateness_tick(struct io_lateness *l, uint64_t behind_us, unsigned nr)
{
	for (; nr > 0; nr--, behind_us = behind_us > 1000 ? behind_us - 1000 : 0)
		one(l, behind_us);
	return l->in_window >= IO_LATENESS_WINDOW;
}

uint64_t io_lateness_us(const struct io_lateness *l, unsigned permille)
{
	uint64_t all = 0, seen = 0;
	unsigned i;

	for (i = 0; i < IO_LATENESS_STEPS; i++)
		all += atomic_load_explicit(&l->ticks[i], memory_order_relaxed);
	for (i = 0; all && i < IO_LATENESS_STEPS; i++) {
		seen += atomic_load_explicit(&l->ticks[i], memory_order_relaxed);
		if (seen * 1000 >= all * permille)
			return (i + 1) * IO_LATENESS_STEP_US;
	}
	return 0;
}

bool io_lateness_overloaded(const struct io_lateness *l)
{
	return atomic_load_explicit(&l->overloaded, memory_order_relaxed);
}
