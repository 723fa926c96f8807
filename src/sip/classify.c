/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/classify: see the header. */
#include <stdio.h>

#include "base/htab.h"
#include "sip/classify.h"

#define SOURCES	     4096 /* buckets; two addresses in one share it */
#define MAX_DATAGRAM 65535
#define RESPONSE_MAX 65535

/* In a queue's octets, one after the other, aligned; one that would cross their end begins at 0. */
struct waiting {
	tick_t since;
	size_t size, len; /* of all of it; of the octets. len SKIP: the rest to the end is empty */
	sip_path_id path;
	struct addr from;
	bool too_fast;
	char octets[];
};
#define SKIP SIZE_MAX

struct queue {
	char *p;
	size_t size, head, tail, used; /* used: with what is skipped */
};

/* Tokens in millionths: a second fills `source_rate` of them. */
struct source {
	tick_t at;
	int64_t tokens;
};

struct sip_classify {
	struct mem *mem;
	struct sip_classify_cfg cfg;
	struct htab hash; /* its key alone is used */
	struct queue queue[SIP_NR_CLASSES];
	struct source source[SOURCES];
	struct queue *shown; /* its first is in the last item */
	struct sip_msg msg;
	char response[RESPONSE_MAX];
	struct sip_classify_stats stats;
};

/* What is in progress is worth most; a call for help is rare. */
static int make_queues(struct sip_classify *c)
{
	static const unsigned eighths[SIP_NR_CLASSES] = {
		[SIP_CLASS_PROGRESS] = 4, [SIP_CLASS_EMERGENCY] = 1, [SIP_CLASS_NEW] = 3
	};

	for (int i = 0; i < SIP_NR_CLASSES; i++) {
		struct queue *q = &c->queue[i];
		q->size = c->cfg.max_octets / 64 * 8 * eighths[i];
		q->p = mem_alloc(c->mem, q->size);
		if (!q->p)
			return TG_ENOMEM;
	}
	return 0;
}

struct sip_classify *sip_classify_new(struct mem *parent, const struct sip_classify_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "classify");
	struct sip_classify *c = m ? MEM_NEW(m, struct sip_classify) : NULL;

	if (!c || htab_init(&c->hash, m, 1, &cfg->rng) < 0) {
		mem_free(m);
		return NULL;
	}
	c->mem = m;
	c->cfg = *cfg;
	if (c->cfg.max_octets < 65536)
		c->cfg.max_octets = c->cfg.max_octets ? 65536 : 2u << 20;
	if (!c->cfg.max_age_ms)
		c->cfg.max_age_ms = 500;
	if (!c->cfg.retry_after_s)
		c->cfg.retry_after_s = 5;
	if (!c->cfg.source_burst)
		c->cfg.source_burst = c->cfg.source_rate;
	if (make_queues(c) == 0)
		return c;
	mem_free(m);
	return NULL;
}

void sip_classify_free(struct sip_classify *c)
{
	if (c)
		mem_free(c->mem);
}

void sip_classify_rate(struct sip_classify *c, uint32_t source_rate)
{
	c->cfg.source_rate = c->cfg.source_burst = source_rate;
}

/* Classes. -------------------------------------------------------------------------------------- */
static struct str next_line(struct str *rest)
{
	struct str line;

	*rest = str_split(*rest, '\n', &line);
	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool has(struct str text, struct str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (str_caseeq(str_n(text.p + i, part.len), part))
			return true;
	return false;
}

/* RFC 4412 5: what emergency calls have, and what comes first in their namespaces. */
static bool is_priority(struct str value)
{
	static const struct str urgent[] = { STR_INIT("esnet."), STR_INIT("ets.0"),
					     STR_INIT("ets.1"), STR_INIT("wps.0"),
					     STR_INIT("wps.1") };

	for (unsigned i = 0; i < sizeof(urgent) / sizeof(urgent[0]); i++)
		if (has(value, urgent[i]))
			return true;
	return false;
}

/* 12.2: a tag in To: it belongs to a dialog. A folded To counts as new: nobody writes one. */
static enum sip_class class_of_headers(struct str rest)
{
	enum sip_class class = SIP_CLASS_NEW;
	struct str line, name, value;

	while (rest.len && (line = next_line(&rest)).len) {
		if ((line.p[0] | 0x20) != 't' && (line.p[0] | 0x20) != 'r')
			continue;
		value = str_split(line, ':', &name);
		name = str_trim(name);
		if ((str_caseeq(name, STR("To")) || str_caseeq(name, STR("t"))) &&
		    has(value, STR(";tag=")))
			return SIP_CLASS_PROGRESS;
		if (str_caseeq(name, STR("Resource-Priority")) && is_priority(value))
			class = SIP_CLASS_EMERGENCY;
	}
	return class;
}

/* These go to what exists, or are worth nothing: both is done with quickly. */
static bool is_in_progress(struct str method)
{
	return str_eq(method, STR("ACK")) || str_eq(method, STR("BYE")) ||
	       str_eq(method, STR("CANCEL")) || str_eq(method, STR("PRACK")) ||
	       str_eq(method, STR("UPDATE"));
}

enum sip_class sip_class_of(struct str octets)
{
	struct str rest = octets, line = next_line(&rest), method, uri;
	enum sip_class class;

	if (str_starts(line, STR("SIP/2.0 ")))
		return SIP_CLASS_PROGRESS;
	uri = str_split(line, ' ', &method);
	if (is_in_progress(method))
		return SIP_CLASS_PROGRESS;
	class = class_of_headers(rest);
	return class == SIP_CLASS_NEW && has(uri, STR("urn:service:sos")) ? SIP_CLASS_EMERGENCY
									  : class;
}

/* In. ------------------------------------------------------------------------------------------- */
static bool is_too_fast(struct sip_classify *c, tick_t now, enum sip_class class,
			const struct addr *from)
{
	uint64_t h = htab_mix(&c->hash, htab_hash(&c->hash, str_n(from->ip, sizeof(from->ip))),
			      str_n(&class, sizeof(class)));
	struct source *s = &c->source[h % SOURCES];
	int64_t most = (int64_t)c->cfg.source_burst * 1000000;
	int64_t gone_us = tick_diff_us(now, s->at);

	if (!c->cfg.source_rate || class == SIP_CLASS_PROGRESS)
		return false;
	/* a new one, or long unseen: full; no overflow then */
	if (s->at.us == 0 || gone_us > S_US(3600))
		s->tokens = most;
	else
		s->tokens += gone_us * c->cfg.source_rate;
	if (s->tokens > most)
		s->tokens = most;
	s->at = now;
	if (s->tokens < 1000000)
		return true;
	s->tokens -= 1000000;
	return false;
}

static struct waiting *at(const struct queue *q, size_t where)
{
	return (struct waiting *)(q->p + where);
}

static struct waiting *first_of(struct queue *q)
{
	if (q->used &&
	    (q->size - q->head < sizeof(struct waiting) || at(q, q->head)->len == SKIP)) {
		q->used -= q->size - q->head;
		q->head = 0;
	}
	return q->used ? at(q, q->head) : NULL;
}

static void take_first(struct sip_classify *c, struct queue *q)
{
	const struct waiting *w = first_of(q);

	c->stats.waiting--;
	c->stats.waiting_octets -= (uint32_t)w->len;
	q->used -= w->size;
	q->head += w->size;
}

/* Room for one of this size at the end; NULL: there is none. */
static struct waiting *put(struct queue *q, size_t size)
{
	size_t to_end, skipped;
	struct waiting *w;

	if (!q->used)
		q->head = q->tail = 0;
	to_end = q->size - q->tail;
	skipped = size > to_end ? to_end : 0;
	if (q->used + skipped + size > q->size)
		return NULL;
	if (size > to_end) {
		if (skipped >= sizeof(*w))
			at(q, q->tail)->len = SKIP;
		q->used += skipped;
		q->tail = 0;
	}
	w = at(q, q->tail);
	w->size = size;
	q->tail += size;
	q->used += size;
	return w;
}

static size_t size_of(size_t len)
{
	return (sizeof(struct waiting) + len + _Alignof(struct waiting) - 1) /
	       _Alignof(struct waiting) * _Alignof(struct waiting);
}

int sip_classify_in(struct sip_classify *c, tick_t now, sip_path_id path, const struct addr *from,
		    struct str octets)
{
	enum sip_class class = sip_class_of(octets);
	struct waiting *w = NULL;

	c->stats.in[class]++;
	if (octets.len <= MAX_DATAGRAM)
		w = put(&c->queue[class], size_of(octets.len));
	if (!w) {
		c->stats.dropped++;
		return TG_ELIMIT;
	}
	w->since = now;
	w->path = path;
	w->from = *from;
	w->too_fast = is_too_fast(c, now, class, from);
	w->len = octets.len;
	if (octets.len)
		memcpy(w->octets, octets.p, octets.len);
	c->stats.waiting++;
	c->stats.waiting_octets += (uint32_t)octets.len;
	return 0;
}

/* Streams. -------------------------------------------------------------------------------------- */
static void note_age(struct sip_classify *c, enum sip_class class, int64_t us)
{
	uint32_t ms = us < 0 ? 0 : us > S_US(3600) ? 3600000 : (uint32_t)(us / 1000);

	if (ms > c->stats.oldest_ms[class])
		c->stats.oldest_ms[class] = ms;
}

bool sip_classify_admits(struct sip_classify *c, tick_t now, tick_t since, enum sip_class class,
			 const struct addr *from)
{
	int64_t age = tick_diff_us(now, since);

	c->stats.in[class]++;
	note_age(c, class, age);
	if (!is_too_fast(c, now, class, from) &&
	    (class != SIP_CLASS_NEW || age <= MS_US(c->cfg.max_age_ms)))
		return true;
	c->stats.refused++;
	return false;
}

uint32_t sip_classify_retry_after(const struct sip_classify *c)
{
	return c->cfg.retry_after_s;
}

/* Out. ------------------------------------------------------------------------------------------ */
static void copy(struct sip_build *b, const struct sip_msg *m, enum sip_hdr id, const char *suffix)
{
	const struct sip_header *h = sip_msg_header(m, id, 0);

	if (h)
		sip_build_copy(b, h, str_of(suffix));
}

/* 8.2.7: the same tag for the same request. 18.2.2: to where it came from. */
static bool make_refusal(struct sip_classify *c, const struct waiting *w,
			 struct sip_classify_item *out)
{
	struct sip_msg *m = &c->msg;
	struct sip_build b;
	char tag[32] = "";

	if (sip_msg_parse(m, str_n(w->octets, w->len), NULL) < 0 || !m->is_request ||
	    m->method == SIP_ACK)
		return false;
	if (!m->to.tag.len)
		snprintf(tag, sizeof(tag), ";tag=%016llx",
			 (unsigned long long)htab_hash(&c->hash, m->call_id));
	sip_build_init(&b, c->response, sizeof(c->response));
	sip_build_status(&b, 503, STR(""));
	sip_build_vias(&b, m, &w->from);
	copy(&b, m, SIP_HDR_FROM, "");
	copy(&b, m, SIP_HDR_TO, tag);
	copy(&b, m, SIP_HDR_CALL_ID, "");
	copy(&b, m, SIP_HDR_CSEQ, "");
	sip_build_header_f(&b, SIP_HDR_RETRY_AFTER, "%u", c->cfg.retry_after_s);
	sip_build_body(&b, STR(""), STR(""));
	*out = (struct sip_classify_item){ .refusal = true, .path = w->path, .addr = w->from };
	if (!m->via.has_rport)
		out->addr.port = m->via.port ? m->via.port : 5060;
	return sip_build_done(&b, &out->octets) == 0;
}

static struct queue *first_queue(struct sip_classify *c, enum sip_class *class)
{
	for (int i = 0; i < SIP_NR_CLASSES; i++) {
		*class = (enum sip_class)i;
		if (first_of(&c->queue[i]))
			return &c->queue[i];
	}
	return NULL;
}

bool sip_classify_next(struct sip_classify *c, tick_t now, struct sip_classify_item *out)
{
	enum sip_class class;
	struct waiting *w;

	for (;;) {
		if (c->shown)
			take_first(c, c->shown);
		c->shown = first_queue(c, &class);
		if (!c->shown)
			return false;
		w = first_of(c->shown);
		note_age(c, class, tick_diff_us(now, w->since));
		*out = (struct sip_classify_item){ .path = w->path,
						   .addr = w->from,
						   .octets = str_n(w->octets, w->len) };
		if (!w->too_fast && (class != SIP_CLASS_NEW ||
				     tick_diff_us(now, w->since) <= MS_US(c->cfg.max_age_ms)))
			return true;
		if (make_refusal(c, w, out)) {
			c->stats.refused++;
			return true;
		}
		c->stats.dropped++;
	}
}

void sip_classify_stats(const struct sip_classify *c, struct sip_classify_stats *out)
{
	*out = c->stats;
}

void sip_classify_forget_ages(struct sip_classify *c)
{
	memset(c->stats.oldest_ms, 0, sizeof(c->stats.oldest_ms));
}
