/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mtp3: the tables, labels, link tests, what neighbours say of routes, and what is not for us. */
#include "ss7/mtp2_internal.h"
#include "ss7/mtp3_internal.h"

#include "unit/support.h"

#define US   1
#define A    2 /* neighbours */
#define B    3
#define FAR  9
#define PRIM 32

/* Us (0) and two neighbours (1, 2); link i of ours leads to neighbour i. */
static struct world {
	struct mem *mem;
	struct mtp3 *t[3];
	tick_t now;
	struct mtp_prim said[PRIM]; /* to our users */
	uint8_t sif[PRIM];	    /* first octet of a TRANSFER */
	unsigned nr;
	struct mtp3_held last[2]; /* what we sent over link i last */
} w;

static void drain(unsigned n)
{
	struct mtp_prim p;

	while (mtp3_next_out(w.t[n], &p))
		if (n == 0) {
			assert_true(w.nr < PRIM);
			w.sif[w.nr] = p.sif.len ? (uint8_t)p.sif.p[0] : 0;
			w.said[w.nr++] = p;
		}
}

static bool carry_one(unsigned from, unsigned link, unsigned to, unsigned to_link)
{
	uint8_t buf[MTP2_MAX_UNIT];
	size_t len = mtp3_link_next_tx(w.t[from], w.now, link, buf);

	drain(from);
	if (from == 0 && len > MTP2_HEADER + 1) {
		w.last[link].len = (uint16_t)(len - MTP2_HEADER);
		memcpy(w.last[link].octet, buf + MTP2_HEADER, len - MTP2_HEADER);
	}
	if (len)
		mtp3_link_rx(w.t[to], w.now, to_link, str_n(buf, len));
	drain(to);
	return len > 0;
}

static void carry(void)
{
	bool more;

	do {
		more = false;
		for (unsigned i = 0; i < 2; i++) {
			more = carry_one(0, i, i + 1, 0) || more;
			more = carry_one(i + 1, 0, 0, i) || more;
		}
	} while (more);
}

static void pass(int64_t ms)
{
	tick_t until = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at = TICK_NEVER;

		for (unsigned n = 0; n < 3; n++)
			at = tick_min(at, mtp3_deadline(w.t[n]));
		if (tick_before(until, at))
			break;
		w.now = at;
		for (unsigned n = 0; n < 3; n++)
			if (tick_due(mtp3_deadline(w.t[n]), w.now)) {
				mtp3_tick(w.t[n], w.now);
				drain(n);
			}
		carry();
	}
	w.now = until;
}

static struct mtp3_cfg config(unsigned n, enum mtp3_variant variant)
{
	struct mtp3_cfg c = {
		.variant = variant, .own_pc = US + n, .ni = 2, .nr_linksets = 1, .nr_links = 1
	};

	strcpy(c.linkset[0].name, "us");
	c.linkset[0].adjacent_pc = US;
	if (n)
		return c;
	c.nr_linksets = c.nr_links = c.nr_routes = 2;
	for (unsigned i = 0; i < 2; i++) {
		c.linkset[i].name[0] = "AB"[i];
		c.linkset[i].adjacent_pc = i ? B : A;
		c.link[i].linkset = i;
		c.route[i] = (struct mtp3_route_cfg){ FAR, 0xffffff, i, (uint8_t)(1 + i) };
	}
	c.nr_dests = 1;
	c.dest[0] = FAR;
	return c;
}

static void activate(void)
{
	for (unsigned n = 0; n < 3; n++) {
		mtp3_activate_all(w.t[n], w.now);
		carry();
	}
}

static void begin(enum mtp3_variant variant)
{
	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	for (unsigned n = 0; n < 3; n++) {
		struct mtp3_cfg c = config(n, variant);
		w.t[n] = mtp3_new(w.mem, &c);
		assert_non_null(w.t[n]);
		drain(n);
	}
	activate();
	assert_int_equal(w.nr, 3); /* PAUSE for all */
	pass(12000);
	assert_true(mtp3_available(w.t[0], FAR));
	assert_int_equal(w.nr, 6);
	w.nr = 0;
}

static void end(void)
{
	mem_free(w.mem);
}

static void say_route(unsigned neighbour, uint8_t heading, uint32_t pc)
{
	uint8_t octets[3];

	mtp3_put_pc(w.t[neighbour], octets, pc);
	mtp3_snm_tx(&w.t[neighbour]->set[0], NULL, heading, 0,
		    str_n(octets, mtp3_pc_octets(w.t[0]->cfg.variant)));
	carry();
}

static int send(uint32_t dpc, uint8_t sls)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .dpc = dpc, .sls = sls, .si = MTP_SI_ISUP, .ni = 2 },
			      .sif = OCTETS("01 00 0c 02 00 02") };
	int err = mtp3_tx(w.t[0], w.now, &p);

	carry();
	return err;
}

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&mtp3_act_def, "mtp3_act");
	check_fsm(&mtp3_change_def, "mtp3_change");
	check_fsm(&mtp3_inhibit_def, "mtp3_inhibit");
	check_fsm(&mtp3_set_def, "mtp3_set");
	check_fsm(&mtp3_restart_def, "mtp3_restart");
}

static void test_labels(void **state)
{
	static const struct {
		enum mtp3_variant variant;
		uint32_t dpc, opc;
		uint8_t sls;
		const char *octets;
	} rows[] = {
		{ MTP3_ITU, 0x1234, 0x0567, 9, "85 34 d2 59 91 aa" },
		{ MTP3_ANSI, 0x010203, 0xf0e0d0, 0x1f, "85 03 02 01 d0 e0 f0 1f aa" },
		{ MTP3_CHINA, 0x010203, 0xf0e0d0, 0x0f, "85 03 02 01 d0 e0 f0 0f aa" },
		{ MTP3_JAPAN, 0x0102, 0xf0e0, 0x0f, "85 02 01 e0 f0 0f aa" },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct mtp3 t = { .cfg = { .variant = rows[i].variant } };
		struct mtp_label l = {
			.dpc = rows[i].dpc, .opc = rows[i].opc, .sls = rows[i].sls, .si = 5, .ni = 2
		};
		struct mtp3_msg m;
		uint8_t buf[MTP2_MAX_MSU];
		size_t len = mtp3_enc(&t, &l, OCTETS("aa"), buf);

		assert_octets_equal(str_n(buf, len), OCTETS(rows[i].octets));
		assert_int_equal(mtp3_dec(&t, str_n(buf, len), &m), 0);
		assert_memory_equal(&m.label, &l, sizeof(l));
		assert_octets_equal(m.body, OCTETS("aa"));
		assert_int_equal(mtp3_dec(&t, str_n(buf, len - 2), &m), TG_ETRUNC);
	}
}

/* T1.111.4: rotated once by who sends it; ITU leaves it. */
static void test_sls_rotation(void **state)
{
	static const struct {
		enum mtp3_variant variant;
		uint8_t bits, user, line;
	} rows[] = {
		{ MTP3_ANSI, 5, 0x01, 0x10 },  { MTP3_ANSI, 5, 0x12, 0x09 },
		{ MTP3_ANSI, 5, 0x1f, 0x1f },  { MTP3_ANSI, 8, 0x01, 0x80 },
		{ MTP3_ANSI, 8, 0xa6, 0x53 },  { MTP3_ITU, 4, 0x09, 0x09 },
		{ MTP3_CHINA, 4, 0x09, 0x09 },
	};

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		struct mtp3 t = { .cfg = { .variant = rows[i].variant, .sls_bits = rows[i].bits } };

		assert_int_equal(mtp3_sls_out(&t, rows[i].user), rows[i].line);
		assert_int_equal(mtp3_sls_in(&t, rows[i].line), rows[i].user);
	}
	begin(MTP3_ANSI);
	assert_int_equal(send(A, 0x03), 0);
	assert_octets_equal(str_n(w.last[0].octet, 8), OCTETS("85 02 00 00 01 00 00 11"));
	end();
}

/* Two link sets of one priority: ANSI takes the lowest bit of the SLS, ITU the highest. */
static void test_combined_link_sets(void **state)
{
	(void)state;
	for (enum mtp3_variant v = MTP3_ITU; v <= MTP3_ANSI; v++) {
		begin(v);
		w.t[0]->cfg.route[1].priority = 1;
		for (uint8_t sls = 0; sls < 1u << w.t[0]->cfg.sls_bits; sls++) {
			unsigned by = v == MTP3_ANSI ? sls & 1 : sls >> 3;

			assert_ptr_equal(mtp3_link_to(w.t[0], FAR, sls), &w.t[0]->link[by]);
		}
		end();
	}
}

static void test_alignment(void **state)
{
	struct mtp3_link_info info;

	(void)state;
	for (enum mtp3_variant v = MTP3_ITU; v <= MTP3_JAPAN; v++) {
		begin(v);
		mtp3_link_info(w.t[0], 0, &info);
		assert_true(info.available);
		assert_int_equal(send(A, 3), 0);
		assert_int_equal(send(FAR, 3), 0);
		end();
	}
}

/* TFP of the first choice: the second; of both: PAUSE; TFR: better than nothing. */
static void test_routes(void **state)
{
	struct mtp3_stats s;

	(void)state;
	begin(MTP3_ITU);
	w.last[0].len = w.last[1].len = 0;
	say_route(1, MTP3_TFP, FAR);
	assert_int_equal(w.nr, 0);
	assert_int_equal(send(FAR, 1), 0);
	assert_int_equal(w.last[0].len, 0);
	assert_octets_equal(str_n(w.last[1].octet, w.last[1].len),
			    OCTETS("85 09 40 00 10 01 00 0c 02 00 02"));
	say_route(2, MTP3_TFP, FAR);
	assert_int_equal(w.nr, 1);
	assert_int_equal(w.said[0].type, MTP_PAUSE);
	assert_int_equal(w.said[0].label.dpc, FAR);
	assert_int_equal(send(FAR, 1), TG_ESTATE);
	pass(46000); /* T10: both are asked */
	mtp3_stats(w.t[0], &s);
	assert_octets_equal(str_n(w.last[0].octet, w.last[0].len),
			    OCTETS("80 02 40 00 00 15 09 00"));
	say_route(2, MTP3_TFR, FAR);
	assert_int_equal(w.said[1].type, MTP_RESUME);
	assert_int_equal(send(FAR, 1), 0);
	say_route(1, MTP3_TFA, FAR);
	w.last[1].len = 0;
	assert_int_equal(send(FAR, 1), 0);
	assert_int_equal(w.last[1].len, 0);
	end();
}

/* Catalogue G11: nonsense about ourselves and the neighbour changes nothing. */
static void test_nonsense_about_us(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	say_route(1, MTP3_TFP, US);
	say_route(1, MTP3_TFA, US);
	say_route(1, MTP3_TFP, A);
	say_route(1, MTP3_TFP, 0x3fff);
	assert_int_equal(w.nr, 0);
	assert_true(mtp3_available(w.t[0], A));
	assert_int_equal(send(A, 0), 0);
	end();
}

static void test_status(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	mtp3_snm_tx(&w.t[1]->set[0], NULL, MTP3_TFC, 0, OCTETS("09 40"));
	mtp3_snm_tx(&w.t[1]->set[0], NULL, MTP3_UPU, 0, OCTETS("02 00 15"));
	carry();
	assert_int_equal(w.nr, 2);
	assert_int_equal(w.said[0].type, MTP_STATUS);
	assert_int_equal(w.said[0].cause, MTP_STATUS_CONGESTION);
	assert_int_equal(w.said[0].congestion_level, 1);
	assert_int_equal(w.said[1].cause, MTP_STATUS_UPU_UNEQUIPPED);
	assert_int_equal(w.said[1].label.dpc, A);
	end();
}

/* 13.7: TFC of a level is tested by RCT, one priority lower, until no TFC answers. */
static void test_route_set_congestion_test(void **state)
{
	(void)state;
	begin(MTP3_ANSI);
	mtp3_snm_tx(&w.t[1]->set[0], NULL, MTP3_TFC, 0, OCTETS("09 00 00 03"));
	carry();
	assert_int_equal(w.nr, 1);
	assert_int_equal(w.said[0].congestion_level, 3);
	pass(2400);
	assert_int_equal(w.t[0]->dest[0].level, 3);
	pass(200); /* T15 */
	assert_octets_equal(str_n(w.last[0].octet, w.last[0].len),
			    OCTETS("a0 09 00 00 01 00 00 00 13"));
	mtp3_snm_tx(&w.t[1]->set[0], NULL, MTP3_TFC, 0, OCTETS("09 00 00 03"));
	carry();
	assert_int_equal(w.nr, 2);
	pass(2600 + 1500);
	assert_int_equal(w.t[0]->dest[0].level, 3);
	pass(200); /* T16 */
	assert_int_equal(w.t[0]->dest[0].level, 2);
	assert_octets_equal(str_n(w.last[0].octet, 1), OCTETS("90"));
	pass(1700);
	assert_int_equal(w.t[0]->dest[0].level, 1);
	pass(1700);
	assert_int_equal(w.t[0]->dest[0].level, 0);
	w.last[0].len = 0;
	pass(20000);
	assert_int_equal(w.last[0].len, 0);
	assert_int_equal(w.nr, 2);
	end();
}

/* 11.2.3: our own link's queue is long: STATUS at once and for each eighth message. */
static void test_own_congestion(void **state)
{
	(void)state;
	begin(MTP3_ITU);
	mtp3_link_congestion(&w.t[0]->link[0], 2);
	drain(0);
	assert_int_equal(w.nr, 2); /* A, and FAR over A */
	w.nr = 0;
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(send(FAR, 1), 0);
	assert_int_equal(w.nr, 2);
	assert_int_equal(w.said[1].type, MTP_STATUS);
	assert_int_equal(w.said[1].label.dpc, FAR);
	assert_int_equal(w.said[1].congestion_level, 2);
	mtp3_link_congestion(&w.t[0]->link[0], 0);
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(send(FAR, 1), 0);
	assert_int_equal(w.nr, 2);
	end();
}

static void inject(const char *hex)
{
	struct str o = OCTETS(hex);

	assert_int_equal(w.t[1]->link[0].l2.ops->tx(w.t[1]->link[0].l2.self, w.now, o), 0);
	carry();
}

/* Q.703 7.3: the first link of a set proves for a short time, one beside another that carries traffic
 * for long. */
static void test_emergency(void **state)
{
	struct mtp3_set *set;

	(void)state;
	begin(MTP3_ITU);
	set = &w.t[0]->set[0];
	mtp3_activate(w.t[0], w.now, 0, false);
	carry();
	set->link[set->nr_links++] = &w.t[0]->link[1]; /* which is available */
	mtp3_activate(w.t[0], w.now, 0, true);
	set->nr_links--;
	assert_false(set->link[0]->mtp2->emergency);
	mtp3_activate(w.t[0], w.now, 0, false);
	carry();
	mtp3_activate(w.t[0], w.now, 0, true);
	assert_true(set->link[0]->mtp2->emergency);
	pass(4000);
	assert_true(set->link[0]->available);
	end();
}

/* G11: not for us, of another network, of another user, too short. */
static void test_not_for_us(void **state)
{
	struct mtp3_stats s;

	(void)state;
	begin(MTP3_ITU);
	inject("85 07 80 00 00 01 00 0c");
	inject("05 01 80 00 00 01 00 0c");
	inject("83 01 80 00 00 01 00 0c"); /* SCCP: UPU goes back */
	inject("85 01 80");
	inject("80 01 80 00 00");
	inject("81 01 80 00 00 11 f0 01"); /* a test of 15 octets that has one */
	mtp3_stats(w.t[0], &s);
	assert_int_equal(s.not_ours, 1);
	assert_int_equal(s.bad_ni, 1);
	assert_int_equal(s.no_user, 1);
	assert_int_equal(s.malformed, 3);
	assert_octets_equal(str_n(w.last[0].octet, w.last[0].len),
			    OCTETS("80 02 40 00 00 1a 01 00 13"));
	assert_int_equal(w.nr, 0);
	inject("85 01 80 00 f0 01 00 0c");
	assert_int_equal(w.nr, 1);
	assert_int_equal(w.said[0].label.opc, A);
	assert_int_equal(w.said[0].label.sls, 15);
	assert_int_equal(w.sif[0], 1);
	end();
}

/* G11: the messages of one circuit on changing SLS, in any order: passed on as they come. */
static void test_any_sls(void **state)
{
	static const uint8_t order[] = { 3, 0, 15, 3, 8, 1 };

	(void)state;
	begin(MTP3_ITU);
	for (size_t i = 0; i < NR_OF(order); i++) {
		uint8_t msu[] = { 0x85, 0x01, 0x80, 0, (uint8_t)(order[i] << 4), 1, 0, 0x0c };

		assert_int_equal(w.t[1]->link[0].l2.ops->tx(w.t[1]->link[0].l2.self, w.now,
							    str_n(msu, sizeof(msu))),
				 0);
		carry();
		assert_int_equal(w.nr, i + 1);
		assert_int_equal(w.said[i].type, MTP_TRANSFER);
		assert_int_equal(w.said[i].label.sls, order[i]);
	}
	end();
}

/* A COO may come late, when level 2 has begun anew (T17): what it is told is of before. */
static void test_number_heard_last(void **state)
{
	struct mtp3_link *k;
	uint32_t heard;

	(void)state;
	begin(MTP3_ITU);
	k = &w.t[0]->link[0];
	inject("85 01 80 00 00 01 00 0c");
	heard = k->l2.ops->bsnt(k->l2.self);
	assert_int_not_equal(heard, 127);
	mtp3_activate(w.t[1], w.now, 0, false);
	carry();
	pass(1200);
	assert_int_equal(k->act.state, ACT_ALIGNING);
	assert_int_equal(k->l2.ops->bsnt(k->l2.self), 127);
	mtp3_note_bsnt(k);
	assert_int_equal(k->bsnt, heard);
	end();
}

/* A neighbour with another point code than is configured: the link does not come up, and the log
 * says why. */
static void test_wrong_point_code(void **state)
{
	struct mtp3_link_info info;
	struct mtp3_cfg c;

	(void)state;
	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	log_capture_start();
	for (unsigned n = 0; n < 3; n++) {
		c = config(n, MTP3_ITU);
		if (n == 1)
			c.own_pc = 77;
		w.t[n] = mtp3_new(w.mem, &c);
		drain(n);
	}
	activate();
	pass(25000);
	mtp3_link_info(w.t[0], 0, &info);
	assert_false(info.available);
	assert_true(info.slt_failures > 0);
	assert_true(log_captured("no SLTA for two tests"));
	log_capture_stop();
	end();
}

static void make_once(void *ctx)
{
	struct mem *m = mem_root("test");
	struct mtp3_cfg c = config(0, MTP3_ITU);

	(void)ctx;
	if (m)
		mtp3_free(mtp3_new(m, &c));
	mem_free(m);
}

static void test_allocations(void **state)
{
	struct mem *m = mem_root("test");
	struct mtp3_cfg c = config(0, MTP3_ITU);

	(void)state;
	assert_true(walk_allocations(make_once, NULL) > 5);
	c.link[1].linkset = 7;
	assert_null(mtp3_new(m, &c));
	c = config(0, MTP3_ITU);
	c.link[1].linkset = 0; /* the same SLC twice */
	assert_null(mtp3_new(m, &c));
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_sls_rotation),
		cmocka_unit_test(test_combined_link_sets),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_nonsense_about_us),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_emergency),
		cmocka_unit_test(test_route_set_congestion_test),
		cmocka_unit_test(test_own_congestion),
		cmocka_unit_test(test_not_for_us),
		cmocka_unit_test(test_any_sls),
		cmocka_unit_test(test_number_heard_last),
		cmocka_unit_test(test_wrong_point_code),
		cmocka_unit_test(test_allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
