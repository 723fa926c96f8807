/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry: see the header. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/request.h>

#include "gateway/registry.h"

/* Paths are numbered as the transports are. */
_Static_assert(GW_SIP_TCP_PATH - GW_SIP_PATH == (int)SIP_TCP &&
		       GW_SIP_TLS_PATH - GW_SIP_PATH == (int)SIP_TLS &&
		       GW_SIP_SCTP_PATH - GW_SIP_PATH == (int)SIP_SCTP,
	       "a path for each transport");

#define ASK_AGAIN_MS	 1000  /* there was no room to ask */
#define LOOK_UP_AGAIN_MS 30000 /* of what is known nothing is asked, as long as it is good */

/* Phones. --------------------------------------------------------------------------------------- */
static int name_user(struct gw *g, const struct gw_user_cfg *u)
{
	enum sip_digest_alg alg = strlen(u->ha1) == 32 ? SIP_DIGEST_MD5 : SIP_DIGEST_SHA256;
	struct sip_digest_ha1 ha1 = { 0 };

	str_copyz(ha1.hex[alg], sizeof(ha1.hex[alg]), str_of(u->ha1));
	return sip_registrar_user(g->registrar, str_of(u->name), u->ha1[0] ? &ha1 : NULL);
}

static int name_users(struct gw *g)
{
	int err = 0;

	sip_registrar_users_begin(g->registrar);
	for (unsigned i = 0; i < g->cfg->nr_users && err == 0; i++)
		err = name_user(g, &g->cfg->user[i]);
	sip_registrar_users_end(g->registrar);
	return err;
}

static void log_registration(const struct sip_event *ev, unsigned status)
{
	char from[ADDR_TEXT_MAX];

	/* not louder when it is refused: anybody can make as many of these as he likes */
	log_info(LOG_GATEWAY, NULL, "REGISTER of " STR_FMT " from %s: %u",
		 STR_ARG(ev->msg->to.uri.user), addr_print(&ev->from, from), status);
}

void gw_registry_request(struct gw *g, const struct sip_event *ev)
{
	struct sip_registrar_answer answer = { .status = 403 };

	if (g->cfg->registrar)
		sip_registrar_rx(g->registrar, g->now, ev->msg, &ev->from, ev->path, &answer);
	log_registration(ev, answer.status);
	if (sip_request_answer(g->sip, g->now, answer.status, &answer.body) < 0)
		log_error(LOG_GATEWAY, NULL, "a REGISTER could not be answered");
}

bool gw_registry_find(const struct gw *g, const char *number, struct gw_peer_cfg *peer,
		      char *contact)
{
	struct str user = str_of(number + (number[0] == '+'));
	struct sip_binding b;
	unsigned pos = 0;

	if (!g->cfg->registrar || !sip_registrar_find(g->registrar, g->now, user, &pos, &b))
		return false;
	*peer = g->cfg->peer_default;
	peer->addr = b.source; /* on a stream: the connection that it has made */
	peer->transport = (enum sip_transport)(b.path - GW_SIP_PATH);
	str_copyz(peer->name, sizeof(peer->name), user);
	return str_copyz(contact, SIP_REGISTRAR_URI_MAX + 1, b.uri);
}

bool gw_registry_knows(const struct gw *g, const struct addr *from)
{
	struct sip_binding b;
	unsigned pos = 0;

	while (g->cfg->registrar && sip_registrar_walk(g->registrar, g->now, &pos, &b))
		if (addr_eq(&b.source, from))
			return true;
	return false;
}

bool gw_registration_walk(const struct gw *g, tick_t now, unsigned *pos,
			  struct gw_registration_info *info)
{
	struct sip_binding b;

	if (!sip_registrar_walk(g->registrar, now, pos, &b))
		return false;
	str_copyz(info->user, sizeof(info->user), b.user);
	str_copyz(info->contact, sizeof(info->contact), b.uri);
	info->source = b.source;
	info->left_s = (uint32_t)((tick_diff_us(b.expires, now) + S_US(1) - 1) / S_US(1));
	return true;
}

/* Peers. ---------------------------------------------------------------------------------------- */
static const struct gw_peer_watch *find_watch(const struct gw *g, const struct gw_peer_cfg *p)
{
	for (unsigned i = 0; i < g->nr_watches; i++)
		if (addr_eq(&g->watch[i].addr, &p->addr) &&
		    strcmp(g->watch[i].host, p->host) == 0 &&
		    strcmp(g->watch[i].name, p->name) == 0)
			return &g->watch[i];
	return NULL;
}

/* In the order of the configuration. One that is new is asked at once. */
static void watch_peers(struct gw *g)
{
	struct gw_peer_watch next[GW_MAX_PEERS] = { 0 };

	for (unsigned i = 0; i < g->cfg->nr_peers; i++) {
		const struct gw_peer_cfg *p = &g->cfg->peer[i];
		const struct gw_peer_watch *old = find_watch(g, p);
		next[i] = old ? *old
			      : (struct gw_peer_watch){ .addr = p->addr,
							.at = g->now,
							.look_up_at = g->now };
		memcpy(next[i].name, p->name, sizeof(p->name));
		memcpy(next[i].host, p->host, sizeof(p->host));
		next[i].asked = false;
		if (!p->keep_alive_s)
			next[i].state = GW_PEER_UNWATCHED;
		else if (next[i].state == GW_PEER_UNWATCHED)
			next[i].at = g->now, next[i].state = GW_PEER_UNKNOWN;
	}
	memcpy(g->watch, next, sizeof(next));
	g->nr_watches = g->cfg->nr_peers;
	g->watch_round++;
}

static void arm_next(struct gw *g)
{
	tick_t at = TICK_NEVER;

	for (unsigned i = 0; i < g->nr_watches; i++) {
		if (g->watch[i].state != GW_PEER_UNWATCHED && !g->watch[i].asked)
			at = tick_min(at, g->watch[i].at);
		if (g->watch[i].host[0])
			at = tick_min(at, g->watch[i].look_up_at);
	}
	if (tick_is_never(at))
		timerq_cancel(&g->timers, &g->peer_timer);
	else
		timerq_arm(&g->timers, &g->peer_timer, at);
}

/* What comes back tells which peer of which configuration was asked. */
static void *token_of(const struct gw *g, unsigned i)
{
	return (void *)(uintptr_t)((uint64_t)g->watch_round << 8 | i);
}

const char *gw_peer_next(const struct gw_peer_cfg *p, char *buf)
{
	static const char *const transports[SIP_NR_TRANSPORTS] = { [SIP_UDP] = ";transport=udp",
								   [SIP_TCP] = ";transport=tcp",
								   [SIP_TLS] = ";transport=tls",
								   [SIP_SCTP] = ";transport=sctp" };
	char port[8] = "";

	if (p->addr.port)
		snprintf(port, sizeof(port), ":%u", p->addr.port);
	snprintf(buf, GW_NEXT_MAX, "sip:%s%s%s", p->host, port,
		 p->any_transport ? "" : transports[p->transport]);
	return buf;
}

const struct gw_peer_cfg *gw_registry_peer_of(const struct gw *g, const struct addr *from)
{
	const struct gw_peer_cfg *p = gw_peer_find(g->cfg, from);
	char next[GW_NEXT_MAX];

	for (unsigned i = 0; !p && i < g->cfg->nr_peers; i++)
		if (g->cfg->peer[i].host[0] &&
		    sip_stack_leads_to(g->sip, str_of(gw_peer_next(&g->cfg->peer[i], next)), from))
			p = &g->cfg->peer[i];
	return p;
}

static int ask_one(struct gw *g, unsigned i)
{
	const struct gw_peer_cfg *p = &g->cfg->peer[i];
	char host[ADDR_TEXT_MAX], uri[ADDR_TEXT_MAX + GW_DOMAIN_MAX] = "sip:", next[GW_NEXT_MAX];

	/* what its certificate says, too */
	strcat(uri, p->domain[0] ? p->domain : p->host[0] ? p->host : addr_print(&p->addr, host));
	if (p->host[0])
		return sip_options_send_by(g->sip, g->now, GW_SIP_PATH,
					   str_of(gw_peer_next(p, next)), str_of(uri),
					   token_of(g, i));
	return sip_options_send(g->sip, g->now, GW_SIP_PATH + p->transport, &p->addr, str_of(uri),
				token_of(g, i));
}

/* So that calls from all of its servers are known as the peer's. */
static bool look_one_up(struct gw *g, unsigned i)
{
	char next[GW_NEXT_MAX];

	if (!g->watch[i].host[0] || !tick_due(g->watch[i].look_up_at, g->now))
		return false;
	g->watch[i].look_up_at = tick_add_ms(g->now, LOOK_UP_AGAIN_MS);
	sip_stack_look_up(g->sip, g->now, str_of(gw_peer_next(&g->cfg->peer[i], next)));
	return true;
}

/* One at a time, so that the stack's outputs have room. */
void gw_registry_ask(struct gw *g)
{
	for (unsigned i = 0; i < g->nr_watches; i++) {
		struct gw_peer_watch *p = &g->watch[i];
		if (look_one_up(g, i))
			break;
		if (p->state == GW_PEER_UNWATCHED || p->asked || !tick_due(p->at, g->now))
			continue;
		p->asked = ask_one(g, i) == 0;
		p->at = tick_add_ms(g->now, ASK_AGAIN_MS);
		break;
	}
	arm_next(g);
}

static void set_state(struct gw *g, struct gw_peer_watch *p, bool up, unsigned status)
{
	enum gw_peer_state state = up ? GW_PEER_UP : GW_PEER_DOWN;

	p->status = status;
	if (p->state == state)
		return;
	if (up && p->state == GW_PEER_DOWN)
		log_notice(LOG_GATEWAY, NULL, "peer %s is up again", p->name);
	else if (!up)
		log_error(LOG_GATEWAY, NULL, "peer %s is down: %u to OPTIONS", p->name, status);
	p->state = state;
	p->since = g->now;
}

/* 11.2: whatever it answers, it is there; but for 503, which says that calls had better not come,
 * and a time-out of somebody behind it. */
void gw_registry_alive(struct gw *g, const struct sip_event *ev)
{
	unsigned i = (uintptr_t)ev->user & 0xff;
	struct gw_peer_watch *p = &g->watch[i];

	if (i >= g->nr_watches || ev->user != token_of(g, i))
		return;
	p->asked = false;
	p->asked_at = ev->from;
	p->at = tick_add_us(g->now, S_US(g->cfg->peer[i].keep_alive_s));
	set_state(g, p, !ev->local && ev->status != 503 && ev->status != 408, ev->status);
	arm_next(g);
}

bool gw_registry_peer_up(const struct gw *g, const struct gw_peer_cfg *peer)
{
	const struct gw_peer_watch *p = find_watch(g, peer);

	return !p || p->state != GW_PEER_DOWN;
}

bool gw_peer_walk(const struct gw *g, unsigned *pos, struct gw_peer_info *info)
{
	const struct gw_peer_watch *p = &g->watch[*pos];

	if (*pos >= g->nr_watches)
		return false;
	*info = (struct gw_peer_info){ .addr = p->addr,
				       .keep_alive_s = g->cfg->peer[*pos].keep_alive_s,
				       .state = p->state,
				       .since = p->since,
				       .status = p->status };
	memcpy(info->name, p->name, sizeof(info->name));
	if (p->host[0]) {
		info->addr = p->asked_at;
		snprintf(info->host, sizeof(info->host), p->addr.port ? "%s:%u" : "%s", p->host,
			 p->addr.port);
	}
	(*pos)++;
	return true;
}

/* ----------------------------------------------------------------------------------------------- */
int gw_registry_swap(struct gw *g)
{
	sip_stack_udp_only_none(g->sip);
	for (unsigned i = 0; i < g->cfg->nr_peers; i++)
		if (g->cfg->peer[i].large_by_udp)
			sip_stack_udp_only(g->sip, &g->cfg->peer[i].addr);
	watch_peers(g);
	arm_next(g);
	return name_users(g);
}

int gw_registry_init(struct gw *g)
{
	const struct sip_registrar_cfg cfg = { .max_users = GW_MAX_USERS, .rng = g->rng };

	g->peer_timer.kind = GW_TM_PEERS;
	g->registrar = sip_registrar_new(g->mem, &cfg);
	return g->registrar ? gw_registry_swap(g) : TG_ENOMEM;
}
