/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/conn: making, finding, feeding and ending of connections; see conn.h. */
#include <assert.h>

#include "sip/classify.h"
#include "sip/conn.h"
#include "sip/hunt.h"
#include "sip/session.h"

#define BY(l, member) container_of(l, struct sip_conn, member)

int sip_conn_init(struct sip_stack *s)
{
	const struct rng *rng = &s->cfg.rng;
	size_t nr = s->cfg.max_connections;

	if (htab_init(&s->conn_targets, s->mem, nr, rng) < 0 ||
	    htab_init(&s->conn_aliases, s->mem, nr, rng) < 0 ||
	    htab_init(&s->conn_sources, s->mem, nr, rng) < 0)
		return TG_ENOMEM;
	for (unsigned i = 0; i < SIP_NR_CLASSES; i++)
		list_init(&s->ready[i]);
	s->ready_timer.kind = SIP_TM_CONN_READY;
	s->conns = ids_new(s->mem, nr);
	return s->conns ? 0 : TG_ENOMEM;
}

/* Finding. -------------------------------------------------------------------------------------- */
static struct str host_of(const struct addr *a)
{
	return str_n(a->ip, a->family == ADDR_IP4 ? 4 : 16);
}

static uint64_t target_hash(const struct sip_stack *s, const struct sip_path *p,
			    const struct addr *to)
{
	uint64_t h = htab_hash(&s->conn_targets, host_of(to));

	h = htab_mix(&s->conn_targets, h, str_n(&to->port, sizeof(to->port)));
	return htab_mix(&s->conn_targets, h, str_n(&p->id, sizeof(p->id)));
}

struct sip_conn *sip_conn_find(const struct sip_stack *s, sip_path_id id)
{
	struct sip_conn *c = id & SIP_PATH_CONN ? ids_find(s->conns, id) : NULL;

	/* a handle uses that bit too */
	if (!c && id & SIP_PATH_CONN)
		c = ids_find(s->conns, id & ~SIP_PATH_CONN);
	return c && c->id == id ? c : NULL;
}

struct sip_conn *sip_conn_to(const struct sip_stack *s, const struct sip_path *p,
			     const struct addr *to, struct str identity)
{
	uint64_t h = target_hash(s, p, to);
	struct htab_link *l;

	htab_for_each(l, &s->conn_targets, h)
		if (addr_eq(&BY(l, by_target)->remote, to) && BY(l, by_target)->path == p &&
		    sip_identity_fits(BY(l, by_target), false, identity))
			return BY(l, by_target);
	htab_for_each(l, &s->conn_aliases, h)
		if (addr_eq(&BY(l, by_alias)->alias, to) && BY(l, by_alias)->path == p &&
		    sip_identity_fits(BY(l, by_alias), true, identity))
			return BY(l, by_alias);
	return NULL;
}

bool sip_stack_remote(const struct sip_stack *s, sip_path_id conn, struct addr *remote)
{
	const struct sip_conn *c = sip_conn_find(s, conn);

	if (c)
		*remote = c->remote;
	return c != NULL;
}

static unsigned nr_from(const struct sip_stack *s, const struct addr *host, uint64_t hash)
{
	struct htab_link *l;
	unsigned nr = 0;

	htab_for_each(l, &s->conn_sources, hash)
		nr += addr_ip_eq(&BY(l, by_source)->remote, host);
	return nr;
}

/* Making and ending. ---------------------------------------------------------------------------- */
static void arm(struct sip_conn *c, struct timer *t, enum sip_conn_timer kind, int64_t us)
{
	t->kind = (uint16_t)kind;
	timerq_arm(&c->stack->timers, t, tick_add_us(c->stack->now, us));
}

static struct sip_conn *make(struct sip_stack *s, const struct sip_path *p, const struct addr *to)
{
	struct sip_conn *c = MEM_NEW(s->mem, struct sip_conn);

	if (!c)
		return NULL;
	if (ids_put(s->conns, c, &c->handle) < 0) {
		mem_drop(c);
		return NULL;
	}
	c->id = c->handle | SIP_PATH_CONN;
	c->stack = s;
	c->path = p;
	c->remote = *to;
	list_init(&c->queue);
	list_init(&c->ready);
	htab_add(&s->conn_targets, &c->by_target, target_hash(s, p, to));
	return c;
}

static void unmake(struct sip_conn *c)
{
	struct sip_stack *s = c->stack;
	struct sip_buf *b, *next;

	list_for_each_safe(b, next, &c->queue, link) {
		list_del(&b->link);
		mem_drop(b->spare);
		mem_drop(b);
	}
	list_del(&c->ready);
	htab_del(&s->conn_targets, &c->by_target);
	htab_del(&s->conn_aliases, &c->by_alias);
	htab_del(&s->conn_sources, &c->by_source);
	timerq_cancel(&s->timers, &c->work);
	timerq_cancel(&s->timers, &c->deadline);
	ids_del(s->conns, c->handle);
	mem_drop(c->in);
	mem_drop((char *)(uintptr_t)c->names.p);
	mem_drop(c);
}

/* What of ours waits for a first response from there will not get it (8.1.3.1); the rest goes on:
 * the peer answers by a new connection (18.2.2). */
static void fail_clients(struct sip_conn *c)
{
	sip_trans_conn_failed(c->stack, c->path->id, &c->remote);
	if (c->alias.family)
		sip_trans_conn_failed(c->stack, c->path->id, &c->alias);
}

/* It never came to be. An ACK of a 2xx goes by UDP (18.1.1), a response to where its sent-by leads
 * (18.2.2, RFC 3263 5). Both come again when there is no room. */
static void go_other_ways(struct sip_conn *c)
{
	struct sip_stack *s = c->stack;
	struct sip_buf *b, *next;

	list_for_each_safe(b, next, &c->queue, link) {
		struct sip_session *ses = b->call ? sip_session_find(s, b->call) : NULL;
		struct sip_owner owner = ses ? sip_session_owner(ses) : SIP_NOBODY;
		struct sip_buf *spare = b->spare;

		if (c->up || !sip_out_room_in(s))
			return;
		b->spare = NULL;
		if (spare) {
			sip_out_send(s, spare, owner);
			sip_buf_retire(s, spare);
		} else if (!b->last_way) {
			sip_hunt_response(s, c->path, b, owner);
		}
	}
}

void sip_conn_close(struct sip_conn *c)
{
	struct sip_out *o = sip_out_put(c->stack, SIP_OUT_CLOSE);

	o->send.path = c->id;
	o->send.to = c->remote;
	o->open.path = c->path->id;
	fail_clients(c);
	go_other_ways(c);
	unmake(c);
}

static struct sip_conn *open_to(struct sip_stack *s, const struct sip_path *p,
				const struct addr *to, const struct sip_buf *b)
{
	struct sip_buf *identity = sip_buf_new(s, p->id, to, sip_identity_of(b));
	struct sip_conn *c = identity ? make(s, p, to) : NULL;
	struct sip_out *o;

	sip_buf_retire(s, identity);
	if (!c)
		return NULL;
	if (identity->len)
		c->names = mem_keep(s->mem, str_n(identity->octets, identity->len));
	arm(c, &c->deadline, SIP_TM_CONN_DEADLINE, SIP_CONN_DEADLINE_US);
	o = sip_out_put(s, SIP_OUT_OPEN);
	o->send.path = c->id;
	o->send.to = *to;
	o->open.path = p->id;
	o->open.identity = str_n(identity->octets, identity->len);
	return c;
}

int sip_stack_accept(struct sip_stack *s, tick_t now, sip_path_id path, const struct addr *from,
		     sip_path_id *conn)
{
	const struct sip_path *p = sip_path_find(s, path);
	uint64_t hash = htab_hash(&s->conn_sources, host_of(from));
	struct sip_conn *c;

	s->now = now;
	sip_out_begin(s, false);
	if (!p || !p->reliable)
		return TG_ENOENT;
	if (nr_from(s, from, hash) >= s->cfg.max_conns_per_source ||
	    ids_nr(s->conns) >= s->cfg.max_connections)
		return TG_ELIMIT;
	c = make(s, p, from);
	if (!c)
		return TG_ENOMEM;
	c->accepted = c->up = true;
	htab_add(&s->conn_sources, &c->by_source, hash);
	*conn = c->id;
	return 0;
}

/* Sending. -------------------------------------------------------------------------------------- */
static void put_send(struct sip_conn *c, const struct sip_buf *b, struct sip_owner owner)
{
	struct sip_out *o = sip_out_put(c->stack, SIP_OUT_SEND);

	o->call = owner.call;
	o->user = owner.user;
	o->send.path = c->id;
	o->send.to = c->remote;
	o->send.octets = str_n(b->octets, b->len);
	o->open.path = c->path->id;
	c->stack->stats.tx++;
}

static void enqueue(struct sip_conn *c, const struct sip_buf *b, struct sip_owner owner)
{
	struct sip_stack *s = c->stack;
	struct sip_buf *copy;

	if (c->queued + b->len > s->cfg.max_conn_queue + (list_empty(&c->queue) ? b->len : 0)) {
		sip_conn_close(c);
		return;
	}
	copy = sip_buf_new(s, c->id, &c->remote, str_n(b->octets, b->len));
	if (!copy) {
		s->stats.dropped++; /* its transaction ends by its timer */
		return;
	}
	copy->call = owner.call;
	copy->last_way = b->last_way;
	if (b->spare && str_starts(str_n(b->octets, b->len), STR("ACK ")))
		copy->spare = sip_buf_new(s, b->spare->path, &b->spare->to,
					  str_n(b->spare->octets, b->spare->len));
	list_add_tail(&c->queue, &copy->link);
	c->queued += copy->len;
}

/* 18.2.2: the connection that the request came by is gone: to received and the port of sent-by, all
 * of which the response itself says. */
static bool response_target(const struct sip_path *p, const struct sip_buf *b, struct addr *to)
{
	uint16_t port = p->transport == SIP_TLS ? 5061 : 5060;
	struct sip_via via;

	if (b->last_way || !sip_response_via(b, &via))
		return false;
	if (addr_parse(to, via.received.len ? via.received : via.host, 0) < 0)
		return false;
	to->port = via.port ? via.port : port;
	return to->family == p->local.family;
}

static struct sip_conn *conn_for(struct sip_stack *s, const struct sip_path *p,
				 const struct sip_buf *b)
{
	struct str identity = p->transport == SIP_TLS ? sip_identity_of(b) : STR("");
	struct sip_conn *c = sip_conn_to(s, p, &b->to, identity);
	struct addr to = b->to;

	if (c)
		return c;
	if (response_target(p, b, &to))
		c = sip_conn_to(s, p, &to, STR(""));
	return c ? c : open_to(s, p, &to, b);
}

void sip_conn_send(struct sip_stack *s, const struct sip_path *p, const struct sip_buf *b,
		   struct sip_owner owner)
{
	struct sip_conn *c = conn_for(s, p, b);

	if (!c && b->spare && str_starts(str_n(b->octets, b->len), STR("ACK "))) {
		sip_out_send(s, b->spare, owner); /* it is the session's as long as the ACK is */
		return;
	}
	if (!c) { /* no more connections */
		s->stats.dropped++;
		s->send_refused = true;
		return;
	}
	if (c->up && !c->blocked && list_empty(&c->queue))
		put_send(c, b, owner);
	else
		enqueue(c, b, owner);
}

/* One message for each room: the rest waits for the timer. */
static void flush(struct sip_conn *c)
{
	struct sip_stack *s = c->stack;
	struct sip_buf *b, *next;

	list_for_each_safe(b, next, &c->queue, link) {
		struct sip_session *ses = b->call ? sip_session_find(s, b->call) : NULL;

		if (!sip_out_room_in(s)) {
			arm(c, &c->work, SIP_TM_CONN_WORK, 0);
			return;
		}
		list_del(&b->link);
		c->queued -= b->len;
		put_send(c, b, ses ? sip_session_owner(ses) : SIP_NOBODY);
		sip_buf_retire(s, b);
	}
}

/* Inputs. --------------------------------------------------------------------------------------- */
static void came_up(struct sip_conn *c, const struct sip_path_event *ev)
{
	c->authenticated = ev->authenticated;
	if (c->accepted && !c->names.p && ev->names.len && ev->names.len <= SIP_NAMES_MAX)
		c->names = mem_keep(c->stack->mem, ev->names);
	if (c->up)
		return;
	c->up = true;
	timerq_cancel(&c->stack->timers, &c->deadline);
	flush(c);
}

int sip_stack_path(struct sip_stack *s, tick_t now, sip_path_id conn,
		   const struct sip_path_event *ev)
{
	struct sip_conn *c = sip_conn_find(s, conn);

	s->now = now;
	sip_out_begin(s, false);
	if (!c)
		return TG_ENOENT;
	switch (ev->type) {
	case SIP_PATH_UP:
		came_up(c, ev);
		break;
	case SIP_PATH_DOWN:
		fail_clients(c);
		go_other_ways(c);
		unmake(c);
		break;
	case SIP_PATH_BLOCKED:
		c->blocked = true;
		break;
	case SIP_PATH_WRITABLE:
		c->blocked = false;
		if (c->up)
			flush(c);
		break;
	}
	return 0;
}

void sip_conn_timer(struct timer *t)
{
	struct sip_conn *c;

	if (t->kind == SIP_TM_CONN_READY) {
		sip_stream_ready(container_of(t, struct sip_stack, ready_timer));
		return;
	}
	if (t->kind == SIP_TM_CONN_DEADLINE) {
		sip_conn_close(container_of(t, struct sip_conn, deadline));
		return;
	}
	c = container_of(t, struct sip_conn, work);
	if (c->up && !c->blocked)
		flush(c);
}

void sip_conn_pong(struct sip_conn *c)
{
	struct sip_buf *b = NULL;

	if (c->up && !c->blocked && list_empty(&c->queue))
		b = sip_buf_new(c->stack, c->id, &c->remote, STR("\r\n"));
	if (b)
		put_send(c, b, SIP_NOBODY);
	sip_buf_retire(c->stack, b);
}

void sip_conn_take_alias(struct sip_conn *c)
{
	const struct sip_via *v = &c->stack->rx.msg.via;
	struct sip_stack *s = c->stack;
	struct str ignored;

	if (!c->authenticated || !c->accepted || c->alias.family ||
	    !sip_params_find(v->params, STR("alias"), &ignored))
		return;
	c->alias = c->remote;
	c->alias.port = v->port ? v->port : c->path->transport == SIP_TLS ? 5061 : 5060;
	if (sip_conn_to(s, c->path, &c->alias, STR("")))
		c->alias.family = ADDR_NONE; /* one is enough */
	else
		htab_add(&s->conn_aliases, &c->by_alias, target_hash(s, c->path, &c->alias));
}
