/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * m3ua: procedures of RFC 4666 clause 4, each told as what is fed and what comes out. Outputs are
 * words: ">0.1 DATA 7" is sent to ASP 0 on stream 1, "open 0", "AS 0 on", "dest 0 3/5 off".
 */
#include <stdio.h>
#include <string.h>

#include <trunkgate/base/err.h>

#include "ss7/m3ua_core.h"
#include "unit/support.h"

static struct mem *mem;
static struct m3ua *m;
static struct m3ua_cfg cfg;
static tick_t now;

static void start(void)
{
	now = (tick_t){ 1000000 };
	m = m3ua_new(mem, &cfg);
	assert_non_null(m);
}

/* One AS with routing context 7 and the ASPs of `roles`. */
static void build(unsigned nr, enum m3ua_role role, enum m3ua_traffic mode)
{
	cfg = (struct m3ua_cfg){ .nr_asps = nr, .nr_as = 1 };
	cfg.as[0] = (struct m3ua_as_cfg){
		.name = "as", .has_rc = true, .rc = 7, .mode = mode, .nr_members = nr
	};
	for (unsigned i = 0; i < nr; i++) {
		snprintf(cfg.asp[i].name, sizeof(cfg.asp[i].name), "asp%u", i);
		cfg.asp[i].role = role;
		cfg.as[0].member[i] = i;
	}
}

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static size_t print_msg(char *buf, size_t size, struct str octets)
{
	struct tg_diag diag = TG_DIAG_NONE;
	enum m3ua_error error;
	struct m3ua_msg msg;
	uint32_t v;
	size_t len;

	assert_int_equal(m3ua_msg_dec(&msg, octets, &error, &diag), 0);
	len = (size_t)snprintf(buf, size, "%s", m3ua_msg_row(msg.type)->name);
	if (m3ua_get_u32(&msg, M3UA_P_ROUTING_CONTEXT, 0, &v))
		len += (size_t)snprintf(buf + len, size - len, " %u", v);
	if (m3ua_get_u32(&msg, M3UA_P_TRAFFIC_MODE, 0, &v))
		len += (size_t)snprintf(buf + len, size - len, " mode %u", v);
	if (m3ua_get_u32(&msg, M3UA_P_STATUS, 0, &v))
		len += (size_t)snprintf(buf + len, size - len, " %u/%u", v >> 16, v & 0xffff);
	if (m3ua_get_u32(&msg, M3UA_P_ERROR_CODE, 0, &v))
		len += (size_t)snprintf(buf + len, size - len, " error %x", v);
	for (unsigned i = 0; m3ua_get_u32(&msg, M3UA_P_AFFECTED_PC, i, &v); i++)
		len += (size_t)snprintf(buf + len, size - len, " %u/%u", v >> 24, v & 0xffffff);
	return len;
}

static size_t print_out(char *buf, size_t size, const struct m3ua_out *o)
{
	size_t len;

	switch (o->type) {
	case M3UA_OUT_SEND:
		len = (size_t)snprintf(buf, size, ">%u.%u ", o->asp, o->stream);
		return len + print_msg(buf + len, size - len, o->octets);
	case M3UA_OUT_OPEN:
		return (size_t)snprintf(buf, size, "open %u", o->asp);
	case M3UA_OUT_CLOSE:
		return (size_t)snprintf(buf, size, "close %u", o->asp);
	case M3UA_OUT_TRANSFER:
		return (size_t)snprintf(buf, size, "transfer %u->%u", o->prim.label.opc,
					o->prim.label.dpc);
	case M3UA_OUT_AS:
		return (size_t)snprintf(buf, size, "AS %u %s", o->as, o->active ? "on" : "off");
	case M3UA_OUT_DEST:
		return (size_t)snprintf(buf, size, "dest %u %u/%u %u", o->as, o->affected >> 24,
					o->affected & 0xffffff, o->dest);
	case M3UA_OUT_CONGESTION:
		return (size_t)snprintf(buf, size, "congestion %u level %u %d",
					o->affected & 0xffffff, o->level, o->active);
	case M3UA_OUT_USER:
		return (size_t)snprintf(buf, size, "user %u at %u cause %u", o->si,
					o->affected & 0xffffff, o->cause);
	case M3UA_OUT_AUDIT:
		return (size_t)snprintf(buf, size, "audit %u", o->affected & 0xffffff);
	}
	return 0;
}

/* All that comes out, separated by "; ". */
static const char *out(void)
{
	static char text[30000];
	struct m3ua_out o;
	size_t len = 0;

	text[0] = '\0';
	while (m3ua_next_out(m, &o)) {
		if (len)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "; ");
		len += print_out(text + len, sizeof(text) - len, &o);
	}
	return text;
}

static void rx(unsigned asp, const char *hex)
{
	struct str octets = octets_of(hex);

	assert_int_equal(m3ua_rx(m, now, asp, 0, octets), octets.len);
}

static void wait_ms(int64_t ms)
{
	now = tick_add_ms(now, ms);
	m3ua_tick(m, now);
}

#define ASPUP	    "01000301 00000008"
#define ASPUP_ACK   "01000304 00000008"
#define ASPDN	    "01000302 00000008"
#define ASPDN_ACK   "01000305 00000008"
#define ASPAC	    "01000401 00000008"
#define ASPAC_7	    "01000401 00000010 0006 0008 00000007"
#define ASPAC_9	    "01000401 00000010 0006 0008 00000009"
#define ASPAC_BCAST "01000401 00000018 000b 0008 00000003 0006 0008 00000007"
#define ASPAC_ACK_7 "01000403 00000010 0006 0008 00000007"
#define ASPAC_ACK_9 "01000403 00000010 0006 0008 00000009"
#define ASPIA_ACK_9 "01000404 00000010 0006 0008 00000009"
#define ASPIA_7	    "01000402 00000010 0006 0008 00000007"
#define ASPIA_ACK_7 "01000404 00000010 0006 0008 00000007"
#define NTFY(t, i)  "01000001 00000010 000d 0008 00" t "00" i
#define DATA_7	    "01000101 00000024 0006 0008 00000007 0210 0012 00000002 00000001 05020003 aabb 0000"
#define DATA_9	    "01000101 00000024 0006 0008 00000009 0210 0012 00000002 00000001 05020003 aabb 0000"
#define DATA_NO_RC  "01000101 0000001c 0210 0012 00000002 00000001 05020003 aabb 0000"

static void up_active(unsigned asp)
{
	m3ua_up(m, now, asp, 10);
	rx(asp, ASPUP_ACK);
	rx(asp, ASPAC_ACK_7);
	out();
}

static int tx(uint8_t sls)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1, .dpc = 2, .sls = sls, .si = 5, .ni = 2 },
			      .sif = OCTETS("01 02 03") };

	return m3ua_tx(m, now, 0, &p);
}

static void test_tables(void **state)
{
	(void)state;
	check_fsm(&m3ua_up_def, "m3ua_up");
	check_fsm(&m3ua_traffic_def, "m3ua_traffic");
	check_fsm(&m3ua_peer_def, "m3ua_peer");
	check_fsm(&m3ua_as_def, "m3ua_as");
}

/* 5.1.1.1: up, active, and what is there? */
static void test_activation(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.as[0].nr_audit = 2;
	cfg.as[0].audit[0] = 2;
	cfg.as[0].audit[1] = 3;
	start();
	m3ua_start(m, now);
	assert_string_equal(out(), "open 0");
	m3ua_up(m, now, 0, 10);
	assert_string_equal(out(), ">0.0 ASPUP");
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ASPAC 7");
	assert_int_equal(tx(1), TG_ESTATE);
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), ">0.0 DAUD 7 0/2 0/3; AS 0 on");
	assert_int_equal(tx(1), 0);
	assert_string_equal(out(), ">0.2 DATA 7");
	rx(0, DATA_7);
	assert_string_equal(out(), "transfer 2->1");
}

/* 4.3.4.1, 4.3.4.3: T(ack) of 2 s, again and again. */
static void test_t_ack(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	log_capture_start();
	m3ua_up(m, now, 0, 10);
	out();
	wait_ms(1999);
	assert_string_equal(out(), "");
	wait_ms(1);
	assert_string_equal(out(), ">0.0 ASPUP");
	wait_ms(2000);
	wait_ms(2000);
	assert_string_equal(out(), ">0.0 ASPUP; >0.0 ASPUP");
	assert_true(log_captured("ASP asp0: no answer to ASPUP"));
	log_capture_stop();
	rx(0, ASPUP_ACK);
	out();
	wait_ms(2000);
	assert_string_equal(out(), ">0.0 ASPAC 7");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "AS 0 on");
	wait_ms(100000);
	assert_string_equal(out(), "");
}

/* 4.3.4.1 to 4.3.4.4: acknowledgements that nobody asked for. */
static void test_unexpected_acks(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	rx(0, ASPIA_ACK_7);
	assert_string_equal(out(), ">0.0 ASPAC 7");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "");
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ERR error 6; >0.0 ASPAC 7");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "");
	rx(0, ASPDN_ACK);
	assert_string_equal(out(), "AS 0 off; >0.0 ASPUP");
	rx(0, ASPUP);
	assert_string_equal(out(), ">0.0 ERR error 6");
}

/* What users say while our ASPAC is on its way again waits, no longer than T(r), and no more than
 * there is room for; a lost association is told at once. */
static void test_queued_while_activating(void **state)
{
	struct m3ua_as_info i;

	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	rx(0, ASPIA_ACK_7);
	out();
	assert_int_equal(tx(1), 0);
	assert_int_equal(tx(2), 0);
	assert_string_equal(out(), "");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), ">0.2 DATA 7; >0.3 DATA 7");
	rx(0, ASPIA_ACK_7);
	out();
	for (unsigned n = 0; n < M3UA_PENDING; n++)
		assert_int_equal(tx(1), 0);
	assert_int_equal(tx(1), TG_ELIMIT);
	wait_ms(2000);
	assert_string_equal(out(), ">0.0 ASPAC 7; AS 0 off");
	assert_int_equal(tx(1), TG_ESTATE);
	m3ua_as_info(m, 0, &i);
	assert_int_equal(i.lost, M3UA_PENDING + 2);
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "AS 0 on");
	rx(0, ASPIA_ACK_7);
	out();
	m3ua_down(m, now, 0, "lost");
	assert_string_equal(out(), "AS 0 off");
}

/* Two ASs on one ASP: each has its own ASPIA and ASPAC, and its own state (4.3.4.3, 4.3.4.4). */
static void test_one_of_two_as(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.nr_as = 2;
	cfg.as[1] = cfg.as[0];
	cfg.as[1].rc = 9;
	start();
	m3ua_up(m, now, 0, 10);
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ASPUP; >0.0 ASPAC 7; >0.0 ASPAC 9");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "AS 0 on");
	rx(0, ASPAC_ACK_9);
	assert_string_equal(out(), "AS 1 on");
	m3ua_block_as(m, now, 1, true);
	assert_string_equal(out(), ">0.0 ASPIA 9; AS 1 off");
	rx(0, DATA_9); /* it was on its way */
	assert_string_equal(out(), "transfer 2->1");
	assert_int_equal(tx(1), 0);
	assert_string_equal(out(), ">0.2 DATA 7");
	wait_ms(2000);
	assert_string_equal(out(), ">0.0 ASPIA 9");
	rx(0, ASPIA_ACK_9);
	wait_ms(10000);
	assert_string_equal(out(), "");
	rx(0, ASPIA_ACK_7); /* not asked for: only that one comes back */
	assert_string_equal(out(), ">0.0 ASPAC 7");
	rx(0, ASPAC_ACK_7);
	m3ua_down(m, now, 0, "lost");
	out();
	m3ua_up(m, now, 0, 10);
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ASPUP; >0.0 ASPAC 7");
	m3ua_block_as(m, now, 1, false);
	assert_string_equal(out(), ">0.0 ASPAC 9");
	rx(0, ASPAC_ACK_9);
	assert_string_equal(out(), "AS 1 on");
	m3ua_block_as(m, now, 1, true);
	m3ua_block_as(m, now, 1, false);
	rx(0, ASPIA_ACK_9);
	assert_string_equal(out(), ">0.0 ASPIA 9; AS 1 off; >0.0 ASPAC 9");
	rx(0, ASPAC_ACK_9);
	assert_string_equal(out(), "AS 1 on");
}

static void test_loss_and_return(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	m3ua_start(m, now);
	up_active(0);
	m3ua_down(m, now, 0, "reset");
	assert_string_equal(out(), "AS 0 off");
	assert_int_equal(tx(0), TG_ESTATE);
	wait_ms(500);
	assert_string_equal(out(), "open 0");
	m3ua_down(m, now, 0, "refused");
	wait_ms(499);
	assert_string_equal(out(), "");
	wait_ms(1);
	assert_string_equal(out(), "open 0");
	m3ua_up(m, now, 0, 1);
	assert_string_equal(out(), ">0.0 ASPUP");
}

/* Override: the first that can; it comes back, and has the traffic again. */
static void test_override(void **state)
{
	(void)state;
	build(2, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	up_active(1);
	for (uint8_t sls = 0; sls < 3; sls++)
		tx(sls);
	assert_string_equal(out(), ">0.1 DATA 7; >0.2 DATA 7; >0.3 DATA 7");
	m3ua_down(m, now, 0, "reset");
	assert_string_equal(out(), "");
	tx(1);
	assert_string_equal(out(), ">1.2 DATA 7");
}

/* Load sharing by SLS; the share of the lost one goes to the others, theirs stays. */
static void test_loadshare(void **state)
{
	(void)state;
	build(3, M3UA_ROLE_ASP, M3UA_LOADSHARE);
	start();
	for (unsigned i = 0; i < 3; i++)
		up_active(i);
	for (uint8_t sls = 0; sls < 4; sls++)
		tx(sls);
	assert_string_equal(out(), ">0.1 DATA 7; >1.2 DATA 7; >2.3 DATA 7; >0.4 DATA 7");
	m3ua_down(m, now, 1, "reset");
	for (uint8_t sls = 0; sls < 4; sls++)
		tx(sls);
	assert_string_equal(out(), ">0.1 DATA 7; >2.2 DATA 7; >2.3 DATA 7; >0.4 DATA 7");
}

/* 1.4.7: SLS to streams other than 0, and 0 where there is no other. */
static void test_streams(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	m3ua_up(m, now, 0, 3);
	rx(0, ASPUP_ACK);
	rx(0, ASPAC_ACK_7);
	out();
	for (uint8_t sls = 0; sls < 4; sls++)
		tx(sls);
	assert_string_equal(out(), ">0.1 DATA 7; >0.2 DATA 7; >0.1 DATA 7; >0.2 DATA 7");
	m3ua_up(m, now, 0, 1);
	rx(0, ASPUP_ACK);
	rx(0, ASPAC_ACK_7);
	out();
	tx(5);
	assert_string_equal(out(), ">0.0 DATA 7");
}

/* 4.3.4.3, 4.3.4.5: another ASP of the AS takes over, and goes. */
static void test_alternate(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	rx(0, NTFY("02", "02"));
	assert_string_equal(out(), "AS 0 off");
	wait_ms(10000);
	assert_string_equal(out(), "");
	rx(0, NTFY("01", "04"));
	assert_string_equal(out(), ">0.0 ASPAC 7");
	rx(0, ASPAC_ACK_7);
	assert_string_equal(out(), "AS 0 on");
}

static void test_ssnm(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	rx(0, "01000201 0000001c 0006 0008 00000007 0012 000c 00000002 03000010");
	assert_string_equal(out(), "dest 0 0/2 0; dest 0 3/16 0");
	rx(0, "01000202 00000010 0012 0008 00000002");
	assert_string_equal(out(), "dest 0 0/2 2");
	rx(0, "01000206 00000010 0012 0008 00000002");
	assert_string_equal(out(), "dest 0 0/2 1");
	rx(0, "01000204 00000010 0012 0008 00000002");
	assert_string_equal(out(), "congestion 2 level 0 1");
	rx(0, "01000204 00000018 0012 0008 00000002 0205 0008 00000002");
	assert_string_equal(out(), "congestion 2 level 2 1");
	rx(0, "01000204 00000018 0012 0008 00000002 0205 0008 00000000");
	assert_string_equal(out(), "congestion 2 level 0 0");
	rx(0, "01000205 00000018 0012 0008 00000002 0204 0008 00010005");
	assert_string_equal(out(), "user 5 at 2 cause 2");
	rx(0, "01000203 00000010 0012 0008 00000002");
	assert_string_equal(out(), ">0.0 ERR error 6");
	/* of another routing context */
	rx(0, "01000201 00000018 0006 0008 00000009 0012 0008 00000002");
	assert_string_equal(out(), "");
}

/* 3.8.1 */
static void test_bad_data(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.as[0].has_na = true;
	cfg.as[0].na = 4;
	start();
	m3ua_up(m, now, 0, 10);
	out();
	rx(0, DATA_7);
	assert_string_equal(out(), ""); /* inactive: without a word */
	rx(0, ASPUP_ACK);
	out();
	rx(0, DATA_7);
	assert_string_equal(out(), "transfer 2->1"); /* overtook the acknowledgement */
	rx(0, ASPAC_ACK_7);
	out();
	rx(0, DATA_NO_RC);
	assert_string_equal(out(), "transfer 2->1"); /* there is one AS only */
	rx(0, DATA_9);
	assert_string_equal(out(), ">0.0 ERR 9 error 19");
	rx(0,
	   "01000101 00000024 0200 0008 00000005 0210 0012 00000002 00000001 05020003 aabb 0000");
	assert_string_equal(out(), ">0.0 ERR error 15");
	rx(0, "01000103 00000008");
	assert_string_equal(out(), ">0.0 ERR error 4");
	rx(0, "01000901 00000010 0207 0008 00000001");
	assert_string_equal(out(), ">0.0 ERR error 3");
	rx(0, "01000000 00000008"); /* a bad ERR */
	assert_string_equal(out(), "");
	rx(0, "01000000 00000010 000c 0008 0000000d");
	assert_string_equal(out(), "");
	assert_string_equal(m->asp[0].trouble,
			    "the other end says: Refused - Management Blocking (13)");
}

/* 4.3.4.6 */
static void test_heartbeat(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.asp[0].t_beat_ms = 5000;
	start();
	up_active(0);
	rx(0, "01000303 00000010 0009 0006 1234 0000");
	assert_string_equal(out(), ">0.0 BEAT ACK");
	wait_ms(5000);
	assert_string_equal(out(), ">0.0 BEAT");
	rx(0, "01000306 00000010 0009 0008 00000001");
	wait_ms(5000);
	assert_string_equal(out(), ">0.0 BEAT");
	wait_ms(5000);
	assert_string_equal(out(), "close 0; AS 0 off");
	wait_ms(500);
	assert_string_equal(out(), "open 0");
}

/* 4.3.4.1.2: the server of a single exchange answers; NTFY comes behind what it is about. */
static void test_ipsp_single(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_IPSP, M3UA_OVERRIDE);
	cfg.asp[0].server = true;
	start();
	m3ua_start(m, now);
	m3ua_up(m, now, 0, 10);
	assert_string_equal(out(), "");
	rx(0, ASPAC_7);
	assert_string_equal(out(), ">0.0 ERR 7 error 6");
	rx(0, ASPUP);
	assert_string_equal(out(), ">0.0 ASPUP ACK; >0.0 NTFY 7 1/2");
	rx(0, ASPAC_9);
	assert_string_equal(out(), ">0.0 ERR 9 error 1a");
	rx(0, ASPAC_BCAST);
	assert_string_equal(out(), ">0.0 ERR 7 error 5");
	rx(0, ASPAC_7);
	assert_string_equal(out(), ">0.0 ASPAC ACK 7; AS 0 on; >0.0 NTFY 7 1/3");
	assert_int_equal(tx(0), 0);
	assert_string_equal(out(), ">0.1 DATA 7");
	rx(0, DATA_7);
	assert_string_equal(out(), "transfer 2->1");
	rx(0, "01000203 00000010 0012 0008 00000001");
	assert_string_equal(out(), "audit 1");
	m3ua_audited(m, 0, 0, 1, true);
	assert_string_equal(out(), ">0.0 DAVA 7 0/1");
	rx(0, ASPUP);
	assert_string_equal(out(), ">0.0 ASPUP ACK; >0.0 ERR error 6; >0.0 NTFY 7 1/4");
}

/* 4.3: both ends say all; traffic goes when both have. */
static void test_ipsp_double(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_IPSP, M3UA_OVERRIDE);
	cfg.asp[0].exchange = M3UA_DOUBLE;
	cfg.asp[0].server = true;
	start();
	m3ua_up(m, now, 0, 10);
	assert_string_equal(out(), ">0.0 ASPUP");
	rx(0, ASPUP);
	assert_string_equal(out(), ">0.0 ASPUP ACK");
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ASPAC 7; >0.0 NTFY 7 1/2");
	rx(0, ASPAC_ACK_7);
	assert_int_equal(tx(0), TG_ESTATE);
	assert_string_equal(out(), "");
	rx(0, ASPAC_7);
	assert_string_equal(out(), ">0.0 ASPAC ACK 7; AS 0 on; >0.0 NTFY 7 1/3");
	assert_int_equal(tx(0), 0);
}

/* Figure 4: what is sent while the AS is pending waits for T(r), and no longer. */
static void test_pending(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_IPSP, M3UA_OVERRIDE);
	cfg.asp[0].server = true;
	start();
	m3ua_up(m, now, 0, 10);
	rx(0, ASPUP);
	rx(0, ASPAC_7);
	out();
	rx(0, ASPIA_7);
	assert_string_equal(out(), ">0.0 ASPIA ACK 7; >0.0 NTFY 7 1/4");
	assert_int_equal(tx(3), 0);
	assert_int_equal(tx(4), 0);
	wait_ms(1999);
	assert_string_equal(out(), "");
	rx(0, ASPAC_7);
	assert_string_equal(out(), ">0.0 ASPAC ACK 7; >0.0 NTFY 7 1/3; >0.4 DATA 7; >0.5 DATA 7");
	m3ua_down(m, now, 0, "reset");
	for (int i = 0; i < M3UA_PENDING; i++)
		assert_int_equal(tx(3), 0);
	assert_int_equal(tx(3), TG_ELIMIT);
	wait_ms(2000);
	assert_string_equal(out(), "AS 0 off");
	assert_int_equal(m->as[0].lost, M3UA_PENDING + 1);
	assert_int_equal(tx(3), TG_ESTATE);
}

/* 4.3.4.3: of two peers of an override AS the one that comes last has the traffic. */
static void test_peer_override(void **state)
{
	(void)state;
	build(2, M3UA_ROLE_SG, M3UA_OVERRIDE);
	start();
	for (unsigned i = 0; i < 2; i++) {
		m3ua_up(m, now, i, 10);
		rx(i, ASPUP);
	}
	rx(0, ASPAC_7);
	out();
	rx(1, ASPAC_7);
	assert_string_equal(out(), ">1.0 ASPAC ACK 7; >0.0 NTFY 7 2/2");
	tx(0);
	assert_string_equal(out(), ">1.1 DATA 7");
	rx(1, ASPDN);
	assert_string_equal(out(), ">1.0 ASPDN ACK; >0.0 NTFY 7 1/4");
}

/* Two application servers over one association: the routing context tells them apart. */
static void test_two_as(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.nr_as = 2;
	cfg.as[1] = cfg.as[0];
	cfg.as[1].rc = 9;
	cfg.as[1].has_mode = true;
	cfg.as[1].mode = M3UA_LOADSHARE;
	start();
	m3ua_up(m, now, 0, 10);
	rx(0, ASPUP_ACK);
	assert_string_equal(out(), ">0.0 ASPUP; >0.0 ASPAC 7; >0.0 ASPAC 9 mode 2");
	rx(0, "01000403 00000010 0006 0008 00000009");
	assert_string_equal(out(), "AS 1 on");
	rx(0, DATA_9);
	assert_string_equal(out(), "transfer 2->1");
	rx(0, DATA_NO_RC);
	assert_string_equal(out(), ">0.0 ERR error 16");
	rx(0, "01000403 00000014 0006 000c 00000009 00000007");
	assert_string_equal(out(), "AS 0 on");
}

/* A stream in every cut: messages by the length of their header. */
static void test_stream(void **state)
{
	static const char both[] = ASPUP_ACK DATA_7;

	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	cfg.asp[0].stream = true;
	start();
	for (size_t cut = 1; cut < 40; cut++) {
		struct str octets = octets_of(both);
		m3ua_up(m, now, 0, 1);
		out();
		for (size_t at = 0; at < octets.len;) {
			size_t nr = octets.len - at < cut ? octets.len - at : cut;
			size_t used = m3ua_rx(m, now, 0, 0, str_n(octets.p + at, nr));
			assert_true(used > 0 && used <= nr);
			at += used;
		}
		assert_string_equal(out(), ">0.0 ASPAC 7; transfer 2->1");
	}
	rx(0, "48454c4c 4f484f48");
	assert_string_equal(out(), "close 0");
}

static void test_block(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	m3ua_block(m, now, 0, true);
	assert_string_equal(out(), "AS 0 off; >0.0 ASPDN");
	rx(0, ASPDN_ACK);
	assert_string_equal(out(), "close 0");
	wait_ms(10000);
	assert_string_equal(out(), "");
	m3ua_block(m, now, 0, false);
	assert_string_equal(out(), "open 0");
}

/* The process ends: the other end is told, and nobody connects again. */
static void test_leave(void **state)
{
	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	m3ua_leave(m, now, 0);
	assert_string_equal(out(), ""); /* there is no association */
	up_active(0);
	m3ua_leave(m, now, 9);
	assert_string_equal(out(), "");
	m3ua_leave(m, now, 0);
	assert_string_equal(out(), "AS 0 off; >0.0 ASPDN");
	m3ua_down(m, now, 0, "closed");
	out();
	wait_ms(10000);
	assert_string_equal(out(), "");
}

/* What a message can say most is put out, and no more. */
static void test_bounds(void **state)
{
	struct m3ua_out o;
	unsigned nr = 0;

	(void)state;
	build(1, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	start();
	up_active(0);
	for (int i = 0; i < 2 * M3UA_BUFS; i++)
		tx(0);
	while (m3ua_next_out(m, &o))
		nr++;
	assert_int_equal(nr, M3UA_BUFS);
	assert_int_equal(m->as[0].lost, M3UA_BUFS);
	assert_int_equal(tx(0), 0);
}

static void live_once(void *ctx)
{
	struct mem *root = mem_root("walk");
	struct m3ua *x;

	(void)ctx;
	if (!root)
		return;
	build(2, M3UA_ROLE_ASP, M3UA_OVERRIDE);
	x = m3ua_new(root, &cfg);
	if (x) {
		m3ua_start(x, now);
		m3ua_up(x, now, 0, 4);
		m3ua_free(x);
	}
	mem_free(root);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(live_once, NULL) > 3);
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(tables),	    T(activation),
		T(t_ack),	    T(unexpected_acks),
		T(loss_and_return), T(override),
		T(loadshare),	    T(streams),
		T(alternate),	    T(ssnm),
		T(bad_data),	    T(heartbeat),
		T(ipsp_single),	    T(ipsp_double),
		T(pending),	    T(peer_override),
		T(two_as),	    T(stream),
		T(block),	    T(bounds),
		T(leave),	    T(queued_while_activating),
		T(one_of_two_as),   T(allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
