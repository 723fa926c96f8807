/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/worker: the media thread: RTP sockets on one side, spans on the other, a pass each
 * millisecond of CLOCK_MONOTONIC in the order of media/engine.h. Between it and the signalling
 * thread there are rings of records only; an eventfd wakes the loop when there is something to
 * fetch. The thread allocates, locks and logs nothing.
 *
 * Who lives in it is told records and reports with records (an agent); who lives on a span is given
 * its blocks (a line). The gateway's engine is both, the lab's subscribers too.
 *
 *	struct io_worker_cfg cfg = { .engine = e, .rtp = &ports, .woken = fetch, .self = me, ... };
 *	struct io_worker *w = io_worker_new(mem, loop, &cfg, &diag);
 *	io_worker_start(w, &diag);
 *	if (!io_worker_put(w, IO_WORKER_ENGINE, &rec)) ... full: keep it and try again
 *	fetch():  while (io_worker_get(w, IO_WORKER_ENGINE, &rec)) ...
 *	io_worker_free(w);	(stops and joins the thread)
 */
#ifndef TRUNKGATE_IO_WORKER_H
#define TRUNKGATE_IO_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include "base/ring.h"
#include "io/loop.h"
#include "io/rtp_ports.h"
#include "media/engine.h"
#include "tdm/span.h"

#define IO_WORKER_MAX_LINES	256
#define IO_WORKER_MAX_AGENTS	4
#define IO_WORKER_MAX_TIMESLOTS 64
#define IO_WORKER_ENGINE	0 /* the agent that is the engine */

struct io_worker;

/* Told records, asked for records, both in the worker's thread. */
struct io_worker_agent {
	void (*cmd)(void *self, const struct ring_rec *rec);
	bool (*report)(void *self, struct ring_rec *rec);
	void *self;
};

/* A span's end and who lives there. */
struct io_worker_line {
	struct tdm_span span;
	struct tdm_user user; /* block NULL: the engine, as its span `engine_span` */
	unsigned engine_span;
	/* Our clock follows this span's (of several the first that can be followed): we tick with
	 * what arrives, or at the rate that the span recovers. */
	bool clock;
};

/* A timeslot of a line that is not speech: a signalling link. Comes behind the line's user and has
 * the last word on what is sent. True: the loop is to be woken. */
struct io_worker_timeslot {
	unsigned line;
	uint8_t ts;
	bool (*block)(void *self, const uint8_t *rx, uint8_t *tx, unsigned nr);
	void *self;
};

struct io_worker_cfg {
	struct med_engine *engine;	/* agent 0; may be NULL in tests */
	const struct io_rtp_ports *rtp; /* must outlive the worker */
	unsigned nr_lines;
	struct io_worker_line line[IO_WORKER_MAX_LINES]; /* in the order in which they are served */
	unsigned nr_agents;				 /* more of them: numbers from 1 */
	struct io_worker_agent agent[IO_WORKER_MAX_AGENTS - 1];
	unsigned nr_timeslots;
	struct io_worker_timeslot timeslot[IO_WORKER_MAX_TIMESLOTS];
	unsigned ring_records; /* 0: 1024 */
	unsigned catch_up_ms;  /* ticks made up after a late wake; 0: 20, one packet time */
	unsigned core;	       /* this of the machine's cores alone, the first is 1; 0: any */
	unsigned priority; /* 1-99: of SCHED_FIFO, when the system allows it; 0: as the process */
	/* In the loop's thread: records wait, or a span went up or down. */
	void (*woken)(void *self);
	void *self;
	bool send_link; /* RTP goes straight to the interface, when the system allows it (rtp_link.h) */
};

struct io_worker *io_worker_new(struct mem *m, struct io_loop *l, const struct io_worker_cfg *cfg,
				struct tg_diag *diag);
int io_worker_start(struct io_worker *w, struct tg_diag *diag);
/* Stops the thread first; spans, engine and ports can be freed afterwards. */
void io_worker_free(struct io_worker *w);

/* To an agent; false when its ring is full, and nothing was changed. */
bool io_worker_put(struct io_worker *w, unsigned agent, const struct ring_rec *rec);
/* Would a put be taken now? Room only grows until the next put. */
bool io_worker_room(const struct io_worker *w, unsigned agent);
/* A datagram of DTLS that came for a leg, in place until io_worker_dtls_done; false: there is none.
 * The answer goes out by io_worker_send. */
struct io_worker_dtls {
	uint32_t leg;
	uint16_t channel;
	struct str octets;
};
bool io_worker_dtls(struct io_worker *w, struct io_worker_dtls *out);
void io_worker_dtls_done(struct io_worker *w);
/* From a channel's RTP socket, by the signalling thread. */
void io_worker_send(struct io_worker *w, unsigned channel, const struct addr *to,
		    struct str octets);
/* From an agent. */
bool io_worker_get(struct io_worker *w, unsigned agent, struct ring_rec *rec);
/* As the span of this line was in the last millisecond; `woken` is called when it changes, and when
 * what it says of its alarms does. */
bool io_worker_line_up(const struct io_worker *w, unsigned line);

struct io_worker_stats {
	uint64_t ticks;
	uint64_t late;	  /* wakes that were 1 ms and more behind */
	uint64_t made_up; /* ticks run in one pass after a late wake */
	uint64_t skipped; /* ticks left out because it was too late for them */
	uint64_t worst_us;
	uint64_t rx_datagrams, tx_datagrams, tx_failed;
	uint64_t slips;		     /* blocks a span did not have or did not take */
	uint64_t dtls_dropped;	     /* more datagrams than signalling could take */
	uint64_t cpu_us;	     /* CPU time of the thread */
	uint64_t late_ticks;	     /* 2 ms and more */
	uint64_t late_p999_us;	     /* of 1000 ticks 999 were at most that late */
	uint64_t overloads;	     /* times that it had too much to do */
	uint64_t tx_link;	     /* of tx_datagrams, what the interface was given directly */
	bool pinned, realtime, link; /* what was asked for was granted */
};
/* It has too much to do now: new calls are better refused before those that are there suffer. */
bool io_worker_overloaded(const struct io_worker *w);
void io_worker_stats(const struct io_worker *w, struct io_worker_stats *out);

#endif
