/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/rtp_ports: even ports, those of others skipped, and what is said when there are too few. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/rtp_ports.h"
#include "io/sock.h"
#include "unit/support.h"

static const struct addr loopback = { ADDR_IP4, 0, { 127, 0, 0, 1 } };

/* The first of 20 ports that are free just now: an even one. */
static uint16_t free_range(void)
{
	for (unsigned port = 20000; port < 60000; port += 20) {
		struct io_rtp_ports p;
		struct mem *m = mem_root("test");
		int err = io_rtp_ports_open(m, &loopback, (uint16_t)port, (uint16_t)(port + 19), 10,
					    &p, NULL);

		if (!err)
			io_rtp_ports_close(&p);
		mem_free(m);
		if (!err)
			return (uint16_t)port;
	}
	fail_msg("no 20 free ports");
	return 0;
}

static void test_even_ports_and_a_taken_one(void **state)
{
	struct mem *m = mem_root("test");
	struct addr taken = loopback;
	uint16_t first = free_range();
	struct io_rtp_ports p;
	int fd;

	(void)state;
	taken.port = (uint16_t)(first + 2);
	assert_int_equal(io_sock_udp(&taken, &fd, NULL), 0);
	/* From an odd port on: the next even one is meant. */
	assert_int_equal(io_rtp_ports_open(m, &loopback, (uint16_t)(first - 1),
					   (uint16_t)(first + 19), 3, &p, NULL),
			 0);
	assert_int_equal(p.nr, 3);
	assert_int_equal(p.local[0].port, first);
	assert_int_equal(p.local[1].port, first + 4);
	assert_int_equal(p.local[2].port, first + 6);
	io_rtp_ports_close(&p);
	close(fd);
	mem_free(m);
}

static void test_too_few(void **state)
{
	struct mem *m = mem_root("test");
	struct tg_diag d = TG_DIAG_NONE;
	uint16_t first = free_range();
	struct io_rtp_ports p;
	char want[128];

	(void)state;
	assert_int_equal(io_rtp_ports_open(m, &loopback, first, (uint16_t)(first + 9), 6, &p, &d),
			 TG_ELIMIT);
	snprintf(want, sizeof(want), "127.0.0.1: ports %u-%u have 5 pairs free, 6 are needed",
		 first, first + 9);
	assert_string_equal(d.text, want);
	/* None of the five was kept. */
	assert_int_equal(io_rtp_ports_open(m, &loopback, first, (uint16_t)(first + 9), 5, &p, &d),
			 0);
	io_rtp_ports_close(&p);
	mem_free(m);
}

static void test_foreign_address(void **state)
{
	struct addr foreign = { ADDR_IP4, 0, { 192, 0, 2, 1 } };
	struct mem *m = mem_root("test");
	struct tg_diag d = TG_DIAG_NONE;
	struct io_rtp_ports p;

	(void)state;
	assert_int_equal(io_rtp_ports_open(m, &foreign, 20000, 20010, 2, &p, &d), TG_EIO);
	assert_string_equal(d.text, "192.0.2.1:20000 is no address of this machine");
	mem_free(m);
}

/* Port 65534 is the last; the walk does not wrap. */
static void test_end_of_all_ports(void **state)
{
	struct mem *m = mem_root("test");
	struct io_rtp_ports p;

	(void)state;
	assert_int_equal(io_rtp_ports_open(m, &loopback, 65530, 65535, 10, &p, NULL), TG_ELIMIT);
	mem_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even_ports_and_a_taken_one),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_foreign_address),
		cmocka_unit_test(test_end_of_all_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
