/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/classify: see the header. */
#include <stdio.h>

#include "base/htab.h"
#include "base/list.h"
#include "sip/classify.h"

#define SOURCES	     4096 /* buckets; two addresses in one share it */
#define MAX_DATAGRAM 65535
#define RESPONSE_MAX 65535

struct waiting {
	struct list link;
	tick_t since;
	sip_path_id path;
	struct addr from;
	bool too_fast;
	size_t len;
	char octets[];
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
	struct list queue[SIP_NR_CLASSES];
	struct source source[SOURCES];
	struct waiting *shown; /* by the last item */
	struct sip_msg msg;
	char response[RESPONSE_MAX];
	struct sip_classify_stats stats;
};

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
	if (!c->cfg.max_octets)
		c->cfg.max_octets = 4u << 20;
	if (!c->cfg.max_age_ms)
		c->cfg.max_age_ms = 500;
	if (!c->cfg.retry_after_s)
		c->cfg.retry_after_s = 5;
	if (!c->cfg.source_burst)
		c->cfg.source_burst = c->cfg.source_rate;
	for (int i = 0; i < SIP_NR_CLASSES; i++)
		list_init(&c->queue[i]);
	return c;
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

/* 12.2: a tag in To. A folded To counts as new: nobody writes one. */
static bool has_to_tag(struct str rest)
{
	struct str line, name, value;

	while (rest.len && (line = next_line(&rest)).len) {
		value = str_split(line, ':', &name);
		name = str_trim(name);
		if (str_caseeq(name, STR("To")) || str_caseeq(name, STR("t")))
			return has(value, STR(";tag="));
	}
	return false;
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

	if (str_starts(line, STR("SIP/2.0 ")))
		return SIP_CLASS_PROGRESS;
	uri = str_split(line, ' ', &method);
	if (is_in_progress(method) || has_to_tag(rest))
		return SIP_CLASS_PROGRESS;
	return has(uri, STR("urn:service:sos")) ? SIP_CLASS_EMERGENCY : SIP_CLASS_NEW;
}

/* In. ------------------------------------------------------------------------------------------- */
static bool is_too_fast(struct sip_classify *c, tick_t now, const struct addr *from)
{
	uint64_t h = htab_hash(&c->hash, str_n(from->ip, sizeof(from->ip)));
	struct source *s = &c->source[h % SOURCES];
	int64_t most = (int64_t)c->cfg.source_burst * 1000000;
	int64_t gone_us = tick_diff_us(now, s->at);

	if (!c->cfg.source_rate)
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

static void take_out(struct sip_classify *c, struct waiting *w)
{
	list_del(&w->link);
	c->stats.waiting--;
	c->stats.waiting_octets -= (uint32_t)w->len;
}

static bool has_room(const struct sip_classify *c, size_t len)
{
	return c->stats.waiting_octets + len <= c->cfg.max_octets;
}

/* What is in progress takes the place of what is new, the oldest first. */
static void make_room(struct sip_classify *c, size_t len)
{
	struct waiting *w;

	while (!has_room(c, len) &&
	       (w = list_first(&c->queue[SIP_CLASS_NEW], struct waiting, link))) {
		take_out(c, w);
		mem_drop(w);
		c->stats.dropped++;
	}
}

int sip_classify_in(struct sip_classify *c, tick_t now, sip_path_id path, const struct addr *from,
		    struct str octets)
{
	enum sip_class class = sip_class_of(octets);
	struct waiting *w;

	c->stats.in[class]++;
	if (class != SIP_CLASS_NEW)
		make_room(c, octets.len);
	w = octets.len <= MAX_DATAGRAM && has_room(c, octets.len)
		    ? mem_alloc(c->mem, sizeof(*w) + octets.len)
		    : NULL;
	if (!w) {
		c->stats.dropped++;
		return TG_ELIMIT;
	}
	w->since = now;
	w->path = path;
	w->from = *from;
	w->too_fast = class == SIP_CLASS_NEW && is_too_fast(c, now, from);
	w->len = octets.len;
	if (octets.len)
		memcpy(w->octets, octets.p, octets.len);
	list_init(&w->link);
	list_add_tail(&c->queue[class], &w->link);
	c->stats.waiting++;
	c->stats.waiting_octets += (uint32_t)octets.len;
	return 0;
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

static struct waiting *first(struct sip_classify *c, enum sip_class *class)
{
	struct waiting *w = NULL;

	for (int i = 0; !w && i < SIP_NR_CLASSES; i++) {
		w = list_first(&c->queue[i], struct waiting, link);
		*class = (enum sip_class)i;
	}
	return w;
}

bool sip_classify_next(struct sip_classify *c, tick_t now, struct sip_classify_item *out)
{
	enum sip_class class;
	struct waiting *w;

	for (;;) {
		mem_drop(c->shown);
		c->shown = w = first(c, &class);
		if (!w)
			return false;
		take_out(c, w);
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
