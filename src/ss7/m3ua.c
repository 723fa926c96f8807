/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m3ua: associations coming and going, time, what goes out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "ss7/m3ua_core.h"

/* Outputs. -------------------------------------------------------------------------------------- */

struct m3ua_out *m3ua_put_out(struct m3ua *m, enum m3ua_out_type type, unsigned asp, unsigned as)
{
	struct m3ua_out *o = &m->out[(m->out_head + m->nr_out) % M3UA_OUTS];

	if (m->nr_out == M3UA_OUTS)
		return NULL;
	m->nr_out++;
	*o = (struct m3ua_out){ .type = type, .asp = asp, .as = as };
	return o;
}

void m3ua_msg_begin(struct m3ua_asp *a, enum m3ua_type t, struct wr *w)
{
	struct m3ua *m = a->m;
	bool full = m->nr_buf == M3UA_BUFS || m->nr_out == M3UA_OUTS;

	*w = wr_init(m->buf[(m->buf_head + m->nr_buf) % M3UA_BUFS], full ? 0 : M3UA_BUF_SIZE);
	m3ua_put_header(w, t);
}

static void count_tx(struct m3ua_asp *a, const uint8_t *octets)
{
	for (int i = 0; i < M3UA_NR_TYPES; i++)
		if (m3ua_msg_row((enum m3ua_type)i)->class == octets[2] &&
		    m3ua_msg_row((enum m3ua_type)i)->type == octets[3])
			a->tx[i]++;
}

void m3ua_msg_send(struct m3ua_asp *a, struct wr *w, uint16_t stream)
{
	struct m3ua_out *o;

	m3ua_put_end(w);
	if (w->err || !a->up) {
		a->dropped++;
		return;
	}
	count_tx(a, w->buf);
	a->m->nr_buf++;
	o = m3ua_put_out(a->m, M3UA_OUT_SEND, a->number, 0); /* m3ua_msg_begin saw room */
	o->stream = stream;
	o->octets = wr_str(w);
}

bool m3ua_next_out(struct m3ua *m, struct m3ua_out *out)
{
	if (m->buf_given) {
		m->buf_given = false;
		m->buf_head = (m->buf_head + 1) % M3UA_BUFS;
		m->nr_buf--;
	}
	if (!m->nr_out)
		return false;
	*out = m->out[m->out_head];
	m->out_head = (m->out_head + 1) % M3UA_OUTS;
	m->nr_out--;
	m->buf_given = out->type == M3UA_OUT_SEND;
	return true;
}

void m3ua_send_error(struct m3ua_asp *a, enum m3ua_error code, const struct m3ua_msg *about,
		     struct str diagnostic)
{
	struct wr w;

	m3ua_msg_begin(a, M3UA_ERR, &w);
	m3ua_put_u32(&w, M3UA_P_ERROR_CODE, code);
	if (about && code == M3UA_E_APPEARANCE && m3ua_has(about, M3UA_P_NETWORK_APPEARANCE))
		m3ua_put_str(&w, M3UA_P_NETWORK_APPEARANCE,
			     about->param[M3UA_P_NETWORK_APPEARANCE]);
	if (about && m3ua_has(about, M3UA_P_ROUTING_CONTEXT) &&
	    about->param[M3UA_P_ROUTING_CONTEXT].len <= M3UA_BUF_SIZE / 2)
		m3ua_put_str(&w, M3UA_P_ROUTING_CONTEXT, about->param[M3UA_P_ROUTING_CONTEXT]);
	/* 3.8.1: the first 40 octets */
	if (diagnostic.len)
		m3ua_put_str(&w, M3UA_P_DIAGNOSTIC,
			     str_n(diagnostic.p, diagnostic.len < 40 ? diagnostic.len : 40));
	m3ua_msg_send(a, &w, 0);
}

void m3ua_trouble(struct m3ua_asp *a, const char *fmt, ...)
{
	char text[sizeof(a->trouble)];
	va_list ap;
	bool again;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	again = strcmp(text, a->trouble) == 0;
	memcpy(a->trouble, text, sizeof(text));
	log_at(LOG_SS7, again ? LOG_DEBUG : LOG_NOTICE, NULL, "ASP %s: %s", a->cfg.name, text);
}

/* Associations. --------------------------------------------------------------------------------- */

static void lost(struct m3ua_asp *a)
{
	struct m3ua_member *mb;

	timerq_cancel(&a->m->timers, &a->t_beat);
	a->up = a->opening = false;
	a->since = a->m->now;
	m3ua_up_feed(a, M3UA_UP_EV_LOST);
	for (unsigned i = 0; (mb = m3ua_member_of(a, i)); i++) {
		fsm_feed(&mb->peer, M3UA_PEER_EV_CDI, NULL);
		m3ua_as_update(mb->as);
	}
	if (!a->cfg.server && !a->blocked)
		timerq_arm(&a->m->timers, &a->t_connect,
			   tick_add_ms(a->m->now, a->m->reconnect_ms));
}

void m3ua_close(struct m3ua_asp *a)
{
	m3ua_put_out(a->m, M3UA_OUT_CLOSE, a->number, 0);
	lost(a);
}

void m3ua_up_feed(struct m3ua_asp *a, uint8_t event)
{
	fsm_feed(&a->fsm, event, NULL);
	if (!a->leaving)
		return;
	a->leaving = false;
	m3ua_close(a);
}

static void arm_beat(struct m3ua_asp *a)
{
	if (a->cfg.t_beat_ms)
		timerq_arm(&a->m->timers, &a->t_beat, tick_add_ms(a->m->now, a->cfg.t_beat_ms));
}

/* 4.3.4.6: twice T(beat) without any message. */
static void beat(struct m3ua_asp *a)
{
	struct wr w;

	if (tick_diff_us(a->m->now, a->heard) >= MS_US(2 * (int64_t)a->cfg.t_beat_ms)) {
		m3ua_trouble(a, "no answer to heartbeats: the association is closed");
		m3ua_close(a);
		return;
	}
	m3ua_msg_begin(a, M3UA_BEAT, &w);
	m3ua_put_u32(&w, M3UA_P_HEARTBEAT, ++a->beats);
	m3ua_msg_send(a, &w, 0);
	arm_beat(a);
}

static void open_asp(struct m3ua_asp *a)
{
	if (a->cfg.server || a->blocked || a->up || a->opening)
		return;
	a->opening = true;
	m3ua_put_out(a->m, M3UA_OUT_OPEN, a->number, 0);
}

void m3ua_start(struct m3ua *m, tick_t now)
{
	m->now = now;
	for (unsigned i = 0; i < m->nr_asps; i++)
		open_asp(&m->asp[i]);
}

void m3ua_up(struct m3ua *m, tick_t now, unsigned asp, uint16_t nr_streams)
{
	struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	if (!a)
		return;
	m->now = now;
	if (a->up)
		lost(a); /* SCTP RI, or a new connection in the place of one */
	timerq_cancel(&m->timers, &a->t_connect);
	if (a->blocked) {
		m3ua_put_out(m, M3UA_OUT_CLOSE, asp, 0);
		return;
	}
	a->up = true;
	a->opening = false;
	a->nr_streams = nr_streams;
	a->heard = a->since = now;
	a->part_len = 0;
	a->nr_ups++;
	log_notice(LOG_SS7, NULL, "ASP %s: the association is up (%u streams)", a->cfg.name,
		   nr_streams);
	arm_beat(a);
	m3ua_up_feed(a, M3UA_UP_EV_ASSOC);
}

void m3ua_down(struct m3ua *m, tick_t now, unsigned asp, const char *why)
{
	struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	if (!a || (!a->up && !a->opening))
		return;
	m->now = now;
	m3ua_trouble(a, "%s: %.60s", a->up ? "the association is lost" : "cannot be connected to",
		     why);
	lost(a);
}

void m3ua_block(struct m3ua *m, tick_t now, unsigned asp, bool blocked)
{
	struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	if (!a || a->blocked == blocked)
		return;
	m->now = now;
	a->blocked = blocked;
	log_notice(LOG_SS7, NULL, "ASP %s: %s by the operator", a->cfg.name,
		   blocked ? "taken out of use" : "back in use");
	if (!blocked)
		open_asp(a);
	else if (a->up || a->opening)
		m3ua_up_feed(a, M3UA_UP_EV_LEAVE);
	else
		timerq_cancel(&m->timers, &a->t_connect);
}

void m3ua_block_as(struct m3ua *m, tick_t now, unsigned nr, bool blocked)
{
	struct m3ua_as *as = nr < m->nr_as ? &m->as[nr] : NULL;

	if (!as || as->blocked == blocked)
		return;
	m->now = now;
	as->blocked = blocked;
	log_notice(LOG_SS7, NULL, "AS %s: %s by the operator", as->cfg.name,
		   blocked ? "taken out of use" : "back in use");
	for (unsigned i = 0; i < as->cfg.nr_members; i++)
		fsm_feed(&as->member[i].traffic,
			 blocked ? M3UA_TRAFFIC_EV_BLOCK : M3UA_TRAFFIC_EV_UNBLOCK, NULL);
	m3ua_as_update(as);
}

void m3ua_leave(struct m3ua *m, tick_t now, unsigned asp)
{
	struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	if (!a || a->blocked || !a->up)
		return;
	m->now = now;
	a->blocked = true;
	m3ua_up_feed(a, M3UA_UP_EV_LEAVE);
}

/* Octets. --------------------------------------------------------------------------------------- */

static size_t take(struct m3ua_asp *a, struct str octets, size_t want)
{
	size_t nr = want - a->part_len < octets.len ? want - a->part_len : octets.len;

	memcpy(a->part + a->part_len, octets.p, nr);
	a->part_len += (unsigned)nr;
	return nr;
}

static size_t bad_stream(struct m3ua_asp *a, struct str octets)
{
	a->dropped++;
	m3ua_trouble(a, "what comes is not M3UA: the association is closed");
	m3ua_close(a);
	return octets.len;
}

/* One message at most: RFC 4666 3.1.4 gives its length. */
static size_t rx_stream(struct m3ua_asp *a, struct str octets)
{
	int len = a->part_len ? 0 : m3ua_frame_len(octets);
	size_t used = 0;

	if (len < 0)
		return bad_stream(a, octets);
	if (len > 0 && (size_t)len <= octets.len) {
		m3ua_rx_msg(a, str_n(octets.p, (size_t)len));
		return (size_t)len;
	}
	if (a->part_len < M3UA_HEADER)
		used = take(a, octets, M3UA_HEADER);
	len = m3ua_frame_len(str_n(a->part, a->part_len));
	if (len < 0)
		return bad_stream(a, octets);
	if (!len)
		return used;
	used += take(a, str_from(octets, used), (size_t)len);
	if (a->part_len == (unsigned)len) {
		a->part_len = 0;
		m3ua_rx_msg(a, str_n(a->part, (size_t)len));
	}
	return used;
}

size_t m3ua_rx(struct m3ua *m, tick_t now, unsigned asp, uint16_t stream, struct str octets)
{
	struct m3ua_asp *a = asp < m->nr_asps ? &m->asp[asp] : NULL;

	(void)stream; /* 1.4.7: we take what comes on any */
	if (!a || !a->up || !octets.len)
		return octets.len;
	m->now = now;
	if (a->cfg.stream)
		return rx_stream(a, octets);
	m3ua_rx_msg(a, octets);
	return octets.len;
}

/* Time. ----------------------------------------------------------------------------------------- */

static void fire(struct timer *t)
{
	struct m3ua_member *mb;

	switch ((enum m3ua_timer)t->kind) {
	case M3UA_TM_ACK:
		m3ua_up_feed(container_of(t, struct m3ua_asp, t_ack), M3UA_UP_EV_T_ACK);
		break;
	case M3UA_TM_BEAT:
		beat(container_of(t, struct m3ua_asp, t_beat));
		break;
	case M3UA_TM_CONNECT:
		open_asp(container_of(t, struct m3ua_asp, t_connect));
		break;
	case M3UA_TM_MEMBER:
		mb = container_of(t, struct m3ua_member, t_ack);
		fsm_feed(&mb->traffic, M3UA_TRAFFIC_EV_T_ACK, NULL);
		break;
	case M3UA_TM_R:
		fsm_feed(&container_of(t, struct m3ua_as, t_r)->fsm, M3UA_AS_EV_T_R, NULL);
		break;
	}
}

/* One at a time where outputs could pile up: the deadline is then still due. */
void m3ua_tick(struct m3ua *m, tick_t now)
{
	struct timer *t;

	m->now = now;
	while (m->nr_out < M3UA_OUTS / 2 && m->nr_buf < M3UA_BUFS / 2 &&
	       (t = timerq_pop_due(&m->timers, now)))
		fire(t);
}

tick_t m3ua_deadline(const struct m3ua *m)
{
	return timerq_deadline(&m->timers);
}

/* Making. --------------------------------------------------------------------------------------- */

static void init_asp(struct m3ua *m, unsigned i, const struct m3ua_asp_cfg *cfg)
{
	struct m3ua_asp *a = &m->asp[i];

	a->m = m;
	a->number = i;
	a->cfg = *cfg;
	a->t_ack.kind = M3UA_TM_ACK;
	a->t_beat.kind = M3UA_TM_BEAT;
	a->t_connect.kind = M3UA_TM_CONNECT;
	fsm_init(&a->fsm, &m3ua_up_def, M3UA_UP_DOWN, a);
}

static bool init_as(struct m3ua *m, unsigned i, const struct m3ua_as_cfg *cfg)
{
	struct m3ua_as *as = &m->as[i];

	as->m = m;
	as->number = i;
	as->cfg = *cfg;
	as->t_r.kind = M3UA_TM_R;
	as->pending = MEM_ARRAY(m->mem, M3UA_PENDING, struct m3ua_pending);
	fsm_init(&as->fsm, &m3ua_as_def, M3UA_AS_DOWN, as);
	if (!as->pending || cfg->nr_members > M3UA_MAX_MEMBERS || cfg->nr_audit > M3UA_MAX_AUDIT)
		return false;
	for (unsigned k = 0; k < cfg->nr_members; k++) {
		struct m3ua_member *mb = &as->member[k];
		if (cfg->member[k] >= m->nr_asps)
			return false;
		mb->as = as;
		mb->asp = &m->asp[cfg->member[k]];
		mb->t_ack.kind = M3UA_TM_MEMBER;
		fsm_init(&mb->traffic, &m3ua_traffic_def, M3UA_TRAFFIC_INACTIVE, mb);
		fsm_init(&mb->peer, &m3ua_peer_def, M3UA_PEER_DOWN, mb);
	}
	return true;
}

static bool init(struct m3ua *m, const struct m3ua_cfg *cfg)
{
	m->reconnect_ms = cfg->reconnect_ms ? cfg->reconnect_ms : M3UA_RECONNECT_MS;
	timerq_init(&m->timers);
	m->nr_asps = cfg->nr_asps;
	m->nr_as = cfg->nr_as;
	if (m->nr_asps > M3UA_MAX_ASP || m->nr_as > M3UA_MAX_AS)
		return false;
	m->asp = MEM_ARRAY(m->mem, m->nr_asps + 1u, struct m3ua_asp);
	m->as = MEM_ARRAY(m->mem, m->nr_as + 1u, struct m3ua_as);
	if (!m->asp || !m->as)
		return false;
	for (unsigned i = 0; i < m->nr_asps; i++)
		init_asp(m, i, &cfg->asp[i]);
	for (unsigned i = 0; i < m->nr_as; i++)
		if (!init_as(m, i, &cfg->as[i]))
			return false;
	return true;
}

struct m3ua *m3ua_new(struct mem *parent, const struct m3ua_cfg *cfg)
{
	struct mem *mem = mem_sub(parent, "m3ua");
	struct m3ua *m = mem ? MEM_NEW(mem, struct m3ua) : NULL;

	if (m) {
		m->mem = mem;
		if (init(m, cfg))
			return m;
	}
	mem_free(mem);
	return NULL;
}

void m3ua_free(struct m3ua *m)
{
	if (m)
		mem_free(m->mem);
}
