/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/locate: RFC 3263 clause 4. A walk through three nested lists: services (from NAPTR, or those
 * that we have), servers of a service (SRV), addresses of a server.
 */
#include <stdio.h>

#include <trunkgate/sip/locate.h>

#define MAX_SERVICES  8
#define MAX_SERVERS   32
#define MAX_ADDRESSES 16
#define MAX_LATER     16

enum stage { NAPTR, SRV, ADDR, TARGETS, LAST_RESORT, OVER };

struct service {
	uint16_t order, preference;
	enum sip_transport transport;
	char name[SIP_DOMAIN_MAX + 16]; /* "_sip._udp.example.com" */
};

struct server {
	uint16_t priority, weight, port;
	char name[SIP_DOMAIN_MAX];
};

struct target {
	enum sip_transport transport;
	struct addr addr;
};

struct sip_locate {
	struct sip_locate_cfg cfg;
	enum stage stage;
	bool asked, secure;
	bool found;	/* there was a SRV record: no A record of the domain itself (4.2) */
	bool fell_back; /* that has been done */
	enum sip_transport transport; /* without NAPTR and SRV */
	char domain[SIP_DOMAIN_MAX];
	unsigned nr_services, at_service, nr_servers, at_server, nr_addrs, at_addr;
	struct service service[MAX_SERVICES];
	struct server server[MAX_SERVERS];
	struct addr addr[MAX_ADDRESSES];
	struct target later[MAX_LATER]; /* on the blacklist */
	unsigned nr_later, at_later;
};

static uint16_t default_port(enum sip_transport t)
{
	return t == SIP_TLS ? 5061 : 5060;
}

static bool add_service(struct sip_locate *l, enum sip_transport t, struct str name)
{
	struct service *s = &l->service[l->nr_services];

	if (l->nr_services == MAX_SERVICES || !l->cfg.transport[t] || !name.len ||
	    !str_copyz(s->name, sizeof(s->name), name))
		return false;
	s->transport = t;
	s->order = s->preference = 0;
	l->nr_services++;
	return true;
}

/* 4.1: "_sip._udp.example.com" of the domain itself. */
static void add_own_service(struct sip_locate *l, enum sip_transport t)
{
	static const char *const prefix[SIP_NR_TRANSPORTS] = { [SIP_UDP] = "_sip._udp.",
							       [SIP_TCP] = "_sip._tcp.",
							       [SIP_TLS] = "_sips._tcp.",
							       [SIP_SCTP] = "_sip._sctp." };
	char name[SIP_DOMAIN_MAX + 16];

	snprintf(name, sizeof(name), "%s%s", prefix[t], l->domain);
	add_service(l, t, str_of(name));
}

static void set_only_server(struct sip_locate *l, uint16_t port)
{
	l->nr_servers = 1;
	l->at_server = 0;
	l->server[0] = (struct server){ .port = port };
	str_copyz(l->server[0].name, sizeof(l->server[0].name), str_of(l->domain));
	l->stage = ADDR;
}

/* The beginning. -------------------------------------------------------------------------------- */
/* 4.1; sips is TLS whatever it says. False for one that does not exist. */
static bool take_transport(struct sip_locate *l, const struct sip_uri *uri, bool *fixed)
{
	static const char *const names[SIP_NR_TRANSPORTS] = { "udp", "tcp", "tls", "sctp" };
	struct str name;

	l->transport = l->secure ? SIP_TLS : SIP_UDP;
	*fixed = sip_uri_param(uri, STR("transport"), &name) && name.len;
	if (!*fixed || (l->secure && !str_caseeq(name, STR("udp"))))
		return true;
	for (int i = 0; i < SIP_NR_TRANSPORTS; i++)
		if (!l->secure && str_caseeq(name, str_of(names[i]))) {
			l->transport = (enum sip_transport)i;
			return true;
		}
	return false;
}

static void begin(struct sip_locate *l, const struct sip_uri *uri, bool fixed)
{
	uint16_t port = uri->port ? uri->port : default_port(l->transport);

	if (addr_parse(&l->addr[0], str_of(l->domain), 0) == 0) {
		l->addr[0].port = port;
		l->nr_addrs = 1;
		l->found = true;
		l->stage = TARGETS;
	} else if (uri->port) {
		l->found = true;
		set_only_server(l, port);
	} else if (fixed) {
		add_own_service(l, l->transport);
		l->stage = SRV;
	}
}

struct sip_locate *sip_locate_new(struct mem *m, const struct sip_locate_cfg *cfg,
				  const struct sip_uri *uri)
{
	bool sips = uri->scheme == SIP_SCHEME_SIPS;
	struct sip_locate *l;
	struct str maddr;
	bool fixed;

	if (!sips && uri->scheme != SIP_SCHEME_SIP)
		return NULL;
	l = MEM_NEW(m, struct sip_locate);
	if (!l)
		return NULL;
	l->cfg = *cfg;
	l->secure = sips;
	if (!sip_uri_param(uri, STR("maddr"), &maddr) || !maddr.len)
		maddr = uri->host;
	if (str_copyz(l->domain, sizeof(l->domain), maddr) && take_transport(l, uri, &fixed) &&
	    l->cfg.transport[l->transport]) {
		begin(l, uri, fixed);
		return l;
	}
	mem_drop(l);
	return NULL;
}

void sip_locate_free(struct sip_locate *l)
{
	mem_drop(l);
}

/* Answers. -------------------------------------------------------------------------------------- */
static bool service_before(const struct service *a, const struct service *b)
{
	if (a->order != b->order)
		return a->order < b->order;
	return a->preference < b->preference;
}

static void sort_services(struct sip_locate *l)
{
	for (unsigned i = 1; i < l->nr_services; i++)
		for (unsigned k = i; k && service_before(&l->service[k], &l->service[k - 1]); k--) {
			struct service s = l->service[k];
			l->service[k] = l->service[k - 1];
			l->service[k - 1] = s;
		}
}

/* 4.1: what a sips URI may not use is left out, and what we cannot. */
static void take_naptr(struct sip_locate *l, const struct sip_dns_record *rec, unsigned nr)
{
	static const struct {
		struct str service;
		enum sip_transport transport;
	} known[] = { { STR_INIT("SIP+D2U"), SIP_UDP },
		      { STR_INIT("SIP+D2T"), SIP_TCP },
		      { STR_INIT("SIPS+D2T"), SIP_TLS },
		      { STR_INIT("SIP+D2S"), SIP_SCTP } };

	for (unsigned i = 0; i < nr; i++)
		for (unsigned k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
			if (!str_caseeq(rec[i].flags, STR("s")) ||
			    !str_caseeq(rec[i].service, known[k].service) ||
			    (l->secure && known[k].transport != SIP_TLS) ||
			    !add_service(l, known[k].transport, rec[i].name))
				continue;
			l->service[l->nr_services - 1].order = rec[i].order;
			l->service[l->nr_services - 1].preference = rec[i].preference;
		}
	sort_services(l);
	if (!l->nr_services && !l->secure) {
		add_own_service(l, SIP_UDP);
		add_own_service(l, SIP_TCP);
		add_own_service(l, SIP_SCTP);
	} else if (!l->nr_services) {
		add_own_service(l, SIP_TLS);
	}
	l->stage = SRV;
}

static void swap_servers(struct sip_locate *l, unsigned i, unsigned k)
{
	struct server s = l->server[i];

	l->server[i] = l->server[k];
	l->server[k] = s;
}

/* RFC 2782: the next of one priority is drawn by weight; those without weight are first in the sum,
 * and so have a small chance. */
static void draw(struct sip_locate *l, unsigned first, unsigned end)
{
	uint32_t sum = 0, ticket;
	unsigned zero = first;

	for (unsigned i = first; i < end; i++) {
		sum += l->server[i].weight;
		if (l->server[i].weight == 0)
			swap_servers(l, i, zero++);
	}
	ticket = rng_below(&l->cfg.rng, sum + 1);
	sum = 0;
	for (unsigned i = first; i < end; i++) {
		sum += l->server[i].weight;
		if (sum < ticket)
			continue;
		swap_servers(l, first, i);
		return;
	}
}

static void order_servers(struct sip_locate *l)
{
	unsigned end;

	for (unsigned i = 1; i < l->nr_servers; i++)
		for (unsigned k = i; k && l->server[k].priority < l->server[k - 1].priority; k--)
			swap_servers(l, k, k - 1);
	for (unsigned first = 0; first < l->nr_servers; first++) {
		end = first;
		while (end < l->nr_servers && l->server[end].priority == l->server[first].priority)
			end++;
		draw(l, first, end);
	}
}

/* A target "." says that there is none (RFC 2782). */
static void take_srv(struct sip_locate *l, const struct sip_dns_record *rec, unsigned nr)
{
	l->nr_servers = l->at_server = 0;
	for (unsigned i = 0; i < nr && l->nr_servers < MAX_SERVERS; i++) {
		struct server *s = &l->server[l->nr_servers];

		l->found = true;
		if (!rec[i].name.len || str_eq(rec[i].name, STR(".")) || !rec[i].port ||
		    !str_copyz(s->name, sizeof(s->name), rec[i].name))
			continue;
		s->priority = rec[i].priority;
		s->weight = rec[i].weight;
		s->port = rec[i].port;
		l->nr_servers++;
	}
	order_servers(l);
	if (l->nr_servers) {
		l->transport = l->service[l->at_service].transport;
		l->stage = ADDR;
	} else {
		l->at_service++;
	}
}

static void next_server(struct sip_locate *l)
{
	if (++l->at_server < l->nr_servers) {
		l->stage = ADDR;
		return;
	}
	l->at_service++;
	l->stage = SRV;
}

static void take_addrs(struct sip_locate *l, const struct sip_dns_record *rec, unsigned nr)
{
	l->nr_addrs = l->at_addr = 0;
	for (unsigned i = 0; i < nr && l->nr_addrs < MAX_ADDRESSES; i++) {
		struct addr a = rec[i].addr;

		if (addr_is_any(&a) || (a.family == ADDR_IP4 ? !l->cfg.ip4 : !l->cfg.ip6))
			continue;
		a.port = l->server[l->at_server].port;
		l->addr[l->nr_addrs++] = a;
	}
	l->stage = TARGETS;
}

int sip_locate_answer(struct sip_locate *l, const struct sip_dns_record *rec, unsigned nr)
{
	if (!l->asked)
		return TG_ESTATE;
	l->asked = false;
	if (l->stage == NAPTR)
		take_naptr(l, rec, nr);
	else if (l->stage == SRV)
		take_srv(l, rec, nr);
	else
		take_addrs(l, rec, nr);
	return 0;
}

/* Steps. ---------------------------------------------------------------------------------------- */
static enum sip_locate_result ask(struct sip_locate *l, enum sip_dns_type type, const char *name,
				  struct sip_locate_step *step)
{
	l->asked = true;
	step->type = type;
	step->name = str_of(name);
	return SIP_LOCATE_ASK;
}

/* One that is not on the blacklist; those on it are for the end. */
static bool next_target(struct sip_locate *l, tick_t now, const struct sip_blacklist *b,
			struct sip_locate_step *step)
{
	while (l->at_addr < l->nr_addrs) {
		struct target t = { l->transport, l->addr[l->at_addr++] };

		if (b && sip_blacklist_has(b, now, t.transport, &t.addr)) {
			if (l->nr_later < MAX_LATER)
				l->later[l->nr_later++] = t;
			continue;
		}
		step->transport = t.transport;
		step->addr = t.addr;
		return true;
	}
	next_server(l);
	return false;
}

/* 4.2: without any SRV record the domain is the server's name. */
static void no_more_services(struct sip_locate *l)
{
	if (l->found || l->fell_back) {
		l->stage = LAST_RESORT;
		return;
	}
	l->fell_back = true;
	set_only_server(l, default_port(l->transport));
}

enum sip_locate_result sip_locate_step(struct sip_locate *l, tick_t now,
				       const struct sip_blacklist *b, struct sip_locate_step *step)
{
	*step = (struct sip_locate_step){ 0 };
	for (;;) {
		switch (l->stage) {
		case NAPTR:
			return ask(l, SIP_DNS_NAPTR, l->domain, step);
		case SRV:
			if (l->at_service < l->nr_services)
				return ask(l, SIP_DNS_SRV, l->service[l->at_service].name, step);
			no_more_services(l);
			break;
		case ADDR:
			return ask(l, SIP_DNS_ADDR, l->server[l->at_server].name, step);
		case TARGETS:
			if (next_target(l, now, b, step))
				return SIP_LOCATE_TARGET;
			break;
		case LAST_RESORT:
			if (l->at_later < l->nr_later) {
				step->transport = l->later[l->at_later].transport;
				step->addr = l->later[l->at_later++].addr;
				return SIP_LOCATE_TARGET;
			}
			l->stage = OVER;
			break;
		case OVER:
			return SIP_LOCATE_NONE;
		}
	}
}

bool sip_locate_try_next(const struct sip_msg *response)
{
	return !response || response->status == 503;
}

bool sip_locate_is_down(const struct sip_msg *response)
{
	return sip_locate_try_next(response) &&
	       (!response || sip_msg_reason_cause(response, STR("Q.850"), NULL) < 0);
}
