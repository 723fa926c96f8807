/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "isup/variant.h"
#include "sim/world.h"

void record_start(struct world *w)
{
	if (!w->record_mem)
		w->record_mem = mem_sub(w->mem, "record");
	assert_non_null(w->record_mem);
	for (unsigned i = 0; i < w->nr_records; i++)
		mem_drop((void *)w->record[i].octets.p);
	w->nr_records = 0;
}

static struct sim_record *add(struct world *w, struct str octets)
{
	struct sim_record *r = &w->record[w->nr_records];
	char *copy;

	if (!w->record_mem || w->nr_records == SIM_RECORDS)
		return NULL;
	w->nr_records++;
	*r = (struct sim_record){ .at = w->now };
	if (octets.len) {
		copy = mem_alloc(w->record_mem, octets.len);
		assert_non_null(copy);
		memcpy(copy, octets.p, octets.len);
		r->octets = str_n(copy, octets.len);
	}
	return r;
}

void record_add_sip(struct world *w, bool to_gateway, struct str octets)
{
	struct sim_record *r = add(w, octets);
	struct sip_msg m;
	char what[24];

	if (!r)
		return;
	if (sip_msg_parse(&m, r->octets, NULL) < 0)
		snprintf(what, sizeof(what), "nonsense");
	else if (m.is_request)
		snprintf(what, sizeof(what), "%s", sip_method_name(m.method));
	else if (m.cseq_method == SIP_INVITE)
		snprintf(what, sizeof(what), "%u", m.status);
	else
		snprintf(what, sizeof(what), "%u:%s", m.status, sip_method_name(m.cseq_method));
	/* a phone on the left sends to the right */
	snprintf(r->name, sizeof(r->name), "sip%c%s%s", to_gateway ? '>' : '<', what,
		 m.body.len ? "+sdp" : "");
}

void record_add_isup(struct world *w, bool to_gateway, const struct mtp_prim *p)
{
	struct sim_record *r = p->type == MTP_TRANSFER ? add(w, p->sif) : NULL;
	char name[8];

	if (r && p->sif.len > 2)
		snprintf(r->name, sizeof(r->name), "isup%c%s", to_gateway ? '<' : '>',
			 isup_msg_name((uint8_t)p->sif.p[2], name));
}

void record_add_media(struct world *w, const char *what, unsigned through)
{
	static const char *const names[] = { ":cut", ":to_rtp", ":from_rtp", ":both" };
	struct sim_record *r = add(w, (struct str){ 0 });

	if (!r)
		return;
	r->media = true;
	snprintf(r->name, sizeof(r->name), "%s%s", what, through < 4 ? names[through] : "");
}

const char *record_print(const struct world *w, bool media, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < w->nr_records; i++)
		if (w->record[i].media == media && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? " " : "",
						w->record[i].name);
	return buf;
}

static void check(struct world *w, bool media, const char *expected)
{
	char got[SIM_RECORDS * 20];

	record_print(w, media, got, sizeof(got));
	if (strcmp(got, expected) == 0)
		return;
	print_message("# expected: %s\n# got:      %s\n", expected, got);
	world_fail(w, "the flow is another one");
}

void record_check(struct world *w, const char *expected)
{
	check(w, false, expected);
}

void record_check_media(struct world *w, const char *expected)
{
	check(w, true, expected);
}

static bool is_named(const struct sim_record *r, const char *name)
{
	size_t len = strlen(name);

	return strncmp(r->name, name, len) == 0 &&
	       (r->name[len] == '\0' || strcmp(r->name + len, "+sdp") == 0);
}

unsigned record_count(const struct world *w, const char *name)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < w->nr_records; i++)
		nr += is_named(&w->record[i], name);
	return nr;
}

static const struct sim_record *last(struct world *w, const char *name)
{
	for (unsigned i = w->nr_records; i-- > 0;)
		if (is_named(&w->record[i], name))
			return &w->record[i];
	world_fail(w, "there was no %s", name);
	return NULL;
}

void record_sip(struct world *w, const char *name, struct sip_msg *m)
{
	assert_int_equal(sip_msg_parse(m, last(w, name)->octets, NULL), 0);
}

void record_isup(struct world *w, const char *name, struct isup_msg *m)
{
	const struct isup_variant *v = w->cfg.variant ? isup_variant_find(str_of(w->cfg.variant))
						      : &isup_itu;

	assert_int_equal(isup_msg_dec(m, v, last(w, name)->octets, NULL), 0);
}

int record_reason(struct world *w, const char *name)
{
	struct sip_msg m;

	record_sip(w, name, &m);
	return sip_msg_reason_cause(&m, STR("Q.850"), NULL);
}

struct isup_cause record_cause(struct world *w, const char *name)
{
	struct isup_cause c = { 0 };
	struct isup_msg m;

	record_isup(w, name, &m);
	isup_get_cause(&m, &c);
	return c;
}
