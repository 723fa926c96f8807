/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/publication: RFC 3903 6, see <trunkgate/sip/publication.h>. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/headers.h>
#include <trunkgate/sip/publication.h>

#include "base/list.h"

#define ETAG_OCTETS 8

struct entry {
	struct list link;
	struct mem *mem; /* all of it */
	struct sip_publication shown;
	char etag[2 * ETAG_OCTETS + 1];
};

struct sip_publications {
	struct mem *mem;
	struct sip_publications_cfg cfg;
	struct list entries;
	uint32_t nr;
};

/* What a PUBLISH asks for. */
struct wish {
	const struct sip_msg *m;
	struct sip_event_value event;
	struct entry *old; /* that it names; NULL: a new one */
	uint32_t expires_s;
};

static void set_default(uint32_t *v, uint32_t value)
{
	if (!*v)
		*v = value;
}

struct sip_publications *sip_publications_new(struct mem *parent,
					      const struct sip_publications_cfg *cfg)
{
	struct mem *m = mem_sub(parent, "publications");
	struct sip_publications *p = m ? MEM_NEW(m, struct sip_publications) : NULL;

	if (!p) {
		mem_free(m);
		return NULL;
	}
	p->mem = m;
	p->cfg = *cfg;
	list_init(&p->entries);
	set_default(&p->cfg.min_expires_s, 60);
	set_default(&p->cfg.default_expires_s, 3600);
	set_default(&p->cfg.max_expires_s, 3600);
	set_default(&p->cfg.max_publications, 1000);
	return p;
}

void sip_publications_free(struct sip_publications *p)
{
	if (p)
		mem_free(p->mem);
}

/* Entries. -------------------------------------------------------------------------------------- */
static void drop(struct sip_publications *p, struct entry *e)
{
	list_del(&e->link);
	p->nr--;
	mem_free(e->mem);
}

static void drop_expired(struct sip_publications *p, tick_t now)
{
	struct entry *e, *next;

	list_for_each_safe(e, next, &p->entries, link)
		if (tick_due(e->shown.expires, now))
			drop(p, e);
}

static void new_etag(struct sip_publications *p, struct entry *e)
{
	rng_hex(&p->cfg.rng, e->etag, ETAG_OCTETS);
	e->shown.etag = str_of(e->etag);
}

/* Of a state in full; NULL: out of memory. */
static struct entry *new_entry(struct sip_publications *p, const struct wish *w)
{
	struct mem *m = mem_sub(p->mem, "publication");
	struct entry *e = m ? MEM_NEW(m, struct entry) : NULL;

	if (!e) {
		mem_free(m);
		return NULL;
	}
	e->mem = m;
	e->shown.resource = mem_keep(m, w->m->uri.text);
	e->shown.event = mem_keep(m, w->event.type);
	e->shown.content_type = mem_keep(m, w->m->content_type);
	e->shown.octets = mem_keep(m, w->m->body);
	if (!e->shown.resource.p || !e->shown.event.p || !e->shown.content_type.p ||
	    !e->shown.octets.p) {
		mem_free(m);
		return NULL;
	}
	list_add_tail(&p->entries, &e->link);
	p->nr++;
	return e;
}

/* Reading. -------------------------------------------------------------------------------------- */
static bool is_of(const struct entry *e, const struct sip_uri *resource, struct str event)
{
	struct sip_uri u;

	return str_caseeq(e->shown.event, event) &&
	       sip_uri_parse(&u, e->shown.resource, NULL) == 0 && sip_uri_eq(&u, resource);
}

/* Step 2 */
static unsigned read_event(const struct sip_publications *p, struct wish *w)
{
	struct str rest = p->cfg.events, one;
	struct sip_value v;

	if (sip_msg_value(w->m, SIP_HDR_EVENT, &v, NULL) < 0)
		return 489;
	w->event = v.event;
	while (rest.len) {
		rest = str_split(rest, ',', &one);
		if (str_caseeq(str_trim(one), v.event.type))
			return 0;
	}
	return 489;
}

/* Step 3 */
static unsigned read_match(const struct sip_publications *p, struct wish *w)
{
	struct sip_value v;
	struct entry *e;

	if (!sip_msg_header(w->m, SIP_HDR_SIP_IF_MATCH, 0))
		return 0;
	if (sip_msg_value(w->m, SIP_HDR_SIP_IF_MATCH, &v, NULL) < 0)
		return 400;
	list_for_each(e, &p->entries, link)
		if (str_eq(e->shown.etag, v.token) && is_of(e, &w->m->uri, w->event.type)) {
			w->old = e;
			return 0;
		}
	return 412;
}

/* Step 4 */
static unsigned read_expiry(const struct sip_publications *p, struct wish *w)
{
	struct sip_value v;

	w->expires_s = p->cfg.default_expires_s;
	if (sip_msg_value(w->m, SIP_HDR_EXPIRES, &v, NULL) == 0)
		w->expires_s = v.number;
	if (w->expires_s && w->expires_s < p->cfg.min_expires_s)
		return 423;
	if (w->expires_s > p->cfg.max_expires_s)
		w->expires_s = p->cfg.max_expires_s;
	return 0;
}

/* Step 5; table 1: what is new has a body, what is taken away has none. */
static unsigned read_body(const struct sip_publications *p, const struct wish *w)
{
	if (w->m->body.len > SIP_PUBLICATION_MAX)
		return 413;
	if (!w->old && (!w->m->body.len || !w->expires_s))
		return 400;
	if (w->old && !w->expires_s && w->m->body.len)
		return 400;
	return !w->old && p->nr >= p->cfg.max_publications ? 503 : 0;
}

static unsigned read(const struct sip_publications *p, struct wish *w)
{
	unsigned status = read_event(p, w);

	if (!status)
		status = read_match(p, w);
	if (!status)
		status = read_expiry(p, w);
	return status ? status : read_body(p, w);
}

/* Doing. ---------------------------------------------------------------------------------------- */
static void add(struct sip_publication_answer *out, const char *name, struct str value)
{
	out->extra[out->body.nr_extra++] = (struct sip_extra){ str_of(name), value };
	out->body.extra = out->extra;
}

static void add_number(struct sip_publication_answer *out, const char *name, uint32_t n)
{
	snprintf(out->number, sizeof(out->number), "%u", n);
	add(out, name, str_of(out->number));
}

static void refuse(const struct sip_publications *p, unsigned status,
		   struct sip_publication_answer *out)
{
	out->status = status;
	if (status == 423)
		add_number(out, "Min-Expires", p->cfg.min_expires_s);
	else if (status == 489)
		add(out, "Allow-Events", p->cfg.events);
}

/* The new state takes the place of the old one; nothing has changed when there is no memory. */
static struct entry *change(struct sip_publications *p, const struct wish *w)
{
	struct entry *e = w->m->body.len ? new_entry(p, w) : w->old;

	if (e && w->old && e != w->old)
		drop(p, w->old);
	return e;
}

void sip_publications_rx(struct sip_publications *p, tick_t now, const struct sip_msg *m,
			 struct sip_publication_answer *out)
{
	struct wish w = { .m = m };
	struct entry *e;
	unsigned status;

	*out = (struct sip_publication_answer){ 0 };
	drop_expired(p, now);
	status = read(p, &w);
	e = status ? NULL : change(p, &w);
	if (!e) {
		refuse(p, status ? status : 500, out);
		return;
	}
	new_etag(p, e);
	e->shown.expires = tick_add_us(now, S_US((int64_t)w.expires_s));
	memcpy(out->etag, e->etag, sizeof(out->etag));
	out->status = 200;
	out->changed = m->body.len || !w.expires_s;
	add(out, "SIP-ETag", str_of(out->etag));
	add_number(out, "Expires", w.expires_s);
	if (!w.expires_s)
		drop(p, e);
}

bool sip_publications_find(const struct sip_publications *p, tick_t now,
			   const struct sip_uri *resource, struct str event, unsigned *pos,
			   struct sip_publication *out)
{
	unsigned nr = 0;
	struct entry *e;

	list_for_each(e, &p->entries, link) {
		if (nr++ < *pos || tick_due(e->shown.expires, now) || !is_of(e, resource, event))
			continue;
		*pos = nr;
		*out = e->shown;
		return true;
	}
	return false;
}
