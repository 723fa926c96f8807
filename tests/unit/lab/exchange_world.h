/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange against a second ISUP stack ("the gateway") in virtual time. What the gateway is
 * presented and what the line is told is written down as "milliseconds:thing", so that a test
 * reads like a call flow: "0:ACM 200:ANM 200:play2". The world owns all; close_world frees it.
 *
 *	gw_iam(3, "102F");
 *	settle();
 *	assert_string_equal(w.log, "0:meter 0:play0 0:REL17");
 */
#ifndef TRUNKGATE_EXCHANGE_WORLD_H
#define TRUNKGATE_EXCHANGE_WORLD_H

#include <stdio.h>
#include <string.h>

#include "unit/support.h"
#include "lab/exchange.h"

#define GATEWAY	    1 /* point codes: the exchange, having the higher, controls the even CICs */
#define EXCHANGE    2
#define NR_CIRCUITS 30
#define MAX_QUEUE   256
#define RING_MS	    200

struct sent {
	bool to_exchange;
	size_t len;
	uint8_t octets[MTP_MAX_SIF];
};

struct exchange_world {
	struct mem *mem;
	struct lab_exchange *x;
	struct isup *gw;
	struct lab_line *line;
	struct rng_seeded seed_x, seed_gw;
	tick_t now, began;
	unsigned nr_circuits, head, nr;
	struct sent queue[MAX_QUEUE];
	char log[2000];
	uint8_t sound[TDM_MAX_TS];
	isup_circuit_id circuit[32]; /* by CIC */
	bool deaf;		     /* the gateway hears nothing */
};

extern struct exchange_world w;
extern uint32_t world_hold_ms; /* of the exchange's calls; taken by open_world_with */

uint8_t timeslot_of(uint16_t cic);
void open_world_with(unsigned nr_circuits, uint32_t t7_ms);
int open_world(void **state);
int close_world(void **state);
void drain_exchange(void);
void settle(void);
void run_ms(int64_t ms);
void gw_iam(uint16_t cic, const char *digits);
void gw_rel(uint16_t cic, uint8_t cause);
void gw_backward(uint16_t cic, uint8_t type);
struct lab_call_info newest(void);
void assert_all_idle(void);

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, open_world, close_world)

#endif
