/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/worker: its thread with an engine, a virtual span and a UDP socket: octets sent as RTP come
 * back from the far end of the span; agents get records and answer; a cut span is seen. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/sock.h"
#include "io/worker.h"
#include "unit/support.h"

#define RTP_HEADER 12
#define PACKET	   160

static struct mem *mem;
static struct io_loop *loop;
static struct io_worker *worker;
static struct io_rtp_ports ports;
static struct tdm_virtual *cable;
static unsigned woken;

/* The far end: returns what it heard a millisecond ago. */
static struct tdm_block heard;

static void echo(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)self;
	*tx = heard;
	heard = *rx;
}

/* An agent that returns each record with its kind increased. */
static struct ring_rec agent_rec;
static bool agent_has;

static void agent_cmd(void *self, const struct ring_rec *rec)
{
	(void)self;
	agent_rec = *rec;
	agent_rec.kind++;
	agent_has = true;
}

static bool agent_report(void *self, struct ring_rec *rec)
{
	(void)self;
	if (!agent_has)
		return false;
	*rec = agent_rec;
	agent_has = false;
	return true;
}

static void on_woken(void *self)
{
	(void)self;
	woken++;
	io_loop_stop(loop, 0);
}

static void give_up(void *self)
{
	(void)self;
	io_loop_stop(loop, -1);
}

/* Until the worker wakes the loop, or `ms` are over. */
static int wait_ms(int64_t ms)
{
	struct io_timer t = { .fire = give_up };
	int rc;

	io_timer_arm(loop, &t, tick_add_ms(io_now(), ms));
	rc = io_loop_run(loop);
	io_timer_cancel(loop, &t);
	return rc;
}

static void open_ports(void)
{
	struct addr at = { ADDR_IP4, 0, { 127, 0, 0, 1 } };

	for (unsigned first = 30000; first < 60000; first += 10)
		if (io_rtp_ports_open(mem, &at, (uint16_t)first, (uint16_t)(first + 9), 1, &ports,
				      NULL) == 0)
			return;
	fail_msg("no free port");
}

static int setup(void **state)
{
	struct med_cfg mc = { .nr_channels = 1, .nr_spans = 1, .law = { TDM_ALAW } };
	struct io_worker_cfg cfg = {
		.rtp = &ports, .nr_lines = 2, .nr_agents = 1, .woken = on_woken
	};
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	mem = mem_root("test");
	loop = io_loop_new(mem, &d);
	open_ports();
	cable = tdm_virtual_new(mem, TDM_E1, TDM_ALAW);
	cfg.engine = med_engine_new(mem, &mc);
	cfg.line[0] = (struct io_worker_line){ .span = tdm_virtual_end(cable, 0) };
	cfg.line[1] = (struct io_worker_line){ .span = tdm_virtual_end(cable, 1),
					       .user = { .block = echo } };
	cfg.agent[0] = (struct io_worker_agent){ agent_cmd, agent_report, NULL };
	worker = io_worker_new(mem, loop, &cfg, &d);
	return worker && io_worker_start(worker, &d) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_worker_free(worker);
	io_rtp_ports_close(&ports);
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

static void test_agent_answers(void **state)
{
	struct ring_rec rec = { .kind = 41, .body = "abc" };

	(void)state;
	assert_true(io_worker_put(worker, 1, &rec));
	for (int i = 0; i < 200 && !io_worker_get(worker, 1, &rec); i++)
		wait_ms(10);
	assert_int_equal(rec.kind, 42);
	assert_string_equal((char *)rec.body, "abc");
	assert_true(woken > 0);
}

static void test_cut_span_is_seen(void **state)
{
	(void)state;
	for (int i = 0; i < 200 && !io_worker_line_up(worker, 0); i++)
		wait_ms(10);
	assert_true(io_worker_line_up(worker, 0));
	woken = 0;
	tdm_virtual_cut(cable, true);
	for (int i = 0; i < 200 && io_worker_line_up(worker, 0); i++)
		wait_ms(10);
	assert_false(io_worker_line_up(worker, 0));
	assert_true(woken > 0);
	tdm_virtual_cut(cable, false);
	for (int i = 0; i < 200 && !io_worker_line_up(worker, 0); i++)
		wait_ms(10);
	assert_true(io_worker_line_up(worker, 0));
}

/* RFC 3550 5.1: version 2, payload type 8, SSRC 7. */
static void send_packet(int fd, uint16_t seq, const uint8_t *payload)
{
	uint8_t packet[RTP_HEADER + PACKET] = { 0x80, 8, (uint8_t)(seq >> 8), (uint8_t)seq };
	uint32_t ts = (uint32_t)seq * PACKET;

	packet[4] = (uint8_t)(ts >> 24);
	packet[5] = (uint8_t)(ts >> 16);
	packet[6] = (uint8_t)(ts >> 8);
	packet[7] = (uint8_t)ts;
	packet[11] = 7;
	memcpy(packet + RTP_HEADER, payload, PACKET);
	assert_int_equal(io_sock_send(fd, &ports.local[0], str_n(packet, sizeof(packet))), 0);
}

static void open_channel(const struct addr *remote)
{
	struct med_open open = { .leg = 1,
				 .timeslot = 5,
				 .codec = MED_PCMA,
				 .through = MED_BOTH,
				 .pt_tx = 8,
				 .pt_rx = 8,
				 .ptime_ms = 20,
				 .buffer_ms = 40,
				 .seq = 100,
				 .ssrc = 9,
				 .flags = MED_F_RTCP };
	struct ring_rec rec;

	med_open_set_remote(&open, remote);
	med_cmd_pack(&rec, MED_CMD_OPEN, &open, sizeof(open));
	assert_true(io_worker_put(worker, IO_WORKER_ENGINE, &rec));
}

/* Adds received payload until `len` octets are there or nothing comes for two seconds. */
static size_t collect(int fd, uint8_t *out, size_t len)
{
	uint8_t packet[400];
	struct addr from;
	size_t got = 0;

	for (int idle = 0; idle < 200 && got + PACKET <= len;) {
		ssize_t n = io_sock_recv(fd, packet, sizeof(packet), &from);

		if (n < 0) {
			usleep(10000);
			idle++;
			continue;
		}
		assert_int_equal(n, RTP_HEADER + PACKET);
		assert_true(addr_eq(&from, &ports.local[0]));
		memcpy(out + got, packet + RTP_HEADER, PACKET);
		got += PACKET;
	}
	return got;
}

/* On a busy machine worker or test may sleep so long that a packet is late: it is tried again. */
static void test_octets_there_and_back(void **state)
{
	struct addr local = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	uint8_t sent[2 * PACKET], got[25 * PACKET];
	struct io_worker_stats stats;
	uint16_t rounds = 0;
	size_t len;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7 + i / 256);
	assert_int_equal(io_sock_udp(&local, &fd, NULL), 0);
	io_sock_local(fd, &local);
	open_channel(&local);
	assert_int_equal(collect(fd, got, PACKET), PACKET); /* the channel is open */
	do {
		send_packet(fd, rounds * 25 + 1, sent);
		send_packet(fd, rounds * 25 + 2, sent + PACKET);
		len = collect(fd, got, sizeof(got));
		assert_int_equal(len, sizeof(got));
	} while (!memmem(got, len, sent, sizeof(sent)) && ++rounds < 20);
	assert_true(rounds < 20);
	io_worker_stats(worker, &stats);
	assert_int_equal(stats.rx_datagrams, 2 * (rounds + 1));
	assert_true(stats.tx_datagrams >= 26);
	assert_true(stats.ticks >= 26 * 20);
	close(fd);
}

/* Datagrams that lay in the socket before the channel was opened are not heard. */
static void test_stale_datagrams_are_not_heard(void **state)
{
	struct addr local = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	uint8_t sent[PACKET], got[10 * PACKET];
	size_t len;
	int fd;

	(void)state;
	memset(sent, 0x11, sizeof(sent));
	assert_int_equal(io_sock_udp(&local, &fd, NULL), 0);
	io_sock_local(fd, &local);
	send_packet(fd, 1, sent);
	usleep(5000);
	open_channel(&local);
	len = collect(fd, got, sizeof(got));
	assert_int_equal(len, sizeof(got));
	assert_null(memchr(got, 0x11, len));
	close(fd);
}

/* Datagrams that the leg has thrown away. */
static unsigned thrown_away(void)
{
	struct med_ref ref = { .leg = 1 };
	struct med_counters c;
	struct ring_rec rec;

	med_cmd_pack(&rec, MED_CMD_QUERY, &ref, sizeof(ref));
	assert_true(io_worker_put(worker, IO_WORKER_ENGINE, &rec));
	for (int i = 0; i < 500; i++) {
		while (io_worker_get(worker, IO_WORKER_ENGINE, &rec))
			if (med_report_unpack(&rec, &c) && rec.kind == MED_REP_COUNTERS)
				return c.rx_rejected;
		wait_ms(10);
	}
	fail_msg("no report");
	return 0;
}

/* Four a second would take them 25 s, and the far end's reports would wait behind them. */
static void test_strangers_at_the_port_of_rtcp(void **state)
{
	struct addr local = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	struct addr strange = { ADDR_IP4, 0, { 127, 0, 0, 2 } }, to = ports.local[0];
	struct io_worker_stats from, now;
	uint8_t octet[PACKET];
	int fd, stranger;

	(void)state;
	to.port++;
	assert_int_equal(io_sock_udp(&local, &fd, NULL), 0);
	io_sock_local(fd, &local);
	assert_int_equal(io_sock_udp(&strange, &stranger, NULL), 0);
	open_channel(&local);
	assert_int_equal(collect(fd, octet, PACKET), PACKET); /* the channel is open */
	for (int i = 0; i < 100; i++)
		assert_int_equal(io_sock_send(stranger, &to, STR("x")), 0);
	io_worker_stats(worker, &from);
	do {
		wait_ms(10);
		io_worker_stats(worker, &now);
	} while (thrown_away() < 100 && now.ticks - from.ticks < 5000);
	assert_int_equal(thrown_away(), 100);
	close(fd);
	close(stranger);
}

#define WORKER_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORKER_TEST(test_agent_answers),
		WORKER_TEST(test_cut_span_is_seen),
		WORKER_TEST(test_octets_there_and_back),
		WORKER_TEST(test_stale_datagrams_are_not_heard),
		WORKER_TEST(test_strangers_at_the_port_of_rtcp),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
