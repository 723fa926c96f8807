/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m2pa: see the header. What a message is, what is not acknowledged, timers, and level 2's face. */
#include <string.h>

#include "ss7/m2pa_internal.h"

#define VERSION	     1
#define CLASS	     11
#define USER_DATA    1
#define LINK_STATUS  2
#define MAX_QUEUED   512
#define PROVING_MS   50
#define COMMON	     8 /* octets of the common header */
#define LAST_OF(fsn) (((fsn) + M2PA_MOD - 1) % M2PA_MOD)

static uint32_t get24(const uint8_t *o)
{
	return (uint32_t)o[0] << 16 | (uint32_t)o[1] << 8 | o[2];
}

static uint32_t get32(const uint8_t *o)
{
	return (uint32_t)o[0] << 24 | get24(o + 1);
}

static void put32(uint8_t *o, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		o[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Timers. --------------------------------------------------------------------------------------- */

void m2pa_arm(struct m2pa *l, enum m2pa_timer t, uint32_t ms)
{
	timerq_arm(&l->timers, &l->timer[t], tick_add_ms(l->now, ms));
}

void m2pa_cancel(struct m2pa *l, enum m2pa_timer t)
{
	timerq_cancel(&l->timers, &l->timer[t]);
}

/* 4.2.1: the age of the oldest. While the peer is busy T6 runs, not T7 (4.1.5). */
static void watch(struct m2pa *l)
{
	m2pa_cancel(l, M2PA_TM_T7);
	if (l->sent && !l->peer_busy)
		timerq_arm(&l->timers, &l->timer[M2PA_TM_T7],
			   tick_add_ms(l->held[l->head].sent_at, l->cfg.timer_ms[MTP2_T7]));
}

/* Outputs. -------------------------------------------------------------------------------------- */

void m2pa_say(struct m2pa *l, enum mtp2_out_type type, struct str octets)
{
	if (l->nr_out < M2PA_OUTS)
		l->out[l->nr_out++] = (struct mtp2_out){
			.type = type, .reason = l->why, .level = l->level, .octets = octets
		};
}

/* The newest count: of an association that takes nothing the oldest is given up. */
void m2pa_status(struct m2pa *l, enum m2pa_status s, uint8_t stream)
{
	if (l->nr_status == M2PA_STATUSES) {
		memmove(l->status, l->status + 1, sizeof(l->status) - sizeof(l->status[0]));
		l->nr_status--;
	}
	l->status[l->nr_status++] = (struct m2pa_status_out){ (uint8_t)s, stream };
}

void m2pa_feed(struct m2pa *l, uint8_t event)
{
	fsm_feed(&l->fsm, event, NULL);
}

/* Messages that are held. ----------------------------------------------------------------------- */

static struct m2pa_held *held(const struct m2pa *l, unsigned i)
{
	return &l->held[(l->head + i) % l->cfg.max_queued];
}

static void pop(struct m2pa *l)
{
	l->head = (l->head + 1) % l->cfg.max_queued;
	l->nr--;
	if (l->sent)
		l->sent--;
	l->first_fsn = (l->first_fsn + 1) % M2PA_MOD;
}

static uint32_t last_sent(const struct m2pa *l)
{
	return LAST_OF((l->first_fsn + l->sent) % M2PA_MOD);
}

void m2pa_forget(struct m2pa *l)
{
	l->head = l->nr = l->sent = 0;
	l->first_fsn = 0;
	l->rx_fsn = M2PA_MOD - 1;
	l->nr_status = 0;
	l->level = 0;
}

void m2pa_again(struct m2pa *l)
{
	l->sent = 0;
	watch(l);
}

/* Q.704 3.8: one threshold up, one down. */
static void congestion(struct m2pa *l)
{
	uint8_t level = l->level;

	if (l->nr >= l->cfg.max_queued / 2)
		level = 1;
	else if (l->nr <= l->cfg.max_queued / 4)
		level = 0;
	if (level == l->level)
		return;
	l->level = level;
	m2pa_say(l, MTP2_OUT_CONGESTION, (struct str){ 0 });
}

/* How many of those sent `bsn` acknowledges; -1: it makes no sense. */
static int acknowledged(const struct m2pa *l, uint32_t bsn)
{
	uint32_t nr = (bsn + 1 + M2PA_MOD - l->first_fsn) % M2PA_MOD;

	return nr <= l->sent ? (int)nr : -1;
}

static void rx_bsn(struct m2pa *l, uint32_t bsn)
{
	int nr = acknowledged(l, bsn);

	if (nr < 0)
		l->stats.rx_malformed++;
	if (nr <= 0)
		return;
	while (nr-- > 0)
		pop(l);
	watch(l);
	congestion(l);
}

/* From below. ----------------------------------------------------------------------------------- */

static bool carries(const struct m2pa *l)
{
	return l->fsm.state == M2PA_S_IN_SERVICE || l->fsm.state == M2PA_S_OUTAGE;
}

/* Of an empty one only the BSN counts (4.2.1). What comes during the peer's outage is taken: level 3
 * takes all (4.1.4). */
static void rx_data(struct m2pa *l, uint32_t fsn, struct str data)
{
	m2pa_feed(l, M2PA_RX_DATA);
	if (!carries(l) || !data.len)
		return;
	if (data.len < 1 + 3 || data.len > 1 + MTP2_MAX_MSU || fsn != (l->rx_fsn + 1) % M2PA_MOD) {
		l->stats.rx_malformed++;
		return;
	}
	l->rx_fsn = fsn;
	l->ack_due = true;
	l->stats.rx_msu++;
	m2pa_say(l, MTP2_OUT_MSU, str_from(data, 1));
}

static void rx_busy(struct m2pa *l, bool busy)
{
	if (!carries(l))
		return;
	l->stats.rx_sib += busy;
	if (busy && !l->peer_busy && l->sent)
		m2pa_arm(l, M2PA_TM_T6, l->cfg.timer_ms[MTP2_T6]);
	if (!busy)
		m2pa_cancel(l, M2PA_TM_T6);
	l->peer_busy = busy;
	for (unsigned i = 0; !busy && i < l->sent; i++)
		held(l, i)->sent_at = l->now;
	watch(l);
}

static void rx_status(struct m2pa *l, uint32_t status)
{
	static const uint8_t event[M2PA_OOS + 1] = {
		[M2PA_ALIGNMENT] = M2PA_RX_ALIGNMENT,
		[M2PA_PROVING_NORMAL] = M2PA_RX_NORMAL,
		[M2PA_PROVING_EMERGENCY] = M2PA_RX_EMERGENCY,
		[M2PA_READY] = M2PA_RX_READY,
		[M2PA_OUTAGE] = M2PA_RX_OUTAGE,
		[M2PA_RECOVERED] = M2PA_RX_RECOVERED,
		[M2PA_OOS] = M2PA_RX_OOS,
	};

	if (status < M2PA_ALIGNMENT || status > M2PA_OOS)
		l->stats.rx_malformed++;
	else if (status == M2PA_BUSY || status == M2PA_BUSY_ENDED)
		rx_busy(l, status == M2PA_BUSY);
	else
		m2pa_feed(l, event[status]);
}

/* A version that is not ours is not aligned with (4.1.9). */
static bool is_ours(struct m2pa *l, struct str m)
{
	if (m.len < M2PA_HEADER || (uint8_t)m.p[2] != CLASS ||
	    get32((const uint8_t *)m.p + 4) != m.len) {
		l->stats.rx_malformed++;
		return false;
	}
	if (m.p[0] == VERSION)
		return true;
	l->stats.rx_malformed++;
	if (m.p[3] == LINK_STATUS && l->is_up)
		m2pa_status(l, M2PA_OOS, 0);
	return false;
}

void m2pa_rx(struct m2pa *l, tick_t now, struct str m)
{
	const uint8_t *o = (const uint8_t *)m.p;

	l->now = now;
	if (!l->is_up || !is_ours(l, m))
		return;
	if (carries(l))
		rx_bsn(l, get24(o + 9));
	if (o[3] == USER_DATA)
		rx_data(l, get24(o + 13), str_from(m, M2PA_HEADER));
	else if (o[3] == LINK_STATUS && m.len >= M2PA_HEADER + 4)
		rx_status(l, get32(o + M2PA_HEADER));
	else
		l->stats.rx_malformed++;
}

void m2pa_up(struct m2pa *l, tick_t now)
{
	l->now = now;
	if (l->is_up)
		return;
	l->is_up = true;
	l->nr_status = 0;
	m2pa_feed(l, M2PA_UP);
}

void m2pa_down(struct m2pa *l, tick_t now)
{
	l->now = now;
	if (!l->is_up)
		return;
	l->is_up = false;
	l->nr_status = 0;
	m2pa_feed(l, M2PA_DOWN);
}

int m2pa_frame(struct str octets)
{
	uint32_t len;

	if (octets.len < COMMON)
		return 0;
	len = get32((const uint8_t *)octets.p + 4);
	if ((uint8_t)octets.p[2] != CLASS || len < M2PA_HEADER || len > M2PA_MAX_RX)
		return TG_EINVAL;
	return (int)len;
}

uint16_t m2pa_tx_stream(const struct m2pa *l)
{
	return l->stream;
}

/* Level 2's face. ------------------------------------------------------------------------------- */

static void start(void *self, tick_t now)
{
	struct m2pa *l = self;

	l->now = now;
	m2pa_feed(l, M2PA_START);
}

static void stop(void *self, tick_t now)
{
	struct m2pa *l = self;

	l->now = now;
	m2pa_feed(l, M2PA_STOP);
}

static void emergency(void *self, tick_t now, bool is)
{
	(void)now;
	((struct m2pa *)self)->emergency = is;
}

static void proceed(void *self, tick_t now)
{
	struct m2pa *l = self;

	l->now = now;
	m2pa_feed(l, M2PA_PROCEED);
}

static int tx(void *self, tick_t now, struct str msu)
{
	struct m2pa *l = self;
	struct m2pa_held *h;

	l->now = now;
	if (msu.len < 3 || msu.len > MTP2_MAX_MSU)
		return TG_EINVAL;
	if (!carries(l))
		return TG_ESTATE;
	if (l->nr == l->cfg.max_queued)
		return TG_ELIMIT;
	h = held(l, l->nr++);
	h->len = (uint16_t)msu.len;
	memcpy(h->octet, msu.p, msu.len);
	congestion(l);
	return 0;
}

static uint32_t bsnt(const void *self)
{
	return ((const struct m2pa *)self)->rx_fsn;
}

/* 4.2.3: without a number, or with one that makes no sense, only what was not sent is left. */
static void retrieve(void *self, int32_t fsnc)
{
	struct m2pa *l = self;
	int nr = fsnc < 0 ? -1 : acknowledged(l, (uint32_t)fsnc);

	for (nr = nr < 0 ? (int)l->sent : nr; nr > 0; nr--)
		pop(l);
	l->sent = 0;
	watch(l);
}

static bool retrieve_next(void *self, struct str *msu)
{
	struct m2pa *l = self;

	if (!l->nr)
		return false;
	*msu = str_n(held(l, 0)->octet, held(l, 0)->len);
	pop(l);
	return true;
}

static void rx(void *self, tick_t now, struct str unit)
{
	m2pa_rx(self, now, unit);
}

static bool next_out(void *self, struct mtp2_out *out)
{
	struct m2pa *l = self;

	if (l->next_out == l->nr_out) {
		l->next_out = l->nr_out = 0;
		return false;
	}
	*out = l->out[l->next_out++];
	return true;
}

/* The header of a message of `len` octets in all. */
static void header(const struct m2pa *l, uint8_t *buf, uint8_t type, uint32_t fsn, size_t len)
{
	memset(buf, 0, M2PA_HEADER);
	buf[0] = VERSION;
	buf[2] = CLASS;
	buf[3] = type;
	put32(buf + 4, (uint32_t)len);
	put32(buf + 8, l->rx_fsn);
	put32(buf + 12, fsn);
}

static size_t status_out(struct m2pa *l, uint8_t *buf)
{
	struct m2pa_status_out s = l->status[0];

	memmove(l->status, l->status + 1, --l->nr_status * sizeof(s));
	l->stream = s.stream;
	header(l, buf, LINK_STATUS, last_sent(l), M2PA_HEADER + 4);
	put32(buf + M2PA_HEADER, s.status);
	return M2PA_HEADER + 4;
}

static size_t data_out(struct m2pa *l, uint8_t *buf)
{
	struct m2pa_held *h = held(l, l->sent++);
	size_t len = M2PA_HEADER + 1u + h->len;

	h->sent_at = l->now;
	l->stats.tx_msu++;
	if (l->sent == 1)
		watch(l);
	header(l, buf, USER_DATA, last_sent(l), len);
	buf[M2PA_HEADER] = 0; /* no priority here: that is TTC's */
	memcpy(buf + M2PA_HEADER + 1, h->octet, h->len);
	return len;
}

static size_t next_tx(void *self, tick_t now, uint8_t *buf)
{
	struct m2pa *l = self;

	l->now = now;
	if (!l->is_up)
		return 0;
	if (l->nr_status)
		return status_out(l, buf);
	l->stream = true;
	if (l->fsm.state == M2PA_S_IN_SERVICE && l->sent < l->nr && !l->peer_busy) {
		l->ack_due = false;
		return data_out(l, buf);
	}
	if (!l->ack_due)
		return 0;
	l->ack_due = false;
	header(l, buf, USER_DATA, last_sent(l), M2PA_HEADER);
	return M2PA_HEADER;
}

static void tick(void *self, tick_t now)
{
	struct m2pa *l = self;
	struct timer *t;

	l->now = now;
	t = timerq_pop_due(&l->timers, now);
	if (t)
		m2pa_feed(l, (uint8_t)t->kind);
}

static tick_t deadline(const void *self)
{
	return timerq_deadline(&((const struct m2pa *)self)->timers);
}

static const char *state(const void *self)
{
	return m2pa_def.states[((const struct m2pa *)self)->fsm.state].name;
}

static void stats(const void *self, struct mtp2_stats *out)
{
	const struct m2pa *l = self;

	*out = l->stats;
	out->queued = (uint16_t)(l->nr - l->sent);
	out->unacknowledged = (uint16_t)l->sent;
}

static const struct level2_ops ops = {
	.start = start,
	.stop = stop,
	.emergency = emergency,
	.proceed = proceed,
	.tx = tx,
	.bsnt = bsnt,
	.retrieve = retrieve,
	.retrieve_next = retrieve_next,
	.rx = rx,
	.next_out = next_out,
	.next_tx = next_tx,
	.tick = tick,
	.deadline = deadline,
	.state = state,
	.stats = stats,
	.wide = true,
};

struct level2 m2pa_level2(struct m2pa *l)
{
	return (struct level2){ &ops, l };
}

/* Making. --------------------------------------------------------------------------------------- */

static void defaults(struct m2pa_cfg *cfg)
{
	for (unsigned t = 0; t < MTP2_NR_TIMERS; t++)
		if (!cfg->timer_ms[t])
			cfg->timer_ms[t] = mtp2_timer_default_ms((enum mtp2_timer)t, cfg->ansi);
	if (!cfg->max_queued)
		cfg->max_queued = MAX_QUEUED;
	if (!cfg->proving_ms)
		cfg->proving_ms = PROVING_MS;
}

struct m2pa *m2pa_new(struct mem *parent, const struct m2pa_cfg *cfg)
{
	static const uint8_t event[M2PA_NR_TIMERS] = { M2PA_T1, M2PA_T2, M2PA_T3,   M2PA_T4,
						       M2PA_T6, M2PA_T7, M2PA_AGAIN };
	struct mem *m = mem_sub(parent, "m2pa");
	struct m2pa *l = m ? MEM_NEW(m, struct m2pa) : NULL;

	if (l) {
		l->mem = m;
		l->cfg = *cfg;
		defaults(&l->cfg);
		timerq_init(&l->timers);
		fsm_init(&l->fsm, &m2pa_def, M2PA_S_OUT_OF_SERVICE, l);
		for (unsigned t = 0; t < M2PA_NR_TIMERS; t++)
			l->timer[t].kind = event[t];
		m2pa_forget(l);
		l->held = MEM_ARRAY(m, l->cfg.max_queued, struct m2pa_held);
	}
	if (!l || !l->held) {
		mem_free(m);
		return NULL;
	}
	return l;
}

void m2pa_free(struct m2pa *l)
{
	if (l)
		mem_free(l->mem);
}
