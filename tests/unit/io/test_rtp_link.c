/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/rtp_link: the datagrams that it makes, what it takes and what it leaves to sockets. */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/rtp_link.h"
#include "io/sock.h"
#include "unit/io/veth.h"
#include "unit/support.h"

#define MAC_HEADER 14

static struct mem *mem;
static struct io_rtp_ports ports;
static struct io_rtp_link *lnk;
static int wire = -1;
static bool have_veth;
static const struct addr here = VETH_HERE;
static struct addr there = VETH_THERE;

/* What leaves through va comes in at vb. */
static void open_wire(void)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETHERTYPE_IP),
				  .sll_ifindex = (int)if_nametoindex("vb") };

	wire = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETHERTYPE_IP));
	assert_true(wire >= 0);
	assert_int_equal(bind(wire, (struct sockaddr *)&at, sizeof(at)), 0);
}

static int setup(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	if (!have_veth)
		return 0;
	mem = mem_root("test");
	there.port = 4711;
	assert_true(veth_neighbour("10.77.0.2"));
	assert_int_equal(io_rtp_ports_open(mem, &here, 20000, 20009, 2, &ports, &d), 0);
	lnk = io_rtp_link_new(mem, &ports);
	assert_non_null(lnk);
	open_wire();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (!have_veth)
		return 0;
	close(wire);
	io_rtp_link_free(lnk);
	io_rtp_ports_close(&ports);
	mem_free(mem);
	return 0;
}

static void need_veth(void)
{
	if (!have_veth)
		skip();
}

/* Of the link's ticks so many that each far address has been asked for. */
static void round_of_ticks(void)
{
	for (unsigned i = 0; i < IO_RTP_LINK_WAYS; i++)
		io_rtp_link_flush(lnk);
}

/* Until the link takes what goes there. */
static void become_known(const struct addr *to)
{
	assert_false(io_rtp_link_send(lnk, 0, to, STR("first")));
	round_of_ticks();
	assert_false(io_rtp_link_send(lnk, 0, to, STR("by socket")));
}

/* The next frame on the wire to our port, NULL: none. */
static const uint8_t *on_the_wire(size_t *len)
{
	static uint8_t frame[2000];
	ssize_t n;

	while ((n = recv(wire, frame, sizeof(frame), 0)) >= 0)
		if (n > MAC_HEADER + IO_RTP_LINK_HEADERS && frame[MAC_HEADER + 9] == IPPROTO_UDP) {
			*len = (size_t)n;
			return frame;
		}
	return NULL;
}

/* 192.0.2.1:5004 to 198.51.100.2:40000, the checksums by another program. */
static void test_frame(void **state)
{
	static const uint8_t wanted[] = {
		0x45, 0x00, 0x00, 0x21, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0x4e,
		0x95, 0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02, 0x13, 0x8c,
		0x9c, 0x40, 0x00, 0x0d, 0x3a, 0x09, 'a',  'b',	'c',  'd',  'e',
	};
	struct addr from = { ADDR_IP4, 5004, { 192, 0, 2, 1 } };
	struct addr to = { ADDR_IP4, 40000, { 198, 51, 100, 2 } };
	uint8_t out[sizeof(wanted)];

	(void)state;
	assert_int_equal(io_rtp_link_frame(out, &from, &to, STR("abcde")), sizeof(wanted));
	assert_memory_equal(out, wanted, sizeof(wanted));
}

/* What a receiver does: all 16-bit words of header and pseudo header together are 0xffff. */
static void test_checksum_of_any_length(void **state)
{
	struct addr from = { ADDR_IP4, 5004, { 255, 254, 253, 252 } };
	struct addr to = { ADDR_IP4, 65535, { 239, 1, 2, 3 } };
	uint8_t out[IO_RTP_LINK_HEADERS + 1 + 100] = { 0 };
	char text[100];

	(void)state;
	memset(text, 0xff, sizeof(text));
	for (size_t len = 0; len <= sizeof(text); len++) {
		uint32_t s = IPPROTO_UDP + 8 + (uint32_t)len;

		memset(out, 0, sizeof(out));
		io_rtp_link_frame(out, &from, &to, str_n(text, len));
		for (size_t i = 12; i < IO_RTP_LINK_HEADERS + len; i += 2)
			s += (uint32_t)(out[i] << 8 | out[i + 1]);
		while (s >> 16)
			s = (s & 0xffff) + (s >> 16);
		assert_int_equal(s, 0xffff);
		assert_true(out[26] | out[27]);
	}
}

static void test_goes_by_the_link(void **state)
{
	uint8_t wanted[IO_RTP_LINK_HEADERS + 5];
	const uint8_t mac[] = VETH_MAC;
	const uint8_t *frame;
	size_t len;

	(void)state;
	need_veth();
	become_known(&there);
	while (on_the_wire(&len))
		; /* what the sockets of before sent */
	assert_true(io_rtp_link_send(lnk, 1, &there, STR("speak")));
	assert_null(on_the_wire(&len));
	assert_int_equal(io_rtp_link_flush(lnk), 0);
	frame = on_the_wire(&len);
	assert_non_null(frame);
	assert_int_equal(len, MAC_HEADER + sizeof(wanted));
	assert_memory_equal(frame, mac, sizeof(mac));
	io_rtp_link_frame(wanted, &ports.local[1], &there, STR("speak"));
	assert_memory_equal(frame + MAC_HEADER, wanted, sizeof(wanted));
	assert_int_equal(io_rtp_link_sent(lnk), 1);
}

/* From 0.0.0.0 means from the address that the kernel would take. */
static void test_any_address(void **state)
{
	struct addr any = { .family = ADDR_IP4 };
	const uint8_t *frame;
	size_t len;

	(void)state;
	need_veth();
	io_rtp_link_free(lnk);
	io_rtp_ports_close(&ports);
	assert_int_equal(io_rtp_ports_open(mem, &any, 20000, 20009, 1, &ports, NULL), 0);
	lnk = io_rtp_link_new(mem, &ports);
	assert_non_null(lnk);
	become_known(&there);
	while (on_the_wire(&len))
		;
	assert_true(io_rtp_link_send(lnk, 0, &there, STR("x")));
	io_rtp_link_flush(lnk);
	frame = on_the_wire(&len);
	assert_non_null(frame);
	assert_memory_equal(frame + MAC_HEADER + 12, here.ip, 4);
}

/* More than are gathered go at once, in order. */
static void test_many(void **state)
{
	const uint8_t *frame;
	size_t len;

	(void)state;
	need_veth();
	become_known(&there);
	for (uint8_t i = 0; i < 200; i++)
		assert_true(io_rtp_link_send(lnk, i % 2, &there, str_n((char *)&i, 1)));
	io_rtp_link_flush(lnk);
	for (uint8_t i = 0; i < 200; i++) {
		frame = on_the_wire(&len);
		assert_non_null(frame);
		assert_int_equal(frame[MAC_HEADER + IO_RTP_LINK_HEADERS], i);
	}
	assert_null(on_the_wire(&len));
}

static void test_left_to_sockets(void **state)
{
	static const char octets[IO_RTP_LINK_MAX + 1];
	struct addr ip6 = { .family = ADDR_IP6 }, lo = { ADDR_IP4, 9, { 127, 0, 0, 1 } };

	(void)state;
	need_veth();
	become_known(&lo);
	become_known(&there);
	assert_false(io_rtp_link_send(lnk, 0, &lo, STR("x")));
	assert_false(io_rtp_link_send(lnk, 0, &ip6, STR("x")));
	assert_false(io_rtp_link_send(lnk, 0, &there, str_n(octets, sizeof(octets))));
	assert_true(io_rtp_link_send(lnk, 0, &there, str_n(octets, IO_RTP_LINK_MAX)));
	assert_false(io_rtp_link_send(NULL, 0, &there, STR("x")));
	assert_int_equal(io_rtp_link_flush(NULL), 0);
}

/* Once a second one goes by the socket; nobody sends, and the way is forgotten. */
static void test_asks_again(void **state)
{
	(void)state;
	need_veth();
	become_known(&there);
	assert_true(io_rtp_link_send(lnk, 0, &there, STR("x")));
	round_of_ticks();
	assert_false(io_rtp_link_send(lnk, 0, &there, STR("x")));
	assert_true(io_rtp_link_send(lnk, 0, &there, STR("x")));
	round_of_ticks();
	round_of_ticks();
	become_known(&there);
}

static void test_more_than_there_is_room_for(void **state)
{
	unsigned taken = 0;

	(void)state;
	need_veth();
	assert_true(veth_ip("route add 10.0.0.0/8 via 10.77.0.2"));
	for (unsigned i = 0; i < 4 * IO_RTP_LINK_WAYS; i++) {
		struct addr to = { ADDR_IP4, 4000, { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } };

		io_rtp_link_send(lnk, 0, &to, STR("x"));
	}
	round_of_ticks();
	for (int pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < 4 * IO_RTP_LINK_WAYS; i++) {
			struct addr to = { ADDR_IP4,
					   4000,
					   { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } };

			taken += io_rtp_link_send(lnk, 0, &to, STR("x"));
		}
	assert_in_range(taken, IO_RTP_LINK_WAYS / 2, IO_RTP_LINK_WAYS);
}

/* Nothing is lost without being counted when the interface goes away. */
static void test_interface_goes_down(void **state)
{
	(void)state;
	need_veth();
	become_known(&there);
	assert_true(veth_ip("link set va down"));
	assert_true(io_rtp_link_send(lnk, 0, &there, STR("x")));
	assert_true(io_rtp_link_send(lnk, 1, &there, STR("y")));
	assert_int_equal(io_rtp_link_flush(lnk), 2);
	assert_int_equal(io_rtp_link_sent(lnk), 0);
	round_of_ticks();
	assert_false(io_rtp_link_send(lnk, 0, &there, STR("x")));
	assert_false(io_rtp_link_send(lnk, 0, &there, STR("x")));
}

#define LINK_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/* The last one breaks the network. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_checksum_of_any_length),
		LINK_TEST(test_goes_by_the_link),
		LINK_TEST(test_any_address),
		LINK_TEST(test_many),
		LINK_TEST(test_left_to_sockets),
		LINK_TEST(test_asks_again),
		LINK_TEST(test_more_than_there_is_room_for),
		LINK_TEST(test_interface_goes_down),
	};

	have_veth = veth_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
