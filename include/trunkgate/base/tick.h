/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tick: a point on the monotonic time line, in microseconds from an arbitrary origin.
 *
 * Protocol code never reads a clock: `now` is an argument of every input, and it is the only time
 * there is until the next input. A struct, so that a time and a duration cannot be mixed up;
 * durations are plain int64_t with their unit in the name (t_us).
 *
 *	tick_t at = tick_add_ms(now, 500);
 *	if (tick_due(at, now)) ...
 */
#ifndef TRUNKGATE_BASE_TICK_H
#define TRUNKGATE_BASE_TICK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct tick {
	int64_t us;
} tick_t;

/* Later than every other time: 'wake me never'. */
#define TICK_NEVER ((tick_t){ INT64_MAX })
#define TICK_ZERO  ((tick_t){ 0 })

#define MS_US(ms) ((int64_t)(ms)*1000)
#define S_US(s)	  ((int64_t)(s)*1000000)

static inline bool tick_is_never(tick_t t)
{
	return t.us == INT64_MAX;
}

static inline tick_t tick_add_us(tick_t t, int64_t d_us)
{
	return tick_is_never(t) ? t : (tick_t){ t.us + d_us };
}

static inline tick_t tick_add_ms(tick_t t, int64_t d_ms)
{
	return tick_add_us(t, MS_US(d_ms));
}

static inline bool tick_before(tick_t a, tick_t b)
{
	return a.us < b.us;
}

/* `at` has come. */
static inline bool tick_due(tick_t at, tick_t now)
{
	return at.us <= now.us;
}

/* a - b in microseconds. */
static inline int64_t tick_diff_us(tick_t a, tick_t b)
{
	return a.us - b.us;
}

static inline tick_t tick_min(tick_t a, tick_t b)
{
	return a.us < b.us ? a : b;
}

#endif
