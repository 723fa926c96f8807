/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/stream: messages out of a stream (RFC 3261 18.3). What has come and is not dealt with waits
 * here; where a message ends says sip/frame, and what that cannot say closes the connection. Empty
 * lines between messages are keep-alives: two are a ping and get one back (RFC 5626 4.4.1).
 */
#include "sip/classify.h"
#include "sip/conn.h"
#include "sip/session.h"

#define FIRST_SIZE 2048

size_t sip_stream_waiting(const struct sip_conn *c)
{
	return c->in_len - c->in_at;
}

size_t sip_stack_rx_room(const struct sip_stack *s, sip_path_id conn)
{
	const struct sip_conn *c = sip_conn_find(s, conn);

	return c ? SIP_CONN_ROOM - sip_stream_waiting(c) : 0;
}

static int keep(struct sip_conn *c, struct str octets)
{
	size_t waiting = sip_stream_waiting(c), size = c->in ? c->in_size : FIRST_SIZE;
	char *in = c->in;

	if (waiting && c->in_at)
		memmove(in, in + c->in_at, waiting);
	c->in_at = 0;
	c->in_len = waiting;
	while (size < waiting + octets.len)
		size *= 2;
	if (!in || size > c->in_size)
		in = mem_grow(c->stack->mem, in, size);
	if (!in)
		return TG_ENOMEM;
	c->in = in;
	c->in_size = size;
	memcpy(in + waiting, octets.p, octets.len);
	c->in_len += octets.len;
	return 0;
}

static void take(struct sip_conn *c, size_t len)
{
	c->in_at += len;
	if (c->later && c->later <= len) {
		c->since = c->later_since;
		c->later = 0;
	} else if (c->later) {
		c->later -= len;
	}
	sip_framer_init(&c->framer);
	timerq_cancel(&c->stack->timers, &c->deadline);
}

/* The rest is the beginning of a message: it has so long to become one. */
static void wait_more(struct sip_conn *c)
{
	struct sip_stack *s = c->stack;

	if (sip_stream_waiting(c)) {
		c->deadline.kind = SIP_TM_CONN_DEADLINE;
		if (!timer_armed(&c->deadline))
			timerq_arm(&s->timers, &c->deadline,
				   tick_add_us(s->now, SIP_CONN_DEADLINE_US));
		return;
	}
	mem_drop(c->in);
	c->in = NULL;
	c->in_at = c->in_len = c->in_size = 0;
}

static int parse(struct sip_conn *c, struct str octets)
{
	struct sip_stack *s = c->stack;

	memcpy(s->in_octets, octets.p, octets.len);
	s->stats.rx++;
	s->rx_used = true;
	s->rx.path = c->path;
	s->rx.from = c->remote;
	s->rx.diag = TG_DIAG_NONE;
	return sip_msg_parse_stream(&s->rx.msg, str_n(s->in_octets, octets.len), &s->rx.diag);
}

/* What is next is looked at, whole or not: it has its turn after what matters more. */
static void get_ready(struct sip_conn *c)
{
	struct str rest = str_n(c->in + c->in_at, sip_stream_waiting(c));
	struct sip_stack *s = c->stack;

	list_del(&c->ready);
	list_add_tail(&s->ready[sip_class_of(rest)], &c->ready);
	timerq_arm(&s->timers, &s->ready_timer, s->now);
}

static bool others_are_ready(const struct sip_stack *s)
{
	for (int i = 0; i < SIP_NR_CLASSES; i++)
		if (!list_empty(&s->ready[i]))
			return true;
	return false;
}

void sip_stream_ready(struct sip_stack *s)
{
	for (int i = 0; i < SIP_NR_CLASSES; i++) {
		struct sip_conn *c = list_first(&s->ready[i], struct sip_conn, ready);
		if (!c)
			continue;
		list_del(&c->ready);
		if (others_are_ready(s))
			timerq_arm(&s->timers, &s->ready_timer, s->now);
		sip_stream_next(c);
		return;
	}
}

static bool is_admitted(const struct sip_conn *c, struct str octets)
{
	struct sip_classify *classify = c->stack->cfg.classify;

	return !classify || sip_classify_admits(classify, c->stack->now, c->since,
						sip_class_of(octets), &c->remote);
}

/* One message; what it causes may close the connection. */
static int rx_message(struct sip_conn *c, struct str octets)
{
	bool admitted = is_admitted(c, octets);
	struct sip_stack *s = c->stack;
	sip_path_id id = c->id;
	int err = parse(c, octets);

	take(c, octets.len);
	c->pinged = false;
	if (err == 0 && s->rx.msg.is_request)
		sip_conn_take_alias(c);
	err = admitted ? sip_stack_rx_msg(s, err) : sip_stack_rx_busy(s, err);
	c = sip_conn_find(s, id);
	if (!c)
		return err;
	if (sip_stream_waiting(c))
		get_ready(c);
	else
		wait_more(c);
	return err;
}

/* Where it ends nobody knows: the request is answered when it can be, and this was the last. */
static int refuse(struct sip_conn *c, struct str octets)
{
	struct sip_stack *s = c->stack;
	unsigned status = c->framer.status;
	sip_path_id id = c->id;

	if (!status || octets.len > SIP_MAX_MESSAGE)
		s->stats.rx_bad++;
	else if (parse(c, octets) < 0)
		sip_stack_rx_msg(s, TG_EINVAL);
	c = sip_conn_find(s, id);
	if (c)
		sip_conn_close(c);
	return TG_EINVAL;
}

/* An empty line; true when it is the second of two. */
static bool take_crlf(struct sip_conn *c)
{
	take(c, 2);
	c->pinged = !c->pinged;
	return !c->pinged;
}

/* However many pings have come together: one pong. */
int sip_stream_next(struct sip_conn *c)
{
	bool ping = false;

	for (;;) {
		struct str rest = str_n(c->in + c->in_at, sip_stream_waiting(c));
		enum sip_frame f = sip_msg_frame(&c->framer, rest, NULL);

		if (f == SIP_FRAME_CRLF) {
			ping |= take_crlf(c);
			continue;
		}
		if (ping)
			sip_conn_pong(c);
		if (f == SIP_FRAME_MESSAGE)
			return rx_message(c, str_n(rest.p, c->framer.len));
		if (f == SIP_FRAME_BAD)
			return refuse(c, str_n(rest.p, c->framer.len));
		wait_more(c);
		return 0;
	}
}

int sip_stream_rx(struct sip_conn *c, struct str octets)
{
	if (octets.len > SIP_CONN_ROOM - sip_stream_waiting(c))
		return TG_ELIMIT;
	if (octets.len == 0)
		return 0;
	if (!sip_stream_waiting(c)) {
		c->since = c->stack->now;
		c->later = 0;
	} else if (!c->later) {
		c->later = sip_stream_waiting(c);
		c->later_since = c->stack->now;
	}
	if (keep(c, octets) < 0) {
		sip_conn_close(c);
		return TG_ENOMEM;
	}
	if (list_linked(&c->ready))
		return 0;
	if (others_are_ready(c->stack)) {
		get_ready(c);
		return 0;
	}
	return sip_stream_next(c);
}
