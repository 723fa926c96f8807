/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * streams: two stacks back to back over connections, for the tests of streams. Each has a UDP path
 * (1), a TCP path (2) and a TLS path (3); octets pass in pieces of any size. A test may also be the
 * other end of a connection itself.
 *
 *	struct streams *w = streams_new(1);		(pieces of one octet; 0: whole)
 *	streams_start(w, STREAMS_TCP);
 *	streams_run_ms(w, 1000);
 *	assert_events(&w->b, "INVITE");
 *
 *	struct link *l = streams_connect(w, &w->b, STREAMS_TCP);
 *	streams_put(w, l, text);
 *	assert_string_equal(l->got, "...");
 */
#ifndef TRUNKGATE_UNIT_SIP_STREAMS_H
#define TRUNKGATE_UNIT_SIP_STREAMS_H

#include <trunkgate/sip/stack.h>

#include "unit/support.h"

#define STREAMS_UDP 1
#define STREAMS_TCP 2
#define STREAMS_TLS 3
#define LINKS	    8

struct streams;

struct stream_end {
	struct streams *w;
	struct sip_stack *stack;
	struct addr addr;
	sip_call_id call;
	char events[2048];
	unsigned nr_opened, nr_closed, nr_udp, nr_stream;
	bool refuses;		    /* connections to it fail */
	bool answers;		    /* a call with 200 at once */
	const struct sip_body *ack; /* of an answered call */
	char identity[64];
	struct addr opened_to;
	char asked[64];	  /* of the DNS, which says that it is at the other end */
	char first[2048]; /* the beginning of what it sent last */
};

/* A connection; end 0 has opened it, and NULL stands for the test. */
struct link {
	bool open;
	struct stream_end *end[2];
	sip_path_id id[2];
	sip_path_id path;
	char *q[2]; /* octets on their way to end n */
	size_t len[2], size[2];
	char *got; /* what the test has received */
	size_t got_len;
	bool stuck; /* nothing passes */
};

struct streams {
	struct mem *mem;
	tick_t now;
	size_t piece;
	struct rng_seeded seed;
	struct stream_end a, b;
	struct link link[LINKS];
	bool authenticated;
	const char *names; /* in the certificates */
	unsigned inputs;
};

struct streams *streams_new(size_t piece);
/* A cfg of one's own for both; NULL when out of memory. */
struct streams *streams_try_new(size_t piece, const struct sip_cfg *cfg);
void streams_free(struct streams *w);
int streams_start(struct streams *w, sip_path_id path, const struct sip_body *body);
void streams_run_ms(struct streams *w, int64_t ms);
struct link *streams_connect(struct streams *w, struct stream_end *to, sip_path_id path);
/* Octets from the test, in pieces; and all that they cause at once. */
void streams_put(struct streams *w, struct link *l, struct str octets);
/* The connection dies for both. */
void streams_break(struct streams *w, struct link *l);
/* The open link between the stacks; NULL when there is none. */
struct link *streams_link(struct streams *w);
/* How often it is in what the test has received. */
unsigned streams_count(const struct link *l, const char *text);

#define assert_events(end, text) assert_string_equal((end)->events, text)

#endif
