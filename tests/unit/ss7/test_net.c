/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net: which way a message goes, and what a user hears of its destinations. */
#include <stdio.h>
#include <string.h>

#include <trunkgate/base/err.h>

#include "ss7/net.h"
#include "unit/support.h"

#define NOW	     ((tick_t){ 1000000 })
#define ASPUP_ACK    "01000304 00000008"
#define ASPAC_ACK    "01000403 00000008"
#define PC(type, pc) "010002" type " 00000010 0012 0008 " pc

static struct mem *mem;
static struct ss7_net *n;
static struct ss7_net_cfg cfg;

static int setup(void **state)
{
	(void)state;
	mem = mem_root("test");
	cfg = (struct ss7_net_cfg){
		.nr_own = 1, .own = { 1 }, .nr_dests = 2, .dest = { 2, 17 }, .nr_carriers = 1
	};
	cfg.m3ua.nr_asps = cfg.m3ua.nr_as = 2;
	for (unsigned i = 0; i < 2; i++) {
		cfg.m3ua.as[i].nr_members = 1;
		cfg.m3ua.as[i].member[0] = i;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static void route(uint32_t pc, uint32_t mask, uint8_t priority, enum ss7_via via, unsigned number)
{
	cfg.route[cfg.nr_routes++] = (struct ss7_route_cfg){ pc, mask, priority, via, number };
}

static size_t print_user(char *buf, size_t size, const struct mtp_prim *p)
{
	switch (p->type) {
	case MTP_TRANSFER:
		return (size_t)snprintf(buf, size, "%u says " STR_FMT, p->label.opc,
					STR_ARG(p->sif));
	case MTP_PAUSE:
		return (size_t)snprintf(buf, size, "PAUSE %u", p->label.dpc);
	case MTP_RESUME:
		return (size_t)snprintf(buf, size, "RESUME %u", p->label.dpc);
	case MTP_STATUS:
		return (size_t)snprintf(buf, size, "STATUS %u cause %u", p->label.dpc, p->cause);
	}
	return 0;
}

static size_t print(char *buf, size_t size, const struct ss7_net_out *o)
{
	switch (o->type) {
	case SS7_NET_OUT_USER:
		return print_user(buf, size, &o->prim);
	case SS7_NET_OUT_CARRIER:
		return (size_t)snprintf(buf, size, "carrier %u " STR_FMT, o->number,
					STR_ARG(o->prim.sif));
	case SS7_NET_OUT_SEND:
		return (size_t)snprintf(buf, size, ">%u %u.%u", o->number, o->octets.p[2],
					o->octets.p[3]);
	case SS7_NET_OUT_OPEN:
		return (size_t)snprintf(buf, size, "open %u", o->number);
	case SS7_NET_OUT_CLOSE:
		return (size_t)snprintf(buf, size, "close %u", o->number);
	}
	return 0;
}

static const char *out(void)
{
	static char text[4000];
	struct ss7_net_out o;
	size_t len = 0;

	text[0] = '\0';
	while (ss7_net_next_out(n, &o)) {
		if (len)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "; ");
		len += print(text + len, sizeof(text) - len, &o);
	}
	return text;
}

static int tx(uint32_t dpc, uint8_t sls, const char *text)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1, .dpc = dpc, .sls = sls },
			      .sif = str_of(text) };

	return ss7_net_tx(n, NOW, &p);
}

static void rx(unsigned asp, const char *hex)
{
	struct str octets = octets_of(hex);

	assert_int_equal(ss7_net_assoc_rx(n, NOW, asp, 0, octets), octets.len);
}

static void bring_up(unsigned asp)
{
	ss7_net_assoc_up(n, NOW, asp, 4);
	rx(asp, ASPUP_ACK);
	rx(asp, ASPAC_ACK);
}

static void carrier(enum mtp_prim_type type, uint32_t opc, uint32_t dpc)
{
	struct mtp_prim p = { .type = type,
			      .label = { .opc = opc, .dpc = dpc },
			      .sif = STR("hello") };

	ss7_net_carrier_rx(n, NOW, 0, &p);
}

static void start(void)
{
	n = ss7_net_new(mem, &cfg);
	assert_non_null(n);
}

/* Everything is away at first, and comes with the AS; DAUD asks for what is routed there. */
static void test_pause_resume(void **state)
{
	(void)state;
	route(0, 0, 1, SS7_VIA_AS, 0);
	start();
	assert_string_equal(out(), "PAUSE 2; PAUSE 17");
	ss7_net_start(n, NOW);
	assert_string_equal(out(), "open 0; open 1");
	assert_int_equal(tx(2, 0, "x"), TG_ESTATE);
	bring_up(0);
	assert_string_equal(out(), ">0 3.1; >0 4.1; >0 2.3; RESUME 2; RESUME 17");
	rx(0, PC("01", "00000002"));
	assert_string_equal(out(), "PAUSE 2");
	assert_int_equal(tx(2, 0, "x"), TG_ESTATE);
	assert_int_equal(tx(17, 0, "x"), 0);
	assert_string_equal(out(), ">0 1.1");
	rx(0, PC("01", "03000010")); /* 16 to 23 */
	assert_string_equal(out(), "PAUSE 17");
	rx(0, PC("02", "0e000000")); /* the whole network */
	assert_string_equal(out(), "RESUME 2; RESUME 17");
	ss7_net_assoc_down(n, NOW, 0, "gone");
	assert_string_equal(out(), "PAUSE 2; PAUSE 17");
}

/* 4.5.2.2: a second way, and nobody hears of the loss of the first. */
static void test_second_route(void **state)
{
	(void)state;
	route(2, 0x3fff, 2, SS7_VIA_AS, 1);
	route(2, 0x3fff, 1, SS7_VIA_AS, 0);
	cfg.nr_dests = 1;
	start();
	bring_up(0);
	bring_up(1);
	out();
	tx(2, 0, "x");
	assert_string_equal(out(), ">0 1.1");
	rx(0, PC("01", "00000002"));
	assert_string_equal(out(), "");
	tx(2, 0, "x");
	assert_string_equal(out(), ">1 1.1");
	rx(1, PC("06", "00000002")); /* restricted: used for lack of another */
	assert_string_equal(out(), "");
	tx(2, 0, "x");
	assert_string_equal(out(), ">1 1.1");
	rx(0, PC("02", "00000002"));
	assert_string_equal(out(), "");
	tx(2, 0, "x");
	assert_string_equal(out(), ">0 1.1");
	ss7_net_assoc_down(n, NOW, 0, "gone");
	ss7_net_assoc_down(n, NOW, 1, "gone");
	assert_string_equal(out(), "PAUSE 2");
	bring_up(1);
	assert_string_equal(out(), ">1 3.1; >1 4.1; >1 2.3; RESUME 2");
}

/* Routes of one priority share by SLS. */
static void test_share(void **state)
{
	(void)state;
	route(2, 0x3fff, 1, SS7_VIA_AS, 0);
	route(2, 0x3fff, 1, SS7_VIA_AS, 1);
	start();
	bring_up(0);
	bring_up(1);
	out();
	for (uint8_t sls = 0; sls < 4; sls++)
		tx(2, sls, "x");
	assert_string_equal(out(), ">0 1.1; >1 1.1; >0 1.1; >1 1.1");
	ss7_net_assoc_down(n, NOW, 0, "gone");
	assert_string_equal(out(), "");
	tx(2, 0, "x");
	assert_string_equal(out(), ">1 1.1");
}

/* The more specific route counts first, whatever its priority. */
static void test_specific(void **state)
{
	(void)state;
	route(0, 0, 1, SS7_VIA_AS, 0);
	route(16, 0x3ff8, 7, SS7_VIA_AS, 1);
	start();
	bring_up(0);
	bring_up(1);
	out();
	tx(17, 0, "x");
	tx(2, 0, "x");
	assert_string_equal(out(), ">1 1.1; >0 1.1");
}

static void test_carrier(void **state)
{
	(void)state;
	route(2, 0x3fff, 1, SS7_VIA_CARRIER, 0);
	cfg.nr_dests = 1;
	start();
	assert_string_equal(out(), "");
	tx(2, 0, "one");
	tx(2, 0, "two");
	assert_string_equal(out(), "carrier 0 one; carrier 0 two");
	assert_int_equal(tx(3, 0, "x"), TG_ENOENT);
	carrier(MTP_TRANSFER, 2, 1);
	assert_string_equal(out(), "2 says hello");
	log_capture_start();
	carrier(MTP_TRANSFER, 2, 9);
	assert_string_equal(out(), "");
	assert_true(log_captured("a message from point code 2 is for 9, which is not ours"));
	log_capture_stop();
	carrier(MTP_PAUSE, 0, 2);
	assert_string_equal(out(), "PAUSE 2");
	assert_int_equal(tx(2, 0, "x"), TG_ESTATE);
	carrier(MTP_RESUME, 0, 2);
	assert_string_equal(out(), "RESUME 2");
	carrier(MTP_STATUS, 0, 2);
	assert_string_equal(out(), "STATUS 2 cause 0");
}

static void test_status(void **state)
{
	(void)state;
	route(0, 0, 1, SS7_VIA_AS, 0);
	start();
	bring_up(0);
	out();
	rx(0, "01000205 00000018 0012 0008 00000002 0204 0008 00010005");
	assert_string_equal(out(), "STATUS 2 cause 2");
	rx(0, PC("04", "00000002"));
	assert_string_equal(out(), "STATUS 2 cause 0");
}

/* A peer asks what can be reached here (4.5.3). */
static void test_audit(void **state)
{
	(void)state;
	cfg.m3ua.asp[0].role = M3UA_ROLE_IPSP;
	cfg.m3ua.asp[0].server = true;
	route(0, 0, 1, SS7_VIA_AS, 0);
	start();
	ss7_net_assoc_up(n, NOW, 0, 4);
	rx(0, "01000301 00000008");
	rx(0, "01000401 00000008");
	out();
	rx(0, "01000203 00000014 0012 000c 00000001 08000000");
	assert_string_equal(out(), ">0 2.2; >0 2.1");
}

static void test_bad_cfg(void **state)
{
	(void)state;
	route(0, 0, 1, SS7_VIA_AS, 2);
	assert_null(ss7_net_new(mem, &cfg));
	cfg.nr_routes = 0;
	route(0, 0, 1, SS7_VIA_CARRIER, 1);
	assert_null(ss7_net_new(mem, &cfg));
	cfg.nr_routes = 0;
	cfg.m3ua.as[0].member[0] = 2;
	assert_null(ss7_net_new(mem, &cfg));
}

static void make_once(void *ctx)
{
	struct mem *root = mem_root("walk");

	(void)ctx;
	if (root)
		ss7_net_free(ss7_net_new(root, &cfg));
	mem_free(root);
}

static void test_allocations(void **state)
{
	(void)state;
	assert_true(walk_allocations(make_once, NULL) > 3);
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(pause_resume), T(second_route), T(share),   T(specific),    T(carrier),
		T(status),	 T(audit),	  T(bad_cfg), T(allocations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
