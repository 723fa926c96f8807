/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench/isup: what ISUP costs: decoding and encoding of a typical IAM (two numbers, bearer, hop
 * counter), and circuits that do nothing.
 *
 *	contrib/bench/isup [--quick]
 *
 * Prints lines "figure NAME VALUE UNIT"; of several runs the best counts, for the others were
 * disturbed.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "isup/stack.h"
#include "isup/variant.h"

#define RUNS	 9
#define CIRCUITS 10000

static const uint8_t iam[] = { 0x05, 0x00, 0x01, 0x00, 0x20, 0x01, 0x0a, 0x03, 0x02, 0x0a,
			       0x08, 0x84, 0x10, 0x94, 0x03, 0x21, 0x43, 0x65, 0x0f, 0x0a,
			       0x07, 0x84, 0x13, 0x94, 0x98, 0x32, 0x54, 0x06, 0x1d, 0x03,
			       0x90, 0x90, 0xa3, 0x3d, 0x01, 0x1f, 0x00 };

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Keeps the compiler from leaving the work out. */
static volatile unsigned sink;

static void decode(unsigned nr)
{
	struct isup_msg m;

	for (unsigned i = 0; i < nr; i++)
		sink += (unsigned)isup_msg_dec(&m, &isup_itu, str_n(iam, sizeof(iam)), NULL) +
			m.nr_params;
}

static void encode(unsigned nr)
{
	struct isup_msg m;
	uint8_t buf[300];

	isup_msg_dec(&m, &isup_itu, str_n(iam, sizeof(iam)), NULL);
	for (unsigned i = 0; i < nr; i++)
		sink += (unsigned)isup_msg_enc(&m, &isup_itu, buf, sizeof(buf), NULL);
}

static void best_of(const char *name, void (*work)(unsigned nr), unsigned nr)
{
	double best = 1e9;

	for (int run = 0; run < RUNS; run++) {
		double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
		work(nr);
		double took = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
		if (took < best)
			best = took;
	}
	printf("figure %s %.1f ns\n", name, best * 1e9 / nr);
}

static void drain(struct isup *x)
{
	struct isup_out out;

	while (isup_next_out(x, &out))
		sink++;
}

static int circuits(unsigned hours)
{
	struct mem *mem = mem_root("bench");
	struct rng_seeded seeded;
	struct isup_cfg cfg = { .opc = 1,
				.max_circuits = CIRCUITS,
				.rng = rng_seeded_init(&seeded, 1) };
	struct isup *x = isup_new(mem, &cfg);
	tick_t now = TICK_ZERO, end = tick_add_us(now, S_US(hours * 3600));
	isup_circuit_id id;

	for (unsigned i = 0; i < CIRCUITS; i++)
		if (!x || isup_circuit_add(x,
					   &(struct isup_circuit_cfg){ .dpc = 2 + i / 4000,
								       .cic = i % 4000 },
					   &id) < 0)
			return 1;
	printf("figure bytes_per_idle_circuit %.1f octets\n", (double)mem_used(mem) / CIRCUITS);
	double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
	/* a loop that looks every 10 ms, whether something is due or not */
	for (; tick_before(now, end); now = tick_add_ms(now, 10)) {
		if (tick_due(isup_deadline(x), now))
			isup_tick(x, now);
		drain(x);
	}
	printf("figure supervision_idle_core_percent %.4f %%\n",
	       (seconds(CLOCK_PROCESS_CPUTIME_ID) - start) / (hours * 3600.0) * 100);
	isup_free(x);
	mem_free(mem);
	return 0;
}

int main(int argc, char **argv)
{
	bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;

	struct isup_msg m;

	if (isup_msg_dec(&m, &isup_itu, str_n(iam, sizeof(iam)), NULL) < 0 || m.nr_params != 8)
		return 1;
	if (argc > 1 + quick) {
		fprintf(stderr, "usage: isup [--quick]\n");
		return 2;
	}
	best_of("iam_decode_ns", decode, quick ? 20000 : 1000000);
	best_of("iam_encode_ns", encode, quick ? 20000 : 1000000);
	return circuits(quick ? 1 : 24);
}
