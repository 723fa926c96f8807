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

/* NULL: out of memory, or a number in the configuration leads nowhere. */
struct m3ua *m3ua_new(struct mem *parent, const struct m3ua_cfg *cfg);
void m3ua_free(struct m3ua *m);

/* Inputs. */
void m3ua_start(struct m3ua *m, tick_t now); /* clients connect */
void m3ua_up(struct m3ua *m, tick_t now, unsigned asp, uint16_t nr_streams);
/* It is gone, or could not be opened: M3UA connects again when it is the client. */
void m3ua_down(struct m3ua *m, tick_t now, unsigned asp, const char *why);
/* A message, or any piece of a stream. Returns how many octets were used: at least one; what was
 * not is given again once the outputs are drained. */
size_t m3ua_rx(struct m3ua *m, tick_t now, unsigned asp, uint16_t stream, struct str octets);
/* MTP-TRANSFER request. TG_ESTATE: no ASP of this AS is active; TG_ELIMIT: no room; TG_EINVAL. */
int m3ua_tx(struct m3ua *m, tick_t now, unsigned as, const struct mtp_prim *p);
/* The answer to M3UA_OUT_AUDIT: DAVA or DUNA (4.5.3). */
void m3ua_audited(struct m3ua *m, unsigned as, unsigned asp, uint32_t affected, bool available);
/* Management: withdraws an ASP (ASPDN, and the association is closed), and takes it back. */
void m3ua_block(struct m3ua *m, tick_t now, unsigned asp, bool blocked);
/* The same for one AS where we lead: ASPIA and ASPAC of its routing context, the association and its
 * other ASs stay (4.3.4.4). */
void m3ua_block_as(struct m3ua *m, tick_t now, unsigned as, bool blocked);
/* The process is about to end: ASPDN (4.3.4.2), so that the other end hears of it. */
void m3ua_leave(struct m3ua *m, tick_t now, unsigned asp);
void m3ua_tick(struct m3ua *m, tick_t now);
tick_t m3ua_deadline(const struct m3ua *m);

/* Outputs. */
enum m3ua_out_type {
	M3UA_OUT_SEND,	     /* octets on `stream` of association `asp` */
	M3UA_OUT_OPEN,	     /* connect association `asp` */
	M3UA_OUT_CLOSE,	     /* close it; no m3ua_down wanted */
	M3UA_OUT_TRANSFER,   /* prim: MTP-TRANSFER indication, by application server `as` */
	M3UA_OUT_AS,	     /* `active`: traffic can go to this AS, or not any more */
	M3UA_OUT_DEST,	     /* state of destinations behind the AS: DUNA, DAVA, DRST */
	M3UA_OUT_CONGESTION, /* SCON, `level` */
	M3UA_OUT_USER,	     /* DUPU: user part `si` there, `cause` */
	M3UA_OUT_AUDIT,	     /* DAUD: m3ua_audited answers it */
};

enum m3ua_dest { M3UA_DEST_UNAVAILABLE, M3UA_DEST_RESTRICTED, M3UA_DEST_AVAILABLE };

struct m3ua_out {
	enum m3ua_out_type type;
	unsigned asp, as;
	uint16_t stream;
	struct str octets;
	struct mtp_prim prim;
	bool active;
	enum m3ua_dest dest;
	uint32_t affected; /* 3.4.1: so many bits are any (8), point code (24) */
	uint8_t level, si;
	enum mtp_status_cause cause;
};

bool m3ua_next_out(struct m3ua *m, struct m3ua_out *out);

/* What the operator sees. */
struct m3ua_asp_info {
	const char *name;
	enum m3ua_role role;
	bool up; /* the association */
	uint16_t nr_streams;
	const char *own;	 /* our state at the other end: "DOWN", "ASPUP sent", "UP" ... */
	bool blocked;		 /* by the operator */
	tick_t since;		 /* of `up` */
	uint32_t nr_ups;	 /* how often it came up */
	const char *trouble;	 /* the last thing that went wrong; "": nothing */
	uint64_t rx[32], tx[32]; /* by enum m3ua_type */
	uint64_t dropped;	 /* messages without a use: DATA while inactive, malformed ones */
};
bool m3ua_asp_info(const struct m3ua *m, unsigned asp, struct m3ua_asp_info *info);
const char *m3ua_type_name(unsigned type); /* NULL: there is none of this number */

struct m3ua_as_info {
	const char *name;
	const char *state; /* "AS-ACTIVE" ... (4.3.2) */
	bool usable;
	unsigned nr_members;
	uint64_t rx, tx, queued, lost;
};
bool m3ua_as_info(const struct m3ua *m, unsigned as, struct m3ua_as_info *info);
/* The i-th ASP of the AS: its number, our traffic state there and its state here (4.3.1). */
bool m3ua_member_info(const struct m3ua *m, unsigned as, unsigned i, unsigned *asp,
		      const char **own, const char **peer);

#endif
