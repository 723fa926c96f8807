/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/resolve: answers of the DNS, kept and shared; see resolve.h. */
#include <ctype.h>
#include <stdio.h>

#include <trunkgate/sip/locate.h>

#include "sip/resolve.h"

#define QUESTION_US   S_US(15)	  /* then it counts as failed, whoever has forgotten it */
#define PATIENCE_US   MS_US(1800) /* RFC 8767 5: for those who have an older answer */
#define FAILED_S      5		  /* RFC 2308 7: not asked again at once */
#define STALE_AGAIN_S 30	  /* RFC 8767 5: the same while an older answer goes on */
#define STALE_S	      86400	  /* how long that is */
#define NONE_S	      60
#define LONGEST_S     86400

#define ANSWER(l, member) container_of(l, struct sip_answer, member)

int sip_resolve_init(struct sip_stack *s)
{
	list_init(&s->answers);
	if (!s->cfg.resolve)
		return 0;
	s->answer_ids = ids_new(s->mem, SIP_MAX_ANSWERS);
	if (!s->answer_ids)
		return TG_ENOMEM;
	return htab_init(&s->answer_names, s->mem, SIP_MAX_ANSWERS, &s->cfg.rng);
}

static uint64_t hash_of(const struct sip_stack *s, enum sip_dns_type type, struct str name)
{
	return htab_mix(&s->answer_names, htab_hash(&s->answer_names, name),
			str_n(&type, sizeof(type)));
}

static struct sip_answer *find(const struct sip_stack *s, enum sip_dns_type type, struct str name,
			       uint64_t hash)
{
	struct htab_link *l;

	htab_for_each(l, &s->answer_names, hash)
		if (ANSWER(l, link)->type == type && str_eq(str_of(ANSWER(l, link)->name), name))
			return ANSWER(l, link);
	return NULL;
}

static void unmake(struct sip_stack *s, struct sip_answer *a)
{
	timerq_cancel(&s->timers, &a->timer);
	htab_del(&s->answer_names, &a->link);
	list_del(&a->recent);
	ids_del(s->answer_ids, a->id);
	mem_drop(a->rec);
	mem_drop(a);
}

/* The one that nobody has wanted for longest makes room. */
static bool make_room(struct sip_stack *s)
{
	struct sip_answer *a;

	if (ids_nr(s->answer_ids) < SIP_MAX_ANSWERS)
		return true;
	list_for_each(a, &s->answers, recent)
		if (!a->asked && list_empty(&a->waiting)) {
			unmake(s, a);
			return true;
		}
	return false;
}

static struct sip_answer *make(struct sip_stack *s, enum sip_dns_type type, struct str name,
			       uint64_t hash)
{
	struct sip_answer *a = make_room(s) ? mem_alloc(s->mem, sizeof(*a) + name.len + 1) : NULL;

	if (!a)
		return NULL;
	if (ids_put(s->answer_ids, a, &a->id) < 0) {
		mem_drop(a);
		return NULL;
	}
	a->type = (uint8_t)type;
	memcpy(a->name, name.p, name.len);
	list_init(&a->waiting);
	list_init(&a->recent);
	list_add_tail(&s->answers, &a->recent);
	htab_add(&s->answer_names, &a->link, hash);
	return a;
}

static bool is_stale(const struct sip_stack *s, const struct sip_answer *a)
{
	return a->nr && !tick_due(a->end, s->now);
}

static bool put_question(struct sip_stack *s, struct sip_answer *a)
{
	struct sip_out *o;

	if (s->nr_questions >= SIP_MAX_QUESTIONS)
		return false;
	s->nr_questions++;
	a->asked = true;
	a->late = false;
	a->timer.kind = SIP_TM_RESOLVE;
	timerq_arm(&s->timers, &a->timer,
		   tick_add_us(s->now, is_stale(s, a) ? PATIENCE_US : QUESTION_US));
	o = sip_out_put(s, SIP_OUT_RESOLVE);
	o->resolve.id = a->id;
	o->resolve.type = (enum sip_dns_type)a->type;
	o->resolve.name = str_of(a->name);
	return true;
}

/* RFC 4343: names are compared without regard to case. */
static struct str lower(char *buf, struct str name)
{
	size_t n = name.len < SIP_NAME_MAX ? name.len : SIP_NAME_MAX - 1;

	for (size_t i = 0; i < n; i++)
		buf[i] = (char)tolower((unsigned char)name.p[i]);
	return str_n(buf, n);
}

static void wait_for(struct sip_answer *a, struct sip_wait *w)
{
	list_init(&w->link);
	list_add_tail(&a->waiting, &w->link);
	w->answer = a;
}

enum sip_resolved sip_resolve(struct sip_stack *s, enum sip_dns_type type, struct str name,
			      struct sip_wait *w, const struct sip_answer **out)
{
	char buf[SIP_NAME_MAX];
	struct str key = lower(buf, name);
	uint64_t hash = hash_of(s, type, key);
	struct sip_answer *a = find(s, type, key, hash);
	bool had = a != NULL;

	if (!a)
		a = make(s, type, key, hash);
	if (!a)
		return SIP_UNRESOLVED;
	list_del(&a->recent);
	list_add_tail(&s->answers, &a->recent);
	*out = a;
	if (a->asked ? a->late : had && !tick_due(a->fresh, s->now))
		return SIP_RESOLVED;
	if (!a->asked && !put_question(s, a)) {
		if (is_stale(s, a))
			return SIP_RESOLVED;
		if (!had)
			unmake(s, a);
		return SIP_UNRESOLVED;
	}
	wait_for(a, w);
	return SIP_RESOLVING;
}

void sip_resolve_leave(struct sip_stack *s, struct sip_wait *w)
{
	list_del(&w->link);
	timerq_cancel(&s->timers, &w->timer);
	w->answer = NULL;
}

/* Each by a timer of its own that is due: as many as there is room for in an input. */
static void wake(struct sip_stack *s, struct sip_answer *a)
{
	struct list *l;

	for (l = a->waiting.next; l != &a->waiting; l = l->next) {
		struct sip_wait *w = container_of(l, struct sip_wait, link);
		w->timer.kind = SIP_TM_HUNT;
		timerq_arm(&s->timers, &w->timer, s->now);
	}
}

/* Answers. -------------------------------------------------------------------------------------- */
static size_t text_size(const struct sip_dns_record *r)
{
	return r->flags.len + r->service.len + r->name.len;
}

static struct str keep(char **p, struct str s)
{
	struct str kept = { *p, s.len };

	if (s.len)
		memcpy(*p, s.p, s.len);
	*p += s.len;
	return kept;
}

/* One chunk; without memory for it what was known stays. */
static bool keep_records(struct sip_stack *s, struct sip_answer *a, const struct sip_dns_answer *in)
{
	unsigned nr = in->nr < SIP_MAX_RECORDS ? in->nr : SIP_MAX_RECORDS;
	size_t size = nr * sizeof(*a->rec);
	struct sip_dns_record *rec;
	char *p;

	for (unsigned i = 0; i < nr; i++)
		size += text_size(&in->rec[i]);
	rec = mem_alloc(s->mem, size);
	if (!rec)
		return false;
	p = (char *)(rec + nr);
	for (unsigned i = 0; i < nr; i++) {
		rec[i] = in->rec[i];
		rec[i].flags = keep(&p, in->rec[i].flags);
		rec[i].service = keep(&p, in->rec[i].service);
		rec[i].name = keep(&p, in->rec[i].name);
	}
	mem_drop(a->rec);
	a->rec = rec;
	a->nr = nr;
	return true;
}

static void forget_records(struct sip_answer *a)
{
	mem_drop(a->rec);
	a->rec = NULL;
	a->nr = 0;
}

static uint32_t at_most(uint32_t v, uint32_t most)
{
	return v < most ? v : most;
}

static void take(struct sip_stack *s, struct sip_answer *a, const struct sip_dns_answer *in)
{
	uint32_t fresh_s = FAILED_S;

	if (in->result == SIP_DNS_FOUND && in->nr && keep_records(s, a, in)) {
		fresh_s = at_most(in->ttl_s, LONGEST_S);
		a->end = tick_add_us(s->now, S_US((int64_t)fresh_s + STALE_S));
	} else if (in->result == SIP_DNS_NONE) {
		fresh_s = in->ttl_s ? at_most(in->ttl_s, NONE_S) : NONE_S;
		forget_records(a);
	} else if (is_stale(s, a)) {
		fresh_s = STALE_AGAIN_S;
	} else {
		forget_records(a);
	}
	a->fresh = tick_add_us(s->now, S_US((int64_t)fresh_s));
	a->asked = a->late = false;
	s->nr_questions--;
	timerq_cancel(&s->timers, &a->timer);
	wake(s, a);
}

int sip_stack_resolved(struct sip_stack *s, tick_t now, uint32_t id,
		       const struct sip_dns_answer *in)
{
	struct sip_answer *a = s->answer_ids ? ids_find(s->answer_ids, id) : NULL;

	s->now = now;
	sip_out_begin(s, false);
	if (!a || !a->asked)
		return TG_ENOENT;
	take(s, a, in);
	return 0;
}

void sip_resolve_timer(struct timer *t, struct sip_stack *s)
{
	static const struct sip_dns_answer failed = { .result = SIP_DNS_FAILED };
	struct sip_answer *a = container_of(t, struct sip_answer, timer);

	if (a->late || !is_stale(s, a)) {
		take(s, a, &failed);
		return;
	}
	a->late = true;
	t->kind = SIP_TM_RESOLVE;
	timerq_arm(&s->timers, t, tick_add_us(s->now, QUESTION_US - PATIENCE_US));
	wake(s, a);
}

/* Who is who. ----------------------------------------------------------------------------------- */
static const struct sip_answer *known(const struct sip_stack *s, enum sip_dns_type type,
				      struct str name)
{
	char buf[SIP_NAME_MAX];
	struct str key = lower(buf, name);

	return find(s, type, key, hash_of(s, type, key));
}

static bool has_address(const struct sip_stack *s, struct str name, const struct addr *addr)
{
	const struct sip_answer *a = known(s, SIP_DNS_ADDR, name);

	for (unsigned i = 0; a && i < a->nr; i++)
		if (addr_ip_eq(&a->rec[i].addr, addr))
			return true;
	return false;
}

static bool serves(const struct sip_stack *s, struct str service, const struct addr *addr)
{
	const struct sip_answer *a = known(s, SIP_DNS_SRV, service);

	for (unsigned i = 0; a && i < a->nr; i++)
		if (has_address(s, a->rec[i].name, addr))
			return true;
	return false;
}

bool sip_stack_leads_to(const struct sip_stack *s, struct str uri, const struct addr *addr)
{
	static const char *const services[] = { "_sip._udp.", "_sip._tcp.", "_sips._tcp." };
	const struct sip_answer *naptr;
	char name[SIP_NAME_MAX];
	struct sip_uri u;

	if (!s->answer_ids || sip_uri_parse(&u, uri, NULL) < 0 || u.host.len >= SIP_DOMAIN_MAX)
		return false;
	if (has_address(s, u.host, addr))
		return true;
	for (unsigned i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		snprintf(name, sizeof(name), "%s" STR_FMT, services[i], STR_ARG(u.host));
		if (serves(s, str_of(name), addr))
			return true;
	}
	naptr = known(s, SIP_DNS_NAPTR, u.host);
	for (unsigned i = 0; naptr && i < naptr->nr; i++)
		if (serves(s, naptr->rec[i].name, addr))
			return true;
	return false;
}
