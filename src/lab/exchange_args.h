/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange_args: the command line of the emulated exchange as a value. Options are rows of one
 * table, from which the help is made too. Reads arguments only: no files, no sockets.
 *
 *	struct exchange_args a;
 *	switch (exchange_args_parse(&a, argc, argv, &diag)) {
 *	case 0: ...
 *	case EXCHANGE_ARGS_HELP: exchange_args_help(say, ctx); ...
 *	default: ... diag.text says what is wrong
 *	}
 */
#ifndef TRUNKGATE_LAB_EXCHANGE_ARGS_H
#define TRUNKGATE_LAB_EXCHANGE_ARGS_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include "gateway/config.h"
#include "io/links.h"
#include "lab/exchange.h"

#define EXCHANGE_ARGS_HELP    1
#define EXCHANGE_MAX_CIRCUITS 31
#define EXCHANGE_MAX_LINKS    MTP3_SET_LINKS

enum exchange_link_kind { EXCHANGE_M3UA, EXCHANGE_M2PA, EXCHANGE_PACKET, EXCHANGE_TIMESLOT };

struct exchange_link {
	enum exchange_link_kind kind;
	bool sctp, listen; /* M3UA, M2PA: else TCP; and packet: else it connects */
	struct addr place; /* M3UA, M2PA: where to listen, or who is called */
	struct addr peer;  /* and who may come when we listen */
	uint8_t ts;	   /* of its one span */
	bool at_56k;
	char path[IO_LINK_PATH]; /* packet */
};

struct exchange_args {
	struct gw_span_cfg span; /* its one span */
	unsigned nr_links;	 /* one of M3UA, or a link set; SLCs in their order */
	struct exchange_link link[EXCHANGE_MAX_LINKS];
	unsigned variant; /* enum mtp3_variant */
	unsigned role;	  /* enum m3ua_role */
	bool has_rc;
	uint32_t rc;
	const char *point_code_text, *peer_point_code_text;
	uint32_t point_code, peer_point_code, ni;
	unsigned nr_circuits;
	struct lab_circuit_cfg circuit[EXCHANGE_MAX_CIRCUITS];
	const char *originate; /* the number that calls go to; NULL: none are made */
	const char *from;
	uint32_t calls_per_1000_s, calls; /* calls 0: without an end */
	uint32_t hold_ms, ring_ms;
	uint32_t duration_ms; /* 0: until all calls are made and over, or for ever */
	uint32_t progress_ms; /* 0: no progress lines */
	uint32_t wait_ms;     /* for span and signalling, before calls are made */
	bool debug;
};

int exchange_args_parse(struct exchange_args *a, int argc, char **argv, struct tg_diag *d);
/* One `--link`. */
int exchange_args_link(struct exchange_args *a, const char *value, struct tg_diag *d);
void exchange_args_help(void (*say)(void *ctx, const char *line), void *ctx);

#endif
