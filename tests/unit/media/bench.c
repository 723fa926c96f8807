/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the engine's code costs: nanoseconds for a channel and millisecond, spans and packets of 20
 * ms both ways, without sockets. Not part of make check:
 *	make tests/unit/media/bench && tests/unit/media/bench
 */
#include <stdio.h>
#include <time.h>

#include <trunkgate/base/mem.h>

#include "media/engine.h"
#include "rtp/packet.h"

#define NR_ENGINES 3 /* of 16 spans: 1,488 channels, as one worker may have */
#define NR_SPANS   16
#define NR_TS	   31
#define NR	   (NR_SPANS * NR_TS)
#define MS	   10000

static struct med_engine *engine[NR_ENGINES];
static uint8_t datagram[NR_ENGINES][NR][RTP_HEADER_LEN + 160];
static uint16_t seq[NR_ENGINES][NR];
static struct addr peer = { ADDR_IP4, 4000, { 192, 0, 2, 1 } };

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void open_all(struct mem *m, unsigned nr, enum med_codec codec)
{
	struct med_cfg cfg = { .nr_channels = NR, .nr_spans = NR_SPANS };

	engine[nr] = med_engine_new(m, &cfg);
	for (unsigned i = 0; i < NR; i++) {
		struct med_open o = { .leg = i + 1, .channel = (uint16_t)i, .ptime_ms = 20 };
		struct ring_rec rec;

		o.span = (uint8_t)(i / NR_TS);
		o.timeslot = (uint8_t)(1 + i % NR_TS);
		o.codec = (uint8_t)codec;
		o.through = MED_BOTH;
		o.pt_tx = o.pt_rx = 8;
		med_open_set_remote(&o, &peer);
		med_cmd_pack(&rec, MED_CMD_OPEN, &o, sizeof(o));
		med_engine_cmd(engine[nr], &rec);
	}
}

static unsigned pass(unsigned nr)
{
	static struct tdm_block rx[NR_SPANS], tx[NR_SPANS];
	struct med_engine *e = engine[nr];
	struct addr to;
	struct str out;
	unsigned channel, sent = 0;

	for (unsigned s = 0; s < NR_SPANS; s++)
		med_engine_span(e, s, &rx[s], &tx[s]);
	med_engine_tick(e);
	while (med_engine_due(e, &channel)) {
		struct rtp_packet p = { .seq = ++seq[nr][channel], .pt = 8, .ssrc = 1 };

		p.timestamp = 160u * p.seq;
		rtp_header_enc(datagram[nr][channel], &p);
		med_engine_rx(e, channel, &peer,
			      str_n(datagram[nr][channel], sizeof(datagram[nr][channel])));
		sent += med_engine_packet(e, channel, &to, &out);
	}
	return sent;
}

static void measure(const char *name, enum med_codec codec)
{
	struct mem *m = mem_root("bench");
	unsigned sent = 0;
	double start, ns;

	for (unsigned nr = 0; nr < NR_ENGINES; nr++)
		open_all(m, nr, codec);
	start = now_ns();
	for (unsigned t = 0; t < MS; t++)
		for (unsigned nr = 0; nr < NR_ENGINES; nr++)
			sent += pass(nr);
	ns = (now_ns() - start) / MS / NR / NR_ENGINES;
	printf("%s: %.1f ns for a channel and ms, %.0f ns for a packet time of 20 ms; %u packets\n",
	       name, ns, ns * 20, sent);
	mem_free(m);
}

int main(void)
{
	measure("same law", MED_PCMA);
	measure("other law", MED_PCMU);
	return 0;
}
