/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/match: which transaction a message belongs to: RFC 3261 17.1.3, 17.2.3 with the fallback for
 * RFC 2543 senders, and merged requests, 8.2.2.2.
 */
#include <stdio.h>

#include "sip/trans.h"

#define TRANS(l, member) container_of(l, struct sip_trans, member)

/* 17.1.3: branch and method. */
static struct sip_key client_key(const struct sip_stack *s, struct str branch, struct str method)
{
	struct str parts[] = { branch, method };

	return sip_key_of(s, parts, 2);
}

/* 17.2.3: branch, sent-by and method; of a sender without the cookie its Request-URI, From tag,
 * Call-ID, CSeq number, Via and method. The To tag is left out: within a dialog the number tells
 * requests apart, outside it only an ACK has one, and that must match. */
static struct sip_key server_key(const struct sip_stack *s, const struct sip_msg *m,
				 enum sip_method method)
{
	struct str name = str_of(sip_method_name(method));
	struct str port = str_n(&m->via.port, sizeof(m->via.port));
	struct str cseq = str_n(&m->cseq, sizeof(m->cseq));
	struct str now[] = { m->via.branch, m->via.host, port, name };
	struct str then[] = { m->uri.text, m->from.tag, m->call_id, cseq, m->via.text, name };

	if (str_starts(m->via.branch, STR(SIP_COOKIE)))
		return sip_key_of(s, now, 4);
	return sip_key_of(s, then, 6);
}

static struct sip_key merge_key(const struct sip_stack *s, const struct sip_msg *m)
{
	struct str cseq = str_n(&m->cseq, sizeof(m->cseq));
	struct str parts[] = { m->from.tag, m->call_id, cseq, m->cseq_method_name };

	return sip_key_of(s, parts, 4);
}

static struct sip_key target_key(const struct sip_stack *s, sip_path_id path, const struct addr *to)
{
	struct str parts[] = { str_n(&path, sizeof(path)), str_n(&to->port, sizeof(to->port)),
			       str_n(to->ip, to->family == ADDR_IP4 ? 4 : 16) };

	return sip_key_of(s, parts, 3);
}

void sip_match_add_client(struct sip_trans *t, const char *branch)
{
	struct str method = str_of(sip_method_name((enum sip_method)t->method));
	struct sip_stack *s = t->stack;

	t->key = client_key(s, str_of(branch), method);
	t->merge = target_key(s, t->path, &t->peer);
	htab_add(&s->clients, &t->link, t->key.a);
	htab_add(&s->targets, &t->other, t->merge.a);
}

void sip_match_add_server(struct sip_trans *t)
{
	struct sip_stack *s = t->stack;

	t->key = server_key(s, &s->rx.msg, (enum sip_method)t->method);
	t->merge = merge_key(s, &s->rx.msg);
	htab_add(&s->servers, &t->link, t->key.a);
	htab_add(&s->merges, &t->other, t->merge.a);
}

static struct sip_trans *find(const struct htab *tab, struct sip_key key)
{
	struct htab_link *l;

	htab_for_each(l, tab, key.a)
		if (sip_key_eq(TRANS(l, link)->key, key))
			return TRANS(l, link);
	return NULL;
}

struct sip_trans *sip_trans_find_client(struct sip_stack *s)
{
	const struct sip_msg *m = &s->rx.msg;

	return find(&s->clients, client_key(s, m->via.branch, m->cseq_method_name));
}

struct sip_trans *sip_trans_find_server(struct sip_stack *s, enum sip_method method)
{
	return find(&s->servers, server_key(s, &s->rx.msg, method));
}

struct sip_trans *sip_trans_server_of(struct sip_stack *s, struct sip_key key)
{
	return find(&s->servers, key);
}

bool sip_trans_merged(struct sip_stack *s)
{
	struct sip_key key = merge_key(s, &s->rx.msg);
	struct htab_link *l;

	htab_for_each(l, &s->merges, key.a)
		if (sip_key_eq(TRANS(l, other)->merge, key))
			return true;
	return false;
}

void sip_match_move_client(struct sip_trans *t)
{
	struct sip_stack *s = t->stack;

	htab_del(&s->targets, &t->other);
	t->merge = target_key(s, t->path, &t->peer);
	htab_add(&s->targets, &t->other, t->merge.a);
}

static bool has_no_response(const struct sip_trans *t)
{
	return t->fsm.state == (t->class->invite ? ICT_CALLING : NICT_TRYING);
}

static void target_failed(struct sip_stack *s, sip_path_id path, const struct addr *to,
			  bool unanswered_only)
{
	struct sip_key key = target_key(s, path, to);
	struct htab_link *l;

	htab_for_each(l, &s->targets, key.a) {
		struct sip_trans *t = TRANS(l, other);
		if (!sip_key_eq(t->merge, key) || t->failed || !timer_armed(&t->life) ||
		    sip_fsm_ignores(&t->fsm, t->class->transport_event) ||
		    (unanswered_only && !has_no_response(t)))
			continue;
		t->failed = true;
		timerq_arm(&s->timers, &t->life, s->now);
	}
}

void sip_trans_target_failed(struct sip_stack *s, sip_path_id path, const struct addr *to)
{
	target_failed(s, path, to, false);
}

void sip_trans_conn_failed(struct sip_stack *s, sip_path_id path, const struct addr *to)
{
	target_failed(s, path, to, true);
}

bool sip_fsm_ignores(const struct fsm *f, uint8_t event)
{
	for (int class = 0; class < FSM_CLASSES; class ++) {
		const struct fsm_row *r = fsm_class_row(f->def, class, f->state, event, NULL);
		if (r)
			return r->ignore != NULL;
	}
	return true;
}
