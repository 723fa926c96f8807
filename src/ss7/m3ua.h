/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ss7/m3ua: the MTP3 user adaptation layer (RFC 4666), as an ASP towards signalling gateway
 * processes and as an IPSP towards a peer directly. No I/O: it is told what associations do and
 * asked what to send. An association is named by the number of its ASP in the configuration.
 *
 *	struct m3ua *m = m3ua_new(mem, &cfg);
 *	m3ua_start(m, now);
 *	m3ua_up(m, now, asp, nr_streams);		the association is there
 *	used = m3ua_rx(m, now, asp, stream, octets);	again until all is used, drained between
 *	m3ua_tx(m, now, as, &prim);			MTP-TRANSFER request
 *	while (m3ua_next_out(m, &out))
 *		switch (out.type) ...
 *
 * After every input the caller drains m3ua_next_out to empty; the octets of an input stay in place
 * until then. Views in an output are valid until the next call of m3ua_next_out.
 */
#ifndef TRUNKGATE_M3UA_H
#define TRUNKGATE_M3UA_H

#include "ss7/mtp.h"

#define M3UA_MAX_ASP	 32
#define M3UA_MAX_AS	 32
#define M3UA_MAX_MEMBERS 16 /* ASPs of an AS */
#define M3UA_MAX_AUDIT	 32 /* destinations asked for after an activation (4.5.3) */
#define M3UA_NAME_MAX	 32
#define M3UA_PORT	 2905 /* RFC 4666 1.4.8 */

enum m3ua_role {
	M3UA_ROLE_ASP,	/* the other end is a signalling gateway process */
	M3UA_ROLE_IPSP, /* the other end is a peer */
	M3UA_ROLE_SG,	/* the other end is an ASP */
};
enum m3ua_exchange { M3UA_SINGLE, M3UA_DOUBLE };	     /* RFC 4666 4.3: of an IPSP */
enum m3ua_traffic { M3UA_OVERRIDE = 1, M3UA_LOADSHARE = 2 }; /* RFC 4666 3.7.1 */

struct m3ua_asp_cfg {
	char name[M3UA_NAME_MAX];
	enum m3ua_role role;
	enum m3ua_exchange exchange;
	bool server; /* the other end connects */
	bool stream; /* TCP: messages by their length, one stream */
	bool has_id; /* RFC 4666 3.5.1: ASP identifier */
	uint32_t id;
	uint32_t t_ack_ms;  /* 0: 2000 */
	uint32_t t_beat_ms; /* 0: none */
};

struct m3ua_as_cfg {
	char name[M3UA_NAME_MAX];
	bool has_rc, has_na, has_mode;
	uint32_t rc; /* routing context */
	uint32_t na; /* network appearance */
	enum m3ua_traffic mode;
	uint32_t t_r_ms; /* recovery timer; 0: 2000. Towards gateway processes there is none. */
	unsigned nr_members;
	unsigned member[M3UA_MAX_MEMBERS]; /* numbers of ASPs, in the order of preference */
	unsigned nr_audit;
	uint32_t audit[M3UA_MAX_AUDIT]; /* point codes that are asked for */
};

struct m3ua_cfg {
	unsigned nr_asps, nr_as;
	struct m3ua_asp_cfg asp[M3UA_MAX_ASP];
	struct m3ua_as_cfg as[M3UA_MAX_AS];
	uint32_t reconnect_ms; /* 0: 500 */
};

struct m3ua;

#endif
