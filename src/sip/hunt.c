/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sip/hunt: requests to host names; see hunt.h. */
#include "sip/hunt.h"

#include <stdio.h>

#include "sip/session.h"
#include "sip/subscription.h"

/* What we have. --------------------------------------------------------------------------------- */
static const struct sip_path *path_for(const struct sip_hunt *h, enum sip_transport transport,
				       enum addr_family family)
{
	const struct sip_stack *s = h->stack;

	if (h->path->transport == transport && h->path->local.family == family)
		return h->path;
	for (unsigned i = 0; i < s->nr_paths; i++)
		if (s->path[i].transport == transport && s->path[i].local.family == family)
			return &s->path[i];
	return NULL;
}

static struct sip_locate_cfg what_we_have(const struct sip_stack *s, bool secure)
{
	struct sip_locate_cfg c = { .rng = s->cfg.rng };

	for (unsigned i = 0; i < s->nr_paths; i++) {
		const struct sip_path *p = &s->path[i];
		if (secure && p->transport != SIP_TLS)
			continue;
		c.transport[p->transport] = true;
		c.ip4 |= p->local.family == ADDR_IP4;
		c.ip6 |= p->local.family == ADDR_IP6;
	}
	return c;
}

/* 8.1.2: the topmost Route when it is a loose router, else the Request-URI. False: nonsense. */
static bool next_of(const struct sip_buf *b, struct sip_uri *next, bool *secure)
{
	struct str rest = str_n(b->octets, b->len), line, text, flag;
	struct sip_nameaddr route;

	rest = str_split(rest, '\n', &line);
	str_split(str_split(line, ' ', &text), ' ', &text);
	if (sip_uri_parse(next, text, NULL) < 0)
		return false;
	*secure = next->scheme == SIP_SCHEME_SIPS;
	while (rest.len) {
		rest = str_split(rest, '\n', &line);
		if (line.len <= 1)
			break;
		if (!str_starts(line, STR("Route: ")))
			continue;
		if (sip_nameaddr_parse(&route, str_trim(str_from(line, 7)), NULL) == 0 &&
		    sip_uri_param(&route.uri, STR("lr"), &flag))
			*next = route.uri;
		break;
	}
	return true;
}

static int make_locate(struct sip_hunt *h, struct str next)
{
	struct sip_locate_cfg cfg;
	struct sip_uri uri;
	bool secure = false;

	if ((h->request && !h->response && !next_of(h->request, &uri, &secure)) ||
	    (next.len && sip_uri_parse(&uri, next, NULL) < 0))
		return TG_EINVAL;
	cfg = what_we_have(h->stack, secure);
	h->locate = sip_locate_new(h->stack->mem, &cfg, &uri);
	return h->locate ? 0 : TG_ENOTSUP;
}

/* Making and ending. ---------------------------------------------------------------------------- */
static void unmake(struct sip_hunt *h)
{
	struct sip_stack *s = h->stack;

	sip_resolve_leave(s, &h->wait);
	sip_locate_free(h->locate);
	mem_drop(h->request);
	mem_drop(h);
	s->nr_hunts--;
}

static struct sip_hunt *make(struct sip_stack *s, sip_path_id path)
{
	struct sip_hunt *h = NULL;

	if (s->cfg.resolve && s->nr_hunts < s->cfg.max_transactions)
		h = MEM_NEW(s->mem, struct sip_hunt);
	if (!h)
		return NULL;
	h->stack = s;
	h->path = sip_path_find(s, path);
	s->nr_hunts++;
	return h;
}

static struct sip_hunt *make_for(struct sip_stack *s, const struct sip_buf *b)
{
	struct sip_hunt *h = make(s, b->path);

	if (!h)
		return NULL;
	h->request = sip_buf_new(s, b->path, &b->to, str_n(b->octets, b->len));
	if (h->request)
		return h;
	unmake(h);
	return NULL;
}

static struct addr source_of(const struct sip_session *ses)
{
	return ses && ses->dialog ? ses->dialog->source : (struct addr){ 0 };
}

/* One that leads nowhere is made all the same: it ends where the others end. */
int sip_hunt_new(struct sip_trans *t, struct str next)
{
	struct sip_session *ses = t->session ? t->session : sip_session_find(t->stack, t->call);
	struct sip_hunt *h = make_for(t->stack, t->last);

	if (!h)
		return t->stack->cfg.resolve ? TG_ENOMEM : TG_ENOTSUP;
	h->trans = t;
	h->marks = t->marks;
	h->last_resort = source_of(ses);
	str_copyz(h->branch, sizeof(h->branch), sip_trans_marked(t, t->marks.branch));
	make_locate(h, next);
	t->hunt = h;
	return 0;
}

void sip_hunt_end(struct sip_trans *t)
{
	if (t->hunt)
		unmake(t->hunt);
	t->hunt = NULL;
}

/* The next server. ------------------------------------------------------------------------------ */
enum step { FOUND, WAITS, NONE };

static bool take_target(struct sip_hunt *h, enum sip_transport transport, const struct addr *to)
{
	h->found = path_for(h, transport, to->family);
	if (!h->found)
		return false;
	h->transport = (uint8_t)transport;
	h->target = *to;
	h->tries += h->request != NULL;
	return true;
}

/* RFC 3263 leaves nothing else; but within a dialog the peer is where it was. */
static enum step take_last_resort(struct sip_hunt *h)
{
	struct addr to = h->last_resort;

	h->last_resort.family = ADDR_NONE;
	if (!sip_is_located(&to) || to.family != h->path->local.family ||
	    !take_target(h, (enum sip_transport)h->path->transport, &to))
		return NONE;
	return FOUND;
}

static enum step next_step(struct sip_hunt *h)
{
	const struct sip_blacklist *b = &h->stack->blacklist;
	const struct sip_answer *a;
	struct sip_locate_step step;

	while (h->locate && h->tries < SIP_HUNT_TRIES) {
		switch (sip_locate_step(h->locate, h->stack->now, b, &step)) {
		case SIP_LOCATE_TARGET:
			if (take_target(h, step.transport, &step.addr))
				return FOUND;
			break;
		case SIP_LOCATE_NONE:
			return take_last_resort(h);
		case SIP_LOCATE_ASK:
			switch (sip_resolve(h->stack, step.type, step.name, &h->wait, &a)) {
			case SIP_RESOLVED:
				sip_locate_answer(h->locate, a->rec, a->nr);
				break;
			case SIP_RESOLVING:
				h->waits = true;
				return WAITS;
			case SIP_UNRESOLVED:
				sip_locate_answer(h->locate, NULL, 0);
				break;
			}
		}
	}
	return h->tries < SIP_HUNT_TRIES ? take_last_resort(h) : NONE;
}

/* Nobody is told of an end from within his own action. */
static void later(struct sip_hunt *h)
{
	h->waits = true;
	h->wait.timer.kind = SIP_TM_HUNT;
	timerq_arm(&h->stack->timers, &h->wait.timer, h->stack->now);
}

/* What makes the dialog: what comes later goes the same way. */
static bool is_first_invite(const struct sip_trans *t)
{
	return t->class->invite && t->session && t->session->invite == t && !t->session->dialog;
}

/* The request for the server that was found; the transaction begins. */
static void launch(struct sip_hunt *h)
{
	const struct sip_place to = { h->found, h->target, h->branch };
	struct sip_trans *t = h->trans;
	struct sip_marks marks;
	struct sip_buf *b;

	if (sip_request_retarget(h->stack, h->request, &h->marks, &to, &marks, &b) < 0) {
		later(h); /* no memory: the next one, or none */
		return;
	}
	sip_trans_move(t, b, &marks);
	if (is_first_invite(t))
		t->session->path = h->found;
	h->found = NULL;
	sip_trans_launch(t);
}

static void send_ack(struct sip_hunt *h)
{
	const struct sip_place to = { h->found, h->target, h->branch };
	struct sip_stack *s = h->stack;
	struct sip_marks marks;
	struct sip_buf *b;

	if (sip_request_retarget(s, h->request, &h->marks, &to, &marks, &b) == 0) {
		sip_out_send(s, b, h->owner);
		sip_buf_retire(s, b);
	}
	unmake(h);
}

/* RFC 3263 5. */
static void send_response(struct sip_hunt *h)
{
	struct sip_stack *s = h->stack;
	bool is_same = !h->found->reliable && addr_eq(&h->target, &h->request->to);
	struct sip_buf *b = is_same ? NULL
				    : sip_buf_new(s, h->found->id, &h->target,
						  str_n(h->request->octets, h->request->len));

	if (b) {
		b->last_way = true;
		sip_out_send(s, b, h->owner);
		sip_buf_retire(s, b);
	}
	unmake(h);
}

static void act(struct sip_hunt *h, enum step step)
{
	while (!h->request && step == FOUND)
		step = next_step(h); /* somebody only wants to know */
	if (step == WAITS)
		return;
	if (step == FOUND && h->trans)
		launch(h);
	else if (step == FOUND && h->response)
		send_response(h);
	else if (step == FOUND)
		send_ack(h);
	else if (h->trans)
		sip_trans_give_up(h->trans);
	else
		unmake(h); /* the 2xx comes again */
}

void sip_hunt_go(struct sip_trans *t)
{
	struct sip_hunt *h = t->hunt;

	if (h->waits)
		return;
	if (h->found || next_step(h) == FOUND)
		launch(h);
	else if (!h->waits)
		later(h);
}

/* Is there somebody who still wants it? */
static bool is_wanted(const struct sip_trans *t)
{
	if (!t->class->invite)
		return true;
	if (t->orphan || !t->session)
		return false;
	return t->session->fsm.state != SES_CANCEL_HELD && t->session->fsm.state != SES_ENDING;
}

void sip_hunt_timer(struct timer *timer)
{
	struct sip_wait *w = container_of(timer, struct sip_wait, timer);
	struct sip_hunt *h = container_of(w, struct sip_hunt, wait);
	const struct sip_answer *a = w->answer;

	if (h->trans && !is_wanted(h->trans)) {
		sip_trans_give_up(h->trans);
		return;
	}
	h->waits = false;
	if (a) {
		sip_resolve_leave(h->stack, w);
		sip_locate_answer(h->locate, a->rec, a->nr);
	}
	act(h, next_step(h));
}

void sip_hunt_cancel(struct sip_trans *t)
{
	struct sip_hunt *h = t->hunt;

	if (h && h->waits)
		later(h);
}

/* Failing over. --------------------------------------------------------------------------------- */
/* The same request in a transaction of its own, for a server that is not known yet. */
static struct sip_trans *another(struct sip_hunt *h)
{
	const struct sip_place nowhere = { h->path, h->request->to, h->branch };
	struct sip_trans *t = h->trans, *next;
	struct sip_marks marks;
	struct sip_buf *b;

	sip_branch_new(h->stack, h->branch);
	if (sip_request_retarget(h->stack, h->request, &h->marks, &nowhere, &marks, &b) < 0)
		return NULL;
	next = sip_trans_client(h->stack, (enum sip_method)t->method, h->branch, b);
	if (!next)
		return NULL;
	next->marks = marks;
	next->tu = t->tu;
	next->token = t->token;
	next->call = t->call;
	next->hunt = h;
	h->trans = next;
	t->hunt = NULL;
	return next;
}

/* Whoever has it has the next one now. */
static void hand_over(struct sip_trans *t, struct sip_trans *next)
{
	struct sip_session *ses = t->session;

	if (t->tu == SIP_TU_SUBSCRIPTION)
		sip_subscription_moved(t, next);
	next->session = ses;
	t->session = NULL;
	t->token = NULL;
	t->tu = SIP_TU_NONE;
	if (!ses)
		return;
	if (ses->bye == t)
		ses->bye = next;
	if (ses->invite == t)
		ses->invite = next;
	if (ses->inside.asked == t)
		ses->inside.asked = next;
}

static void go_on(struct sip_trans *t, struct sip_trans *next)
{
	struct sip_session *ses = t->session;
	struct sip_session_in in = { .trans = next };

	if (ses && ses->invite == t && sip_session_allows(ses, SES_AGAIN)) {
		sip_session_drop_early(ses);
		sip_session_feed(ses, SES_AGAIN, &in);
		return;
	}
	hand_over(t, next);
	sip_trans_start(next);
}

/* RFC 3263 4.3. */
static void remember(struct sip_hunt *h, const struct sip_msg *msg)
{
	struct sip_blacklist *b = &h->stack->blacklist;

	if (sip_locate_is_down(msg))
		sip_blacklist_add(b, h->stack->now, (enum sip_transport)h->transport, &h->target);
	else
		sip_blacklist_clear(b, (enum sip_transport)h->transport, &h->target);
}

bool sip_hunt_goes_on(struct sip_trans *t, enum sip_tell tell, const struct sip_msg *msg)
{
	const struct sip_msg *response = tell == SIP_TELL_RESPONSE ? msg : NULL;
	struct sip_hunt *h = t->hunt;
	struct sip_trans *next = NULL;

	if (response)
		remember(h, response);
	/* who has answered gets it again when it goes once more (RFC 3261 22.2, RFC 4028 7.3) */
	if (response && response->status != 503 && is_first_invite(t))
		t->session->peer = h->target;
	if (response && response->status < 200)
		return false;
	/* a time-out after a provisional response (9.1) says nothing about the server */
	if (!response && is_wanted(t))
		remember(h, NULL);
	if (sip_locate_try_next(response) && is_wanted(t) && next_step(h) != NONE)
		next = another(h);
	if (next)
		go_on(t, next);
	else
		sip_hunt_end(t);
	return next != NULL;
}

/* ACK. ------------------------------------------------------------------------------------------ */
/* Where the branch lies: the build's Via is the first header. */
static bool find_via(struct sip_hunt *h)
{
	struct str all = str_n(h->request->octets, h->request->len), line, via, branch, rest;

	rest = str_split(all, '\n', &line);
	str_split(rest, '\r', &via);
	if (!str_starts(via, STR("Via: ")))
		return false;
	via = str_from(via, 5);
	rest = str_split(via, '=', &branch);
	str_split(rest, ';', &branch);
	h->marks.via = (struct sip_mark){ (uint16_t)(via.p - all.p), (uint16_t)via.len };
	return str_copyz(h->branch, sizeof(h->branch), branch);
}

void sip_hunt_ack(struct sip_stack *s, const struct sip_buf *b, struct sip_owner owner)
{
	struct sip_hunt *h = make_for(s, b);

	if (!h) {
		s->stats.dropped++; /* the 2xx comes again */
		return;
	}
	h->owner = owner;
	h->last_resort = source_of(sip_session_find(s, owner.call));
	if (!find_via(h)) {
		unmake(h);
		return;
	}
	make_locate(h, STR(""));
	act(h, next_step(h));
}

/* Responses. ------------------------------------------------------------------------------------ */
bool sip_response_via(const struct sip_buf *b, struct sip_via *via)
{
	struct str rest = str_n(b->octets, b->len), line;

	if (!str_starts(rest, STR("SIP/2.0 ")))
		return false;
	rest = str_split(rest, '\n', &line);
	str_split(rest, '\n', &line);
	return str_starts(line, STR("Via: ")) &&
	       sip_via_parse(via, str_trim(str_from(line, 5)), NULL) == 0;
}

/* Section 5: as for a request to sent-by, with the transport of the Via. */
static bool sent_by_uri(const struct sip_path *p, const struct sip_buf *b, char *buf, size_t size)
{
	struct sip_via via;
	char port[8] = "";
	int n;

	if (!sip_response_via(b, &via))
		return false;
	if (via.port)
		snprintf(port, sizeof(port), ":%u", via.port);
	n = snprintf(buf, size, via.host_is_ip6 ? "sip:[" STR_FMT "]%s%s" : "sip:" STR_FMT "%s%s",
		     STR_ARG(via.host), port, p->reliable ? p->uri_params : ";transport=udp");
	return n > 0 && (size_t)n < size;
}

void sip_hunt_response(struct sip_stack *s, const struct sip_path *p, const struct sip_buf *b,
		       struct sip_owner owner)
{
	char uri[320];
	struct sip_hunt *h;

	if (!sent_by_uri(p, b, uri, sizeof(uri)))
		return;
	h = make_for(s, b);
	if (!h)
		return;
	h->response = true;
	h->owner = owner;
	h->path = p;
	make_locate(h, str_of(uri));
	act(h, next_step(h));
}

void sip_hunt_sent(const struct sip_trans *t, const struct addr *to)
{
	struct sip_stack *s = t->stack;

	if (!s->cfg.resolve)
		return;
	s->sent[s->next_sent] = (struct sip_sent_response){
		.to = *to, .path = t->path, .key = t->key, .call = sip_trans_owner(t).call
	};
	s->next_sent = (s->next_sent + 1) % SIP_MAX_SENT_RESPONSES;
}

/* What is repeated there: a transaction's, or the 2xx of a session. */
static const struct sip_buf *kept_of(struct sip_stack *s, const struct sip_sent_response *r)
{
	const struct sip_trans *t = sip_trans_server_of(s, r->key);
	const struct sip_session *ses = r->call ? sip_session_find(s, r->call) : NULL;

	if (t && t->last)
		return t->last;
	return ses ? ses->answer : NULL;
}

bool sip_hunt_keep(struct sip_stack *s, struct sip_buf *b)
{
	const struct sip_path *p = sip_path_find(s, b->path);
	struct sip_buf **place = &s->stateless[s->next_stateless];

	if (!s->cfg.resolve || !p || p->reliable || b->len > SIP_MAX_STATELESS_LEN)
		return false;
	sip_buf_retire(s, *place);
	*place = b;
	s->next_stateless = (s->next_stateless + 1) % SIP_MAX_STATELESS;
	return true;
}

static void stateless_failed(struct sip_stack *s, sip_path_id path, const struct addr *to)
{
	for (unsigned i = 1; i <= SIP_MAX_STATELESS; i++) {
		struct sip_buf **place = &s->stateless[(s->next_stateless + SIP_MAX_STATELESS - i) %
						       SIP_MAX_STATELESS];
		struct sip_buf *b = *place;
		if (!b || b->path != path || !addr_eq(&b->to, to))
			continue;
		*place = NULL;
		sip_hunt_response(s, sip_path_find(s, path), b, SIP_NOBODY);
		sip_buf_retire(s, b);
		return;
	}
}

void sip_hunt_sent_failed(struct sip_stack *s, sip_path_id path, const struct addr *to)
{
	for (unsigned i = 1; i <= SIP_MAX_SENT_RESPONSES; i++) {
		struct sip_sent_response *r = &s->sent[(s->next_sent + SIP_MAX_SENT_RESPONSES - i) %
						       SIP_MAX_SENT_RESPONSES];
		const struct sip_buf *b;
		if (r->path != path || !addr_eq(&r->to, to))
			continue;
		r->path = 0;
		b = kept_of(s, r);
		if (!b || b->path != path || !addr_eq(&b->to, to))
			continue;
		sip_hunt_response(s, sip_path_find(s, path), b,
				  (struct sip_owner){ r->call, NULL });
		return;
	}
	stateless_failed(s, path, to);
}

/* Only the answers. ----------------------------------------------------------------------------- */
int sip_stack_look_up(struct sip_stack *s, tick_t now, struct str uri)
{
	struct sip_hunt *h;
	int err;

	if (!s->nr_paths || !uri.len)
		return TG_EINVAL;
	if (!sip_out_room(s))
		return TG_ELIMIT;
	s->now = now;
	sip_out_begin(s, true);
	h = make(s, s->path[0].id);
	if (!h)
		return TG_ENOMEM;
	err = make_locate(h, uri);
	if (err < 0)
		unmake(h);
	else
		act(h, next_step(h));
	return err;
}
