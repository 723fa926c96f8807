/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registration: see the header. */
#include <stdio.h>
#include <string.h>

#include "gateway/registration.h"
#include "gateway/registry.h"

#define RETRY_MS 1000 /* there was no room or no memory */

/* All that a registration depends on: with another of these it is another one. */
static bool is_same(const struct gw_peer_cfg *a, const struct gw_peer_cfg *b)
{
	return strcmp(a->name, b->name) == 0 && addr_eq(&a->addr, &b->addr) &&
	       strcmp(a->host, b->host) == 0 && a->any_transport == b->any_transport &&
	       a->transport == b->transport && strcmp(a->domain, b->domain) == 0 &&
	       strcmp(a->register_as, b->register_as) == 0 &&
	       a->register_expires_s == b->register_expires_s &&
	       memcmp(&a->login, &b->login, sizeof(a->login)) == 0;
}

static const struct gw_peer_cfg *wanted(const struct gw *g, const struct gw_peer_cfg *p)
{
	for (unsigned i = 0; i < g->cfg->nr_peers; i++)
		if (g->cfg->peer[i].register_as[0] && is_same(&g->cfg->peer[i], p))
			return &g->cfg->peer[i];
	return NULL;
}

static struct gw_registration *find(struct gw *g, const struct gw_peer_cfg *p)
{
	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++)
		if (g->registration[i].reg && is_same(&g->registration[i].peer, p))
			return &g->registration[i];
	return NULL;
}

static void arm(struct gw *g)
{
	tick_t at = TICK_NEVER;

	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		const struct gw_registration *r = &g->registration[i];
		if (r->reg)
			at = tick_min(at, r->due ? r->at : sip_registration_deadline(r->reg));
	}
	if (tick_is_never(at))
		timerq_cancel(&g->timers, &g->registration_timer);
	else
		timerq_arm(&g->timers, &g->registration_timer, at);
}

/* Making. --------------------------------------------------------------------------------------- */
static void put_contact(const struct gw *g, const struct gw_peer_cfg *p, char *buf, size_t size)
{
	static const char *const params[SIP_NR_TRANSPORTS] = { "", ";transport=tcp",
							       ";transport=tls",
							       ";transport=sctp" };
	char host[ADDR_TEXT_MAX];

	snprintf(buf, size, "sip:%s@%s%s", p->register_as,
		 addr_print(&g->sip_local[p->transport], host), params[p->transport]);
}

static struct sip_registration *make(const struct gw *g, const struct gw_peer_cfg *p)
{
	char text[ADDR_TEXT_MAX], contact[192], registrar[128], aor[192], next[GW_NEXT_MAX];
	const char *host = p->host[0] ? p->host : addr_print(&p->addr, text);
	const char *domain = p->domain[0] ? p->domain : host;
	struct sip_registration_cfg c = {
		.rng = g->rng,
		.path = GW_SIP_PATH + p->transport,
		.target = p->addr,
		.next = str_of(p->host[0] ? gw_peer_next(p, next) : ""),
		.expires_s = p->register_expires_s,
		.login = { .name = str_of(p->login.user),
			   .realm = str_of(p->login.realm),
			   .ha1 = p->login.ha1 },
	};

	snprintf(registrar, sizeof(registrar), "sip:%s", domain);
	snprintf(aor, sizeof(aor), "<sip:%s@%s>", p->register_as, domain);
	put_contact(g, p, contact, sizeof(contact));
	c.registrar = str_of(registrar);
	c.aor = str_of(aor);
	c.contact = str_of(contact);
	return sip_registration_new(g->mem, &c);
}

static int add(struct gw *g, const struct gw_peer_cfg *p)
{
	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		struct gw_registration *r = &g->registration[i];
		if (r->reg)
			continue;
		*r = (struct gw_registration){ .reg = make(g, p), .due = true, .at = g->now };
		r->peer = *p;
		return r->reg ? 0 : TG_ENOMEM;
	}
	return TG_ELIMIT;
}

/* What is no longer wanted is stopped; its place is free when its last answer is there. */
int gw_registrations_swap(struct gw *g)
{
	int err = 0;

	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		struct gw_registration *r = &g->registration[i];
		if (!r->reg || r->leaving == !wanted(g, &r->peer))
			continue;
		r->leaving = !r->leaving;
		r->due = true;
		r->at = g->now;
	}
	for (unsigned i = 0; i < g->cfg->nr_peers && err == 0; i++)
		if (g->cfg->peer[i].register_as[0] && !find(g, &g->cfg->peer[i]))
			err = add(g, &g->cfg->peer[i]);
	arm(g);
	return err;
}

/* Running. -------------------------------------------------------------------------------------- */
static void drop_if_over(struct gw_registration *r)
{
	if (!r->leaving || r->due || !sip_registration_idle(r->reg))
		return;
	sip_registration_free(r->reg);
	*r = (struct gw_registration){ 0 };
}

static void log_state(const struct gw *g, struct gw_registration *r)
{
	bool up = sip_registration_up(r->reg, g->now);
	unsigned status = sip_registration_status(r->reg);

	if (up == r->was_up && (up || status == r->was_status))
		return;
	if (up)
		log_notice(LOG_GATEWAY, NULL, "registered at %s as %s", r->peer.name,
			   r->peer.register_as);
	else if (r->leaving)
		log_notice(LOG_GATEWAY, NULL, "no longer registered at %s", r->peer.name);
	else if (status >= 300 && status != 401 && status != 407 && status != 423)
		log_error(LOG_GATEWAY, NULL, "not registered at %s: %u", r->peer.name, status);
	r->was_up = up;
	r->was_status = status;
}

/* One at a time, so that the stack's outputs have room. */
void gw_registrations_tick(struct gw *g)
{
	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		struct gw_registration *r = &g->registration[i];
		if (!r->reg)
			continue;
		if (r->due && tick_due(r->at, g->now)) {
			r->due = false;
			if (r->leaving)
				sip_registration_stop(r->reg, g->sip, g->now);
			else
				sip_registration_start(r->reg, g->sip, g->now);
		} else if (!r->due && tick_due(sip_registration_deadline(r->reg), g->now)) {
			sip_registration_tick(r->reg, g->sip, g->now);
		} else {
			continue;
		}
		log_state(g, r);
		drop_if_over(r);
		break;
	}
	arm(g);
}

bool gw_registrations_rx(struct gw *g, const struct sip_event *ev)
{
	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		struct gw_registration *r = &g->registration[i];
		if (!r->reg || !sip_registration_rx(r->reg, g->sip, g->now, ev))
			continue;
		log_state(g, r);
		drop_if_over(r);
		arm(g);
		return true;
	}
	return false;
}

void gw_registrations_stop(struct gw *g)
{
	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++)
		if (g->registration[i].reg && !g->registration[i].leaving) {
			g->registration[i].leaving = g->registration[i].due = true;
			g->registration[i].at = g->now;
		}
	arm(g);
}

unsigned gw_registrations_route(const struct gw *g, const char *peer, struct str *route,
				unsigned max)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < GW_MAX_REGISTRATIONS; i++) {
		const struct gw_registration *r = &g->registration[i];
		if (r->reg && !r->leaving && strcmp(r->peer.name, peer) == 0)
			while (nr < max && sip_registration_route(r->reg, nr, &route[nr]))
				nr++;
	}
	return nr;
}

bool gw_upstream_walk(const struct gw *g, tick_t now, unsigned *pos, struct gw_upstream_info *info)
{
	while (*pos < GW_MAX_REGISTRATIONS) {
		const struct gw_registration *r = &g->registration[(*pos)++];
		if (!r->reg)
			continue;
		*info = (struct gw_upstream_info){ .up = sip_registration_up(r->reg, now),
						   .leaving = r->leaving,
						   .status = sip_registration_status(r->reg),
						   .expires = sip_registration_expires(r->reg) };
		memcpy(info->peer, r->peer.name, sizeof(info->peer));
		memcpy(info->user, r->peer.register_as, sizeof(info->user));
		return true;
	}
	return false;
}
