/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/conn: connections of the stream paths (RFC 3261 18). Whoever sends names a path and an address
 * as with UDP; the connection to it is found here, or asked for with SIP_OUT_OPEN, when the message
 * goes out. So transactions and sessions know nothing of connections, and outlive them.
 *
 *	sip_conn_send(s, path, buf, owner);	(sip_out_send does, for a stream path)
 *
 * A connection owns what waits to be sent while it is not up, or blocked (bounded: then it is
 * closed), and the beginning of a message that is not all there (bounded by SIP_MAX_MESSAGE, and
 * by time: 5 s from its first octet, whatever trickles in).
 */
#ifndef TRUNKGATE_SIP_CONN_H
#define TRUNKGATE_SIP_CONN_H

#include <trunkgate/sip/frame.h>

#include "sip/core.h"

#define SIP_CONN_DEADLINE_US S_US(5) /* for a message, and for a connection to come up */
#define SIP_NAMES_MAX	     1024
#define SIP_CONN_ROOM	     (2 * SIP_MAX_MESSAGE)

/* Kinds of struct timer, beside those of trans.h. */
enum sip_conn_timer {
	SIP_TM_CONN_WORK = 256, /* more to send, as soon as there is room */
	SIP_TM_CONN_DEADLINE,
	SIP_TM_CONN_READY, /* the stack's: more to read in one of them */
};

struct sip_conn {
	struct htab_link by_target, by_alias, by_source;
	struct sip_stack *stack;
	const struct sip_path *path;
	sip_path_id id;
	uint32_t handle; /* in s->conns */
	struct addr remote;
	struct addr alias; /* RFC 5923; family NONE: it has none */
	bool accepted, up, blocked, authenticated;
	struct str names;  /* TLS: domains that are proved, a blank between; kept */
	bool pinged;	   /* one empty line has come since the last message */
	struct list queue; /* of sip_buf */
	size_t queued;	   /* octets in it */
	struct sip_framer framer;
	char *in; /* what has come and is not dealt with; NULL: nothing */
	size_t in_at, in_len, in_size;
	struct timer work, deadline;
	struct list ready; /* among those with more to read */
	/* Since when what waits has waited; what came later than `later` octets from here, since then. */
	tick_t since, later_since;
	size_t later; /* 0: nothing */
};

/* By its number; NULL when it is gone. */
struct sip_conn *sip_conn_find(const struct sip_stack *s, sip_path_id id);
/* An open connection to this address, its own or an alias; by TLS one that has proved to be of this
 * domain, where one is named. */
struct sip_conn *sip_conn_to(const struct sip_stack *s, const struct sip_path *p,
			     const struct addr *to, struct str identity);
/* identity.c: the domain that a request is for; and may this connection carry what is for it? */
struct str sip_identity_of(const struct sip_buf *b);
bool sip_identity_fits(const struct sip_conn *c, bool alias, struct str identity);
/* One output at most: SEND, OPEN, or CLOSE when too much waits. */
void sip_conn_send(struct sip_stack *s, const struct sip_path *p, const struct sip_buf *b,
		   struct sip_owner owner);
/* With SIP_OUT_CLOSE. Requests without a response that went to it end (18.4, 8.1.3.1). */
void sip_conn_close(struct sip_conn *c);
/* RFC 5923 8.2: the request in s->rx asks for it, on a connection that has proved who it is. */
void sip_conn_take_alias(struct sip_conn *c);
void sip_conn_timer(struct timer *t);
int sip_conn_init(struct sip_stack *s);

/* stream.c: octets for it, SIP_CONN_ROOM at most with what is waiting. */
int sip_stream_rx(struct sip_conn *c, struct str octets);
/* Deals with what is waiting, one message at most; then the connection may be gone. */
int sip_stream_next(struct sip_conn *c);
size_t sip_stream_waiting(const struct sip_conn *c);
/* The next message of the connection whose next one matters most. */
void sip_stream_ready(struct sip_stack *s);
/* An empty line, unless it would have to wait (RFC 5626 4.4.1). */
void sip_conn_pong(struct sip_conn *c);

#endif
