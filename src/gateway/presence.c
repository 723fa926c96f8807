/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presence: see the header. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sip/headers.h>
#include <trunkgate/sip/request.h>

#include "gateway/presence.h"
#include "gateway/registry.h"

#define PIDF_TYPE     "application/pidf+xml"
#define PIDF_MAX      512
#define LOOK_MS	      1000
#define SUBTYPE	      "pidf+xml"
#define MESSAGES_SAID 10  /* in a second */
#define TEXT_SHOWN    120 /* octets of a MESSAGE in the log */

/* Of whom nobody knows anything nothing is taken. */
static bool is_known(const struct gw *g, const struct sip_event *ev)
{
	return g->cfg->sip_accept_any || gw_peer_find(g->cfg, &ev->from) ||
	       gw_registry_knows(g, &ev->from);
}

/* Or he proves to be a phone's user, from wherever (RFC 3261 22.2); false: he has his answer. */
static bool is_admitted(struct gw *g, const struct sip_event *ev)
{
	struct sip_registrar_answer a = { .status = 403 };

	if (is_known(g, ev) || (g->cfg->registrar &&
				sip_registrar_admits(g->registrar, g->now, ev->msg, &ev->from, &a)))
		return true;
	if (sip_request_answer(g->sip, g->now, a.status, &a.body) < 0)
		log_error(LOG_GATEWAY, NULL, "a request could not be answered");
	return false;
}

static void answer(struct gw *g, unsigned status, const char *name, const char *value)
{
	const struct sip_extra extra = { str_of(name ? name : ""), str_of(value ? value : "") };
	const struct sip_body body = { .extra = &extra, .nr_extra = name ? 1 : 0 };

	if (sip_request_answer(g->sip, g->now, status, &body) < 0)
		log_error(LOG_GATEWAY, NULL, "a request could not be answered");
}

/* Subscribers. ---------------------------------------------------------------------------------- */
static bool is_open(const struct gw_trunk *t)
{
	for (unsigned i = 0; t->available && i < t->nr_circuits; i++)
		if (t->circuit[i].leg || gw_circuit_is_free(&t->circuit[i]))
			return true;
	return false;
}

/* RFC 3863 4.1: one tuple. A trunk's name has nothing that XML or a URI would escape. */
static struct sip_body pidf(const struct gw *g, const struct gw_trunk *t, bool open, char *buf)
{
	int n = snprintf(buf, PIDF_MAX,
			 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
			 "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" "
			 "entity=\"sip:trunk-%s@%s\"><tuple id=\"trunk\"><status><basic>%s</basic>"
			 "</status></tuple></presence>\r\n",
			 t->cfg.name, g->host, open ? "open" : "closed");

	return (struct sip_body){ .content_type = STR(PIDF_TYPE),
				  .octets = str_n(buf, (size_t)n < PIDF_MAX ? (size_t)n
									    : PIDF_MAX - 1) };
}

static struct gw_trunk *trunk_of(struct gw *g, struct str user)
{
	char name[GW_NAME_MAX];

	if (!str_starts(user, STR("trunk-")) || !str_copyz(name, sizeof(name), str_from(user, 6)))
		return NULL;
	return gw_trunk_find(g, name);
}

/* RFC 3856 6.7: PIDF is what there is; without Accept it is meant. */
static bool takes_pidf(const struct sip_msg *m)
{
	struct sip_value_walk w = { 0 };
	bool any = false;
	struct sip_value v;
	struct str text;

	while (sip_msg_next_value(m, SIP_HDR_ACCEPT, &w, &text)) {
		any = true;
		if (sip_value_parse(&v, SIP_HDR_ACCEPT, text, NULL) == 0 &&
		    (str_eq(v.media.type, STR("*")) ||
		     (str_caseeq(v.media.type, STR("application")) &&
		      (str_eq(v.media.subtype, STR("*")) ||
		       str_caseeq(v.media.subtype, STR(SUBTYPE))))))
			return true;
	}
	return !any;
}

static struct gw_watcher *free_watcher(struct gw *g)
{
	for (unsigned i = 0; i < GW_MAX_WATCHERS; i++)
		if (!g->watcher[i].trunk)
			return &g->watcher[i];
	return NULL;
}

static void arm(struct gw *g, int64_t ms)
{
	if (g->nr_watchers)
		timerq_arm(&g->timers, &g->presence_timer, tick_add_ms(g->now, ms));
	else
		timerq_cancel(&g->timers, &g->presence_timer);
}

static void accept_one(struct gw *g, struct gw_watcher *w, struct gw_trunk *t,
		       const struct sip_event *ev)
{
	char text[PIDF_MAX];
	const struct sip_body state = pidf(g, t, is_open(t), text);
	const struct sip_subscription_accept a = { .expires_s = GW_PRESENCE_EXPIRES_S,
						   .state = &state,
						   .user = w,
						   .guarded = !is_known(g, ev) };

	w->trunk = t;
	w->open = is_open(t);
	w->from = ev->from;
	w->since = g->now;
	g->nr_watchers++;
	if (sip_subscription_accept(g->sip, g->now, &a, &w->id) == 0) {
		arm(g, LOOK_MS);
		return;
	}
	*w = (struct gw_watcher){ 0 };
	g->nr_watchers--;
	answer(g, 503, NULL, NULL);
}

void gw_presence_subscribe(struct gw *g, const struct sip_event *ev)
{
	struct gw_trunk *t = trunk_of(g, ev->msg->uri.user);
	struct gw_watcher *w = free_watcher(g);

	if (!is_admitted(g, ev))
		return;
	if (!t)
		answer(g, 404, NULL, NULL);
	else if (!takes_pidf(ev->msg))
		answer(g, 406, "Accept", PIDF_TYPE);
	else if (!w)
		answer(g, 503, NULL, NULL);
	else
		accept_one(g, w, t, ev);
}

/* Who had to prove who he is does so each time (RFC 3261 22.2). */
void gw_presence_refresh(struct gw *g, const struct sip_event *ev)
{
	if (is_admitted(g, ev) && sip_subscription_refresh(g->sip, g->now) < 0)
		answer(g, 503, NULL, NULL);
}

void gw_presence_gone(struct gw *g, const struct sip_event *ev)
{
	struct gw_watcher *w = ev->user;

	if (!w || w->id != ev->subscription || !w->trunk)
		return;
	*w = (struct gw_watcher){ 0 };
	g->nr_watchers--;
	arm(g, LOOK_MS);
}

/* `no presence` came with a new configuration (RFC 6665 4.1.3); what does not go now goes the next time. */
static void end_all(struct gw *g)
{
	for (unsigned i = 0; i < GW_MAX_WATCHERS; i++)
		if (g->watcher[i].trunk && sip_subscription_end(g->sip, g->now, g->watcher[i].id,
								"rejected", 0, NULL) == TG_ELIMIT)
			break;
	arm(g, LOOK_MS);
}

/* Those for whom there is no room now are told the next time. */
void gw_presence_tick(struct gw *g)
{
	char text[PIDF_MAX];

	if (!g->cfg->sip_presence) {
		end_all(g);
		return;
	}
	for (unsigned i = 0; i < GW_MAX_WATCHERS; i++) {
		struct gw_watcher *w = &g->watcher[i];
		bool open = w->trunk && is_open(w->trunk);
		struct sip_body state;
		if (!w->trunk || open == w->open)
			continue;
		state = pidf(g, w->trunk, open, text);
		if (sip_subscription_notify(g->sip, g->now, w->id, &state) < 0)
			break;
		w->open = open;
	}
	arm(g, LOOK_MS);
}

bool gw_subscription_walk(const struct gw *g, unsigned *pos, struct gw_subscription_info *info)
{
	while (g->watcher && *pos < GW_MAX_WATCHERS) {
		const struct gw_watcher *w = &g->watcher[(*pos)++];
		if (!w->trunk)
			continue;
		*info = (struct gw_subscription_info){ .from = w->from,
						       .since = w->since,
						       .open = w->open };
		memcpy(info->trunk, w->trunk->cfg.name, sizeof(info->trunk));
		return true;
	}
	return false;
}

int gw_presence_init(struct gw *g)
{
	g->presence_timer.kind = GW_TM_PRESENCE;
	g->watcher = MEM_ARRAY(g->mem, GW_MAX_WATCHERS, struct gw_watcher);
	return g->watcher ? 0 : TG_ENOMEM;
}

/* Messages. ------------------------------------------------------------------------------------- */
/* The log is not for who sends most: ten lines a second, and the next says how many were left out. */
static void say(struct gw *g, const struct sip_event *ev, const char *text)
{
	char from[ADDR_TEXT_MAX];

	if (tick_diff_us(g->now, g->messages_since) >= S_US(1)) {
		g->messages_since = g->now;
		g->messages_said = 0;
	}
	if (g->messages_said++ >= MESSAGES_SAID) {
		g->messages_unsaid++;
		return;
	}
	if (g->messages_unsaid)
		log_notice(LOG_GATEWAY, NULL, "%u MESSAGEs before this one are not shown",
			   g->messages_unsaid);
	g->messages_unsaid = 0;
	log_notice(LOG_GATEWAY, NULL, "MESSAGE of " STR_FMT " from %s: %s",
		   STR_ARG(ev->msg->from.uri.text), addr_print(&ev->from, from), text);
}

void gw_message(struct gw *g, const struct sip_event *ev)
{
	const struct sip_msg *m = ev->msg;
	char text[TEXT_SHOWN + 1];
	struct str type;

	str_split(m->content_type, ';', &type);
	if (!is_admitted(g, ev))
		return;
	if (m->body.len && !str_caseeq(str_trim(type), STR("text/plain"))) {
		answer(g, 415, "Accept", "text/plain");
	} else {
		str_copyz(text, sizeof(text),
			  str_n(m->body.p, m->body.len < TEXT_SHOWN ? m->body.len : TEXT_SHOWN));
		for (char *c = text; *c; c++)
			if ((uint8_t)*c < ' ')
				*c = ' ';
		say(g, ev, text);
		answer(g, 200, NULL, NULL);
	}
}
