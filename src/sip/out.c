/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/out: kept messages and the queue of outputs; see core.h. */
#include <assert.h>

#include "sip/conn.h"
#include "sip/core.h"
#include "sip/hunt.h"

struct sip_buf *sip_buf_new(struct sip_stack *s, sip_path_id path, const struct addr *to,
			    struct str octets)
{
	struct sip_buf *b = mem_alloc(s->mem, sizeof(*b) + octets.len);

	if (!b)
		return NULL;
	list_init(&b->link);
	b->path = path;
	b->to = *to;
	b->len = octets.len;
	memcpy(b->octets, octets.p, octets.len);
	return b;
}

void sip_buf_retire(struct sip_stack *s, struct sip_buf *b)
{
	if (b && !list_linked(&b->link))
		list_add_tail(&s->retired, &b->link);
}

void sip_out_begin(struct sip_stack *s, bool action)
{
	struct sip_buf *b, *next;

	if (action && !s->drained)
		return;
	assert(s->out_len == 0);
	s->drained = false;
	s->rx_used = false;
	s->shown = false;
	list_for_each_safe(b, next, &s->retired, link) {
		list_del(&b->link);
		mem_drop(b->spare);
		mem_drop(b->spare_marks);
		mem_drop(b);
	}
}

bool sip_out_room(const struct sip_stack *s)
{
	return s->out_size - s->out_len >= SIP_OUT_PER_INPUT;
}

bool sip_out_room_in(const struct sip_stack *s)
{
	return s->out_len + SIP_OUT_PER_INPUT <= s->cfg.max_out;
}

struct sip_out *sip_out_put(struct sip_stack *s, enum sip_out_type type)
{
	struct sip_out *o;

	assert(s->out_len < s->out_size);
	o = &s->out[(s->out_head + s->out_len++) % s->out_size];
	*o = (struct sip_out){ .type = type };
	s->drained = false;
	return o;
}

void sip_out_send(struct sip_stack *s, const struct sip_buf *b, struct sip_owner owner)
{
	const struct sip_path *p = sip_path_find(s, b->path);
	struct sip_out *o;

	if (!sip_is_located(&b->to)) {
		sip_hunt_ack(s, b, owner);
		return;
	}
	if (p && p->reliable) {
		sip_conn_send(s, p, b, owner);
		return;
	}
	o = sip_out_put(s, SIP_OUT_SEND);
	o->call = owner.call;
	o->user = owner.user;
	o->send.path = b->path;
	o->send.to = b->to;
	o->send.octets = str_n(b->octets, b->len);
	s->stats.tx++;
}

void sip_out_event(struct sip_stack *s, const struct sip_event *e)
{
	struct sip_out *o = sip_out_put(s, SIP_OUT_EVENT);

	o->call = e->call;
	o->user = e->user;
	o->event = *e;
}

bool sip_stack_next_out(struct sip_stack *s, struct sip_out *out)
{
	if (s->out_len == 0) {
		s->drained = true;
		return false;
	}
	*out = s->out[s->out_head];
	s->out_head = (s->out_head + 1) % s->out_size;
	s->out_len--;
	return true;
}

const char *sip_event_name(enum sip_event_type t)
{
	static const char *const name[SIP_NR_EVENTS] = {
		[SIP_EV_INVITE] = "INVITE",
		[SIP_EV_PROGRESS] = "PROGRESS",
		[SIP_EV_ANSWERED] = "ANSWERED",
		[SIP_EV_REJECTED] = "REJECTED",
		[SIP_EV_ACKED] = "ACKED",
		[SIP_EV_CANCELLED] = "CANCELLED",
		[SIP_EV_BYE] = "BYE",
		[SIP_EV_REINVITE] = "REINVITE",
		[SIP_EV_REINVITE_FAILED] = "REINVITE_FAILED",
		[SIP_EV_NO_ACK] = "NO_ACK",
		[SIP_EV_ENDED] = "ENDED",
		[SIP_EV_OPTIONS] = "OPTIONS",
		[SIP_EV_REQUEST] = "REQUEST",
		[SIP_EV_RESPONSE] = "RESPONSE",
		[SIP_EV_PRACK] = "PRACK",
		[SIP_EV_NO_PRACK] = "NO_PRACK",
		[SIP_EV_UPDATE] = "UPDATE",
		[SIP_EV_INFO] = "INFO",
		[SIP_EV_DONE] = "DONE",
		[SIP_EV_EXPIRED] = "EXPIRED",
		[SIP_EV_SUBSCRIBE] = "SUBSCRIBE",
		[SIP_EV_NOTIFY] = "NOTIFY",
		[SIP_EV_UNSUBSCRIBED] = "UNSUBSCRIBED",
		[SIP_EV_REFER] = "REFER",
		[SIP_EV_REFRESH] = "REFRESH",
	};

	return (unsigned)t < SIP_NR_EVENTS ? name[t] : "?";
}
