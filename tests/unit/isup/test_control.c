/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Call control beside the machine of test_circuit: user part availability, SUS, COT, INR, transit,
 * unknown parameters; and what is hostile or silent (t_G01, t_G02, t_G06, t_G07).
 */
#include "base/log.h"
#include "unit/isup/world.h"

#define FREE(i) isup_circuit_is_free(x, id[(i)-1])

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[40];

static int setup(void **state)
{
	(void)state;
	world_now = TICK_ZERO;
	mem = mem_root("test");
	x = a_stack(mem, OPC, DPC, 40, id);
	assert_non_null(x);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static const char *after(int64_t ms)
{
	world_now = tick_add_ms(world_now, ms);
	assert_int_equal(isup_deadline(x).us, world_now.us);
	isup_tick(x, world_now);
	return outs(x);
}

static const char *said(int rc)
{
	assert_int_equal(rc, 0);
	return outs(x);
}

/* 2.13 with T4 */
static void test_user_part(void **state)
{
	(void)state;
	rx(x, ISUP_UPT);
	assert_string_equal(outs(x), "SEND UPA; ");
	assert_int_equal(isup_user_part_unavailable(x, world_now, 77), TG_ENOENT);
	assert_true(isup_reaches(x, DPC) && !isup_reaches(x, 77));
	assert_int_equal(isup_user_part_unavailable(x, world_now, DPC), 0);
	assert_false(FREE(1) || isup_reaches(x, DPC));
	assert_string_equal(after(300000), "SEND UPT; ");
	assert_string_equal(after(300000), "SEND UPT; ");
	assert_string_equal(said(rx(x, ISUP_UPA)), "");
	assert_true(FREE(1));
	assert_nothing_left(x);
	isup_user_part_unavailable(x, world_now, DPC);
	rx(x, ISUP_RLC); /* any message will do */
	assert_nothing_left(x);
}

/* Calls: SUS with T2 and T6, COT with T8, INR with T33. ----------------------------------------- */
static struct isup_msg sus(uint8_t type, uint8_t by)
{
	struct isup_msg m = a_msg(type, 1);

	isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, by);
	return m;
}

static void rx_msg(struct isup_msg m)
{
	assert_int_equal(rx_with(x, m), 0);
	outs(x);
}

static void assert_no_timer(void)
{
	assert_true(tick_is_never(isup_deadline(x)));
}

static void test_suspend(void **state)
{
	static const int64_t ms[] = { 180000, 120000 };
	static const char *const rel[] = { "CALL REL 102 local T2; SEND REL 102; ",
					   "CALL REL 102 local T6; SEND REL 102; " };

	(void)state;
	for (uint8_t by = 0; by < 2; by++) {
		tx(x, id[0], ISUP_IAM);
		rx(x, ISUP_CON);
		outs(x);
		rx_msg(sus(ISUP_SUS, by));
		rx_msg(sus(ISUP_SUS, !by)); /* the first one counts */
		rx_msg(sus(ISUP_RES, !by));
		rx_msg(sus(ISUP_RES, by));
		assert_no_timer();
		rx_msg(sus(ISUP_SUS, by));
		assert_string_equal(after(ms[by]), rel[by]);
		rx(x, ISUP_RLC);
		outs(x);
	}
	assert_nothing_left(x);
}

static void test_cot_and_inr(void **state)
{
	struct isup_msg iam = a_msg(ISUP_IAM, 1);

	(void)state;
	isup_put_nci(&iam, &(struct isup_nci){ .continuity = 1 });
	rx_msg(iam);
	assert_string_equal(after(10000), "STOP; CALL REL 41 local T8; SEND REL 41; ");
	rx(x, ISUP_RLC);
	outs(x);
	rx_msg(iam);
	assert_string_equal(said(rx(x, ISUP_COT)), "STOP; CALL COT; ");
	assert_no_timer();
	assert_string_equal(said(tx(x, id[0], ISUP_INR)), "SEND INR; ");
	assert_string_equal(said(rx(x, ISUP_INF)), "CALL INF; ");
	assert_no_timer();
	tx(x, id[0], ISUP_INR);
	outs(x);
	assert_string_equal(after(12000), "CALL REL 41 local T33; SEND REL 41; ");
	rx(x, ISUP_RLC);
	outs(x);
	assert_nothing_left(x);
}

/* In a transit exchange the ends have T6 and T9. */
static void test_transit(void **state)
{
	struct rng_seeded seed;
	struct isup_cfg cfg = { .opc = OPC,
				.max_circuits = 1,
				.role = ISUP_TRANSIT,
				.rng = rng_seeded_init(&seed, 1) };

	(void)state;
	isup_free(x);
	x = isup_new(mem, &cfg);
	isup_circuit_add(x, &(struct isup_circuit_cfg){ .dpc = DPC, .cic = 1 }, id);
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	assert_no_timer();
	rx(x, ISUP_ANM);
	rx_msg(sus(ISUP_SUS, 1));
	assert_no_timer();
}

/* 2.9.5.2: a message that nobody knows, by its instructions or by the variant; in transit it goes
 * on, to another variant too. */
static void test_unknown_messages(void **state)
{
	static const struct {
		const char *rest, *end, *transit;
	} rows[] = {
		{ "01 38 01 80 00", "", "CALL 0xfa; " }, /* pass */
		{ "01 38 01 81 00", "", "" },		 /* for each */
		{ "01 38 01 82 00", "CALL REL 97 local; SEND REL 97; ",
		  "CALL 0xfa; " }, /* release */
		{ "01 38 01 83 00", "CALL REL 97 local; SEND REL 97; ",
		  "CALL REL 97 local; SEND REL 97; " },
		{ "01 38 01 84 00", "SEND CFN 97; ", "CALL 0xfa; " }, /* notify */
		{ "01 38 01 8d 00", "SEND CFN 97; ", "SEND CFN 97; " },
		{ "00", "SEND CFN 97; ", "SEND CFN 97; " }, /* says nothing: the variant does */
	};
	char hex[80];

	(void)state;
	for (size_t i = 0; i < 2 * NR_OF(rows); i++) {
		bool transit = i % 2;
		isup_circuit_role(x, id[0], transit ? ISUP_TRANSIT : ISUP_END);
		tx(x, id[0], ISUP_IAM);
		isup_circuit_role(x, id[0], transit ? ISUP_TRANSIT : ISUP_END);
		rx(x, ISUP_ACM);
		outs(x);
		snprintf(hex, sizeof(hex), "0100 fa %s", rows[i / 2].rest);
		isup_rx(x, world_now, DPC, octets_of(hex));
		assert_string_equal(outs(x), transit ? rows[i / 2].transit : rows[i / 2].end);
		rx(x, ISUP_REL);
		rx(x, ISUP_RLC);
		outs(x);
	}
}

/* What was passed on is sent as it came, by an exchange that does not know it either. */
static void test_unknown_message_goes_on(void **state)
{
	struct isup_msg m;
	struct isup_out o;

	(void)state;
	assert_int_equal(isup_msg_dec(&m, &isup_ansi95, OCTETS("0700 fa 01 38 01 80 fd 02 aabb 00"),
				      NULL),
			 TG_ENOTSUP);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ESTATE);
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), 0);
	assert_true(isup_next_out(x, &o));
	assert_octets_equal(o.octets, OCTETS("0100 fa 01 38 01 80 fd 02 aabb 00"));
	assert_string_equal(outs(x), "");
	/* but what only the other has does not go */
	assert_int_equal(isup_msg_dec(&m, &isup_ansi95, OCTETS("0700 ec"), NULL), 0);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ENOTSUP);
	isup_msg_init(&m, 0xfa, 1);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ENOTSUP);
	isup_msg_init(&m, ISUP_EXM, 1);
	assert_int_equal(isup_tx(x, world_now, id[0], &m), TG_ENOTSUP);
}

/* Q.850: REL says which message or parameter it was. */
static void test_diagnostics(void **state)
{
	struct isup_cause cause;
	struct isup_out o;

	(void)state;
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	isup_rx(x, world_now, DPC, OCTETS("0100 2c 02 01 fd 01 aa 39 02 fd 83 00"));
	assert_true(isup_next_out(x, &o) && o.type == ISUP_OUT_CALL);
	assert_true(isup_next_out(x, &o) && o.type == ISUP_OUT_SEND);
	assert_int_equal(isup_get_cause(o.msg, &cause), 0);
	assert_int_equal(cause.value, 99);
	assert_int_equal(cause.nr_diagnostics, 1);
	assert_int_equal(cause.diagnostics[0], 0xfd);
	/* a REL ends the call, whatever its unknown parameter says */
	assert_string_equal(said(isup_rx(x, world_now, DPC,
					 OCTETS("0100 0c 02 04 02 8090 fd 01 aa 39 02 fd 83 00"))),
			    "SEND RLC; ");
}

/* 2.9.5.3: a parameter that nobody knows, by its instructions. */
static void test_unknown_parameters(void **state)
{
	static const struct {
		const char *instruction, *outs;
	} rows[] = {
		{ "80", "CALL CPG; " },			      /* pass */
		{ "82", "CALL REL 99 local; SEND REL 99; " }, /* release */
		{ "88", "" },				      /* discard the message */
		{ "8c", "SEND CFN 110; " },		      /* and notify */
		{ "90", "CALL CPG; " },			      /* discard the parameter */
		{ "94", "SEND CFN 99; CALL CPG; " },	      /* and notify */
	};
	char hex[80];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		tx(x, id[0], ISUP_IAM);
		rx(x, ISUP_ACM);
		outs(x);
		snprintf(hex, sizeof(hex), "0100 2c 02 01 fd 01 aa 39 04 fc 80 fd %s 00",
			 rows[i].instruction);
		isup_rx(x, world_now, DPC, octets_of(hex));
		assert_string_equal(outs(x), rows[i].outs);
		rx(x, ISUP_REL);
		rx(x, ISUP_RLC);
		outs(x);
	}
}

/* A call that goes on behind us in `onward`, and `hex` in it. */
static const char *in_call(enum isup_role role, enum isup_onward onward, const char *hex)
{
	static char got[200];

	isup_circuit_role(x, id[0], role);
	tx(x, id[0], ISUP_IAM);
	isup_circuit_role(x, id[0], role);
	assert_int_equal(isup_circuit_onward(x, id[0], onward), 0);
	rx(x, ISUP_ACM);
	outs(x);
	isup_rx(x, world_now, DPC, octets_of(hex));
	snprintf(got, sizeof(got), "%s", outs(x));
	rx(x, ISUP_REL);
	rx(x, ISUP_RLC);
	outs(x);
	return got;
}

#define GOES_ON	 "CALL CPG; "
#define RELEASED "CALL REL 99 local; SEND REL 99; "

/* 2.9.5.3 with Q.763 3.41: bits G and F where the call goes on without ISUP, bits B and A of the
 * octet behind where it goes on in a broadband network; elsewhere neither. */
static void test_pass_on_not_possible(void **state)
{
	static const struct {
		const char *instruction, *isup, *none, *broadband;
	} rows[] = {
		{ "80", GOES_ON, RELEASED, GOES_ON },
		{ "a0", GOES_ON, "", GOES_ON },
		{ "a4", GOES_ON, "SEND CFN 110; ", GOES_ON },
		{ "c0", GOES_ON, "CALL CPG; ", GOES_ON },
		{ "c4", GOES_ON, "SEND CFN 99; CALL CPG; ", GOES_ON },
		{ "e0", GOES_ON, RELEASED, GOES_ON },
		{ "94", "SEND CFN 99; CALL CPG; ", "SEND CFN 99; CALL CPG; ",
		  "SEND CFN 99; CALL CPG; " },
		{ "82", RELEASED, RELEASED, RELEASED },
		/* "discard the parameter"; broadband: pass on, discard the message, release ... */
		{ "10 80", "CALL CPG; ", "CALL CPG; ", GOES_ON },
		{ "14 81", "SEND CFN 99; CALL CPG; ", "SEND CFN 99; CALL CPG; ", "SEND CFN 110; " },
		{ "10 82", "CALL CPG; ", "CALL CPG; ", RELEASED },
		{ "40 83", GOES_ON, "CALL CPG; ", "CALL CPG; " },
	};
	char hex[80];

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		const char *wants[] = { rows[i].isup, rows[i].none, rows[i].broadband };
		snprintf(hex, sizeof(hex), "0100 2c 02 01 fd 01 aa 39 %s fd %s 00",
			 strlen(rows[i].instruction) > 2 ? "03" : "02", rows[i].instruction);
		for (int on = 0; on < 3; on++)
			assert_string_equal(in_call(ISUP_END, (enum isup_onward)on, hex),
					    wants[on]);
	}
}

/* The same of a message, 3.33: bit E; bits G and F. */
static void test_pass_on_of_messages(void **state)
{
	static const struct {
		const char *instruction, *none, *broadband;
	} msgs[] = {
		{ "80", "CALL REL 97 local; SEND REL 97; ", "CALL 0xfa; " },
		{ "90", "", "CALL 0xfa; " },
		{ "94", "SEND CFN 97; ", "CALL 0xfa; " },
		{ "a4", "CALL REL 97 local; SEND REL 97; ", "SEND CFN 97; " },
		{ "d0", "", "CALL REL 97 local; SEND REL 97; " },
		{ "e0", "CALL REL 97 local; SEND REL 97; ", "CALL 0xfa; " },
	};
	char hex[80];

	(void)state;
	for (size_t i = 0; i < NR_OF(msgs); i++) {
		snprintf(hex, sizeof(hex), "0100 fa 01 38 01 %s 00", msgs[i].instruction);
		assert_string_equal(in_call(ISUP_END, ISUP_ONWARD_NONE, hex), msgs[i].none);
		assert_string_equal(in_call(ISUP_END, ISUP_ONWARD_BROADBAND, hex),
				    msgs[i].broadband);
	}
	/* what is behind is forgotten with the call */
	assert_string_equal(in_call(ISUP_END, ISUP_ONWARD_ISUP, "0100 fa 01 38 01 80 00"), "");
}

/* What is taken out and what stays; one CFN names all that were taken out. */
static void test_unknown_parameters_of_one_message(void **state)
{
	struct isup_cause cause;
	struct isup_out o;
	struct str s;

	(void)state;
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	isup_rx(x, world_now, DPC,
		OCTETS("0100 2c 02 01 fd 01 aa fc 01 bb fb 01 cc 39 06 fd 94 fc 94 fb 84 00"));
	assert_true(isup_next_out(x, &o) && o.type == ISUP_OUT_SEND);
	assert_int_equal(isup_get_cause(o.msg, &cause), 0);
	assert_int_equal(cause.value, 99);
	assert_octets_equal(str_n(cause.diagnostics, cause.nr_diagnostics), OCTETS("fd fc"));
	assert_true(isup_next_out(x, &o) && o.type == ISUP_OUT_CALL);
	assert_true(!isup_get(o.msg, 0xfd, &s) && !isup_get(o.msg, 0xfc, &s) &&
		    isup_get(o.msg, 0xfb, &s));
	/* the strongest counts: nothing is said of the others */
	isup_rx(x, world_now, DPC, OCTETS("0100 2c 02 01 fd 01 aa fc 01 bb 39 04 fd 94 fc 82 00"));
	assert_string_equal(outs(x), "CALL REL 99 local; SEND REL 99; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
}

/* Q.850, cause 103: word about what is passed on, where the network wants it. */
static void test_passed_on(void **state)
{
	struct isup_variant v = isup_itu2000;
	struct rng_seeded seed;
	struct isup_cfg cfg = { .variant = &v, .opc = OPC, .rng = rng_seeded_init(&seed, 1) };
	const char *hex = "0100 2c 02 01 fd 01 aa 39 02 fd 84 00";

	(void)state;
	assert_string_equal(in_call(ISUP_TRANSIT, ISUP_ONWARD_ISUP, hex), "CALL CPG; ");
	isup_free(x);
	v.notify_passed = true;
	x = isup_new(mem, &cfg);
	isup_circuit_add(x, &(struct isup_circuit_cfg){ .dpc = DPC, .cic = 1 }, id);
	assert_string_equal(in_call(ISUP_TRANSIT, ISUP_ONWARD_ISUP, hex),
			    "SEND CFN 103; CALL CPG; ");
}

/* Into state `s`, by messages and resets. */
static void bring_to(enum isup_circuit_state s)
{
	bool out = s == ISUP_OUT_SEIZED || s == ISUP_OUT_ADDRESSED || s == ISUP_OUT_ANSWERED;
	bool in = s == ISUP_IN_SEIZED || s == ISUP_IN_ADDRESSED || s == ISUP_IN_ANSWERED;

	if (out || s == ISUP_RELEASING)
		tx(x, id[0], ISUP_IAM);
	if (in)
		rx(x, ISUP_IAM);
	if (s == ISUP_OUT_ADDRESSED)
		rx(x, ISUP_ACM);
	if (s == ISUP_OUT_ANSWERED)
		rx(x, ISUP_CON);
	if (s == ISUP_IN_ADDRESSED)
		tx(x, id[0], ISUP_ACM);
	if (s == ISUP_IN_ANSWERED)
		tx(x, id[0], ISUP_CON);
	if (s == ISUP_RELEASING)
		tx(x, id[0], ISUP_REL);
	if (s == ISUP_RESETTING)
		isup_circuit_reset(x, world_now, id[0]);
	if (s == ISUP_GROUP_RESETTING) {
		isup_circuit_reset_soon(x, world_now, id[0]);
		isup_circuit_reset_soon(x, world_now, id[1]);
		world_now = isup_deadline(x);
		isup_tick(x, world_now);
	}
	bring_to_no_call(x, id[0], s);
	outs(x);
	assert_int_equal(isup_circuit_state(x, id[0]), s);
}

/* G01: every message type with random octets in every state: it stands, and a reset by the peer
 * makes the circuit idle or leaves it to our own reset. */
static void t_G01(void **state)
{
	struct rng_seeded s;
	struct rng r = rng_seeded_init(&s, 1);
	enum isup_circuit_state at;

	for (unsigned i = 0; i < ISUP_OUT_RESERVING * 256 * 8; i++) {
		uint8_t buf[43] = { 1, 0, (uint8_t)i };
		enum isup_circuit_state want =
			(enum isup_circuit_state)(i / 256 % ISUP_OUT_RESERVING);
		if (i % 64 == 0) {
			world_cfg_for(want);
			teardown(state);
			setup(state);
		}
		isup_circuit_reset(x, world_now, id[0]);
		rx(x, ISUP_RLC);
		rx_group(x, ISUP_GRA, 1, 1, 0, 0);
		outs(x);
		if (isup_circuit_state(x, id[0]) == ISUP_IDLE && FREE(1))
			bring_to(want);
		r.fill(r.ctx, buf + 3, sizeof(buf) - 3);
		isup_rx(x, world_now, DPC, str_n(buf, 3 + rng_below(&r, 41)));
		outs(x);
		rx(x, ISUP_RSC);
		outs(x);
		at = isup_circuit_state(x, id[0]);
		assert_true(at == ISUP_IDLE || at == ISUP_RELEASING || at == ISUP_RESETTING ||
			    at == ISUP_GROUP_RESETTING);
	}
	world_cfg_for(ISUP_IDLE);
}

/* G02: an IAM of which each octet has been changed, and each of its beginnings. */
static void t_G02(void **state)
{
	static const uint8_t values[] = { 0, 1, 2, 0x7f, 0x80, 0xfe, 0xff };
	struct str good = OCTETS("0100 01 00 2001 0a 03 02 09 07 0310 2143658709 0f 0a 07 0313 "
				 "2143658709 00");
	uint8_t buf[64];
	enum isup_circuit_state at;
	bool damaged;

	(void)state;
	for (size_t i = 0; i < good.len; i++)
		for (size_t v = 0; v <= NR_OF(values); v++) {
			size_t len = v < NR_OF(values) ? good.len : i;
			memcpy(buf, good.p, good.len);
			if (i > 2 && v < NR_OF(values))
				buf[i] = values[v];
			damaged = isup_rx(x, world_now, DPC, str_n(buf, len)) < 0 && len > 2;
			at = isup_circuit_state(x, id[0]);
			if (damaged)
				assert_string_equal(outs(x), "SEND REL 111; ");
			else
				outs(x);
			assert_true(at == ISUP_IDLE || at == ISUP_IN_SEIZED ||
				    (damaged && at == ISUP_RELEASING));
			rx(x, damaged ? ISUP_RLC : ISUP_REL);
			outs(x);
			assert_int_equal(isup_circuit_state(x, id[0]), ISUP_IDLE);
		}
}

/* The other messages, and who gets what; one answer each, and none to an answer. */
static void t_G02_others(void **state)
{
	static const struct {
		const char *hex, *outs;
	} rows[] = {
		{ "0100 06 14", "SEND CFN 111; " },		/* ACM, half of BCI */
		{ "0100 2c", "SEND CFN 111; " },		/* CPG, nothing */
		{ "0100 0c 02", "SEND CFN 111; " },		/* REL, the pointers cut */
		{ "0100 0c 02 00 ff 80 90", "SEND CFN 111; " }, /* a length too many */
		{ "0100 2f 02", "" },				/* CFN */
		{ "0100 17 02", "" },				/* GRS */
		{ "0100", "" },					/* not even a type */
		{ "6300 01 00", "SEND UCIC; " }, /* an IAM for a circuit we don't have */
		{ "6300 06 14", "" },
	};

	(void)state;
	tx(x, id[0], ISUP_IAM);
	outs(x);
	for (size_t i = 0; i < NR_OF(rows); i++) {
		assert_true(isup_rx(x, world_now, DPC, octets_of(rows[i].hex)) < 0);
		assert_string_equal(outs(x), rows[i].outs);
		assert_int_equal(isup_circuit_state(x, id[0]), ISUP_OUT_SEIZED);
		assert_true(isup_rx(x, world_now, 77, octets_of(rows[i].hex)) < 0);
		assert_string_equal(outs(x), ""); /* a stranger */
	}
}

static unsigned lines;

static void count_line(void *ctx, enum log_area area, enum log_level level, const char *line)
{
	(void)ctx;
	lines += area == LOG_ISUP && level > LOG_DEBUG && strstr(line, "left out");
}

/* H10: what one point code sends, damaged or for nobody, fills no log. */
static void t_H10(void **state)
{
	struct log_sink sink = { .line = count_line };

	(void)state;
	lines = 0;
	log_set_sink(&sink);
	for (int i = 0; i < 19000; i++) {
		isup_rx(x, world_now, i % 2 ? DPC : 77, OCTETS("0100 06 14"));
		isup_rx(x, world_now, DPC, OCTETS("6300 01 00"));
		isup_rx(x, world_now, DPC, OCTETS("0100 2f 02 00 02 80 ef"));
		outs(x);
		world_now = tick_add_ms(world_now, i % 20 == 0);
	}
	log_set_sink(NULL);
	assert_int_equal(lines, 10); /* one second, two sources, five each */
}

/* G06: RLC is lost: REL by T1, RSC and an alarm by T5, and the circuit comes back with RLC. */
static void t_G06(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	tx(x, id[0], ISUP_REL);
	outs(x);
	for (int i = 0; i < 19; i++)
		assert_string_equal(after(15000), "SEND REL; ");
	assert_string_equal(after(15000), "SEND RSC; ALARM; ");
	assert_false(FREE(1));
	assert_string_equal(after(300000), "SEND RSC; ALARM; ");
	assert_string_equal(said(rx(x, ISUP_RLC)), "IDLE; ");
	assert_true(FREE(1));
	assert_nothing_left(x);
}

/* G07: nobody answers. */
static void t_G07(void **state)
{
	(void)state;
	tx(x, id[0], ISUP_IAM);
	outs(x);
	assert_string_equal(after(20000), "CALL REL 102 local T7; SEND REL 102; ");
	rx(x, ISUP_RLC);
	outs(x);
	tx(x, id[0], ISUP_IAM);
	rx(x, ISUP_ACM);
	outs(x);
	assert_string_equal(after(180000), "CALL REL 19 local T9; SEND REL 19; ");
	rx(x, ISUP_RLC);
	outs(x);
	assert_nothing_left(x);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_user_part),
		T(test_suspend),
		T(test_cot_and_inr),
		T(test_transit),
		T(test_unknown_messages),
		T(test_unknown_message_goes_on),
		T(test_diagnostics),
		T(test_unknown_parameters),
		T(test_pass_on_not_possible),
		T(test_pass_on_of_messages),
		T(test_unknown_parameters_of_one_message),
		T(test_passed_on),
		T(t_G01),
		T(t_G02),
		T(t_G02_others),
		T(t_H10),
		T(t_G06),
		T(t_G07),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
