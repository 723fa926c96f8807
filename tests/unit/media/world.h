/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * world: an engine on one end of a virtual span, the test on the other, and a network in between
 * that the test fills by hand. A pass is a millisecond in the order of media/engine.h; datagrams
 * wait in a queue of their channel until it is due, as in a socket.
 */
#ifndef TRUNKGATE_UNIT_MEDIA_WORLD_H
#define TRUNKGATE_UNIT_MEDIA_WORLD_H

#include "media/engine.h"
#include "rtp/packet.h"

#define WORLD_CHANNELS 64
#define WORLD_QUEUE    256
#define WORLD_OBJECTS  4

struct world_datagram {
	struct addr from;
	size_t len;
	uint8_t octet[12 + 500];
};

struct world {
	struct mem *m;
	struct med_engine *e;
	struct tdm_virtual *cable;
	struct tdm_span near, far;
	uint32_t now; /* passes that have begun */
	struct addr peer;
	struct world_datagram queue[WORLD_CHANNELS][WORLD_QUEUE];
	unsigned put[WORLD_CHANNELS], get[WORLD_CHANNELS];
	/* What the far end sends in a pass, given what it received; NULL: idle. */
	void (*exchange)(struct world *w, const struct tdm_block *rx, struct tdm_block *tx);
	/* A packet that the engine sent; NULL: counted only. */
	void (*sent)(struct world *w, unsigned channel, const struct addr *to, struct str octets);
	unsigned nr_sent, nr_due;
	struct med_rejected rejected;	   /* as last told */
	struct tdm_block near_rx, near_tx; /* of the last pass */
};

void world_init(struct world *w, enum tdm_law law);
/* Fails the test when the engine has allocated since world_init. */
void world_fini(struct world *w);
void world_pass(struct world *w, unsigned nr);

/* An OPEN with what most tests want: A-law both ways, ptime 20, buffer 40, timeslot channel + 1. */
struct med_open world_open(const struct world *w, uint32_t leg, uint16_t channel);
void world_cmd(struct world *w, enum med_cmd_kind kind, const struct med_open *o);
void world_ref(struct world *w, enum med_cmd_kind kind, uint32_t leg, uint16_t channel);
/* The next report, which must be of this kind and leg. */
struct med_counters world_report(struct world *w, enum med_report_kind kind, uint32_t leg);
void world_no_report(struct world *w);

/* Puts a datagram into a channel's socket, from the peer. */
void world_datagram(struct world *w, unsigned channel, struct str octets);
/* The same, from somebody else. */
void world_datagram_from(struct world *w, unsigned channel, const struct addr *from,
			 struct str octets);
/* A packet of the octets [from, from + len) of the pattern. */
void world_speech(struct world *w, unsigned channel, uint16_t seq, uint32_t from, size_t len);
/* A stream in which each octet tells where it is from. */
uint8_t world_pattern(uint32_t k);

#endif
