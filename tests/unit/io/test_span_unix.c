/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/span_unix: two ends find each other, carry octets, lose each other and come back; ends that do
 * not fit are refused with the reason; a worker that follows another loses no octet. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "io/span.h"
#include "io/worker.h"
#include "tdm/pipe.h"
#include "unit/support.h"

#define BLOCKS 1000
#define BEGIN  500 /* until then receive buffers fill */

static struct mem *mem;
static struct io_loop *loop;
static char path[GW_PATH_MAX];
static struct gw_span_cfg here, there;
static struct io_span *a, *b;

static struct gw_span_cfg cfg_of(unsigned number, bool listen)
{
	struct gw_span_cfg c = { .number = number, .driver = GW_SPAN_UNIX, .listen = listen };

	c.buffer_ms = 5;
	strcpy(c.path, path);
	return c;
}

static int setup(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	mem = mem_root("test");
	loop = io_loop_new(mem, &d);
	snprintf(path, sizeof(path), "/tmp/trunkgate-test-span-%d", (int)getpid());
	unlink(path);
	here = cfg_of(1, true);
	there = cfg_of(2, false);
	there.clock_slave = true;
	a = b = NULL;
	return loop ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_span_close(b);
	io_span_close(a);
	io_loop_free(loop);
	mem_free(mem);
	assert_int_equal(access(path, F_OK), -1);
	return 0;
}

static struct io_span *open_one(const struct gw_span_cfg *c)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct io_span *s = io_span_open(mem, loop, c, &d);

	if (!s)
		print_message("%s\n", d.text);
	assert_non_null(s);
	return s;
}

static void give_up(void *self)
{
	*(bool *)self = true;
}

/* A pass of the loop, which takes `ms` at most. */
static void pass(int ms)
{
	bool over = false;
	struct io_timer t = { .fire = give_up, .self = &over };

	io_timer_arm(loop, &t, tick_add_ms(io_now(), ms));
	io_loop_pass(loop);
	io_timer_cancel(loop, &t);
	if (a)
		io_span_look(a);
	if (b)
		io_span_look(b);
}

static bool read_at(struct io_span *s, struct tdm_block *blk)
{
	struct tdm_span end = io_span_end(s);

	return end.ops->read(end.self, blk);
}

static void write_at(struct io_span *s, uint8_t mark)
{
	struct tdm_span end = io_span_end(s);
	struct tdm_block blk;

	memset(&blk, mark, sizeof(blk));
	end.ops->write(end.self, &blk);
}

static bool is_up(struct io_span *s)
{
	struct tdm_span end = io_span_end(s);

	return end.ops->up(end.self);
}

/* A millisecond at both ends, as fast as it goes. */
static void both(void)
{
	struct tdm_block blk;

	if (a) {
		read_at(a, &blk);
		write_at(a, 1);
	}
	if (b) {
		read_at(b, &blk);
		write_at(b, 2);
	}
}

static void until_text(struct io_span *s, const char *text)
{
	for (int i = 0; i < 3000 && !strstr(io_span_text(s), text); i++) {
		pass(5);
		both();
	}
	if (!strstr(io_span_text(s), text))
		fail_msg("span says: %s", io_span_text(s));
}

static void until_up(void)
{
	for (int i = 0; i < 3000 && !(is_up(a) && is_up(b)); i++) {
		pass(1);
		both();
	}
	assert_true(is_up(a) && is_up(b));
}

static void open_both(void)
{
	a = open_one(&here);
	b = open_one(&there);
}

static void test_joined_both_ways(void **state)
{
	struct tdm_status st;
	struct tdm_block blk;

	(void)state;
	open_both();
	assert_false(is_up(a) || is_up(b));
	until_up();
	assert_non_null(strstr(io_span_text(a), "joined"));
	assert_true(read_at(a, &blk));
	assert_int_equal(blk.octet[1][0], 2);
	assert_int_equal(blk.octet[31][7], 2);
	write_at(a, 3);
	do
		assert_true(read_at(b, &blk));
	while (blk.octet[1][0] != 3);
	io_span_end(a).ops->status(a, &st);
	assert_int_equal(st.alarms, 0);
	assert_true(st.rx_packets > 100 && st.tx_packets > 100);
	assert_int_equal(st.rx_octets, st.rx_packets * 31 * 8);
	assert_int_equal(st.malformed + st.slips_dropped + st.slips_repeated, 0);
}

static void test_signalling_bits(void **state)
{
	uint8_t abcd[TDM_MAX_TS] = { 0, 5, 10 }, back[TDM_MAX_TS];
	struct tdm_block blk;

	(void)state;
	open_both();
	until_up();
	io_span_end(a).ops->cas_tx(a, abcd);
	write_at(a, 1);
	for (int i = 0; i < 100; i++)
		read_at(b, &blk);
	io_span_end(b).ops->cas_rx(b, back);
	assert_memory_equal(back, abcd, sizeof(back));
}

static void test_far_end_dies_and_comes_back(void **state)
{
	struct tdm_block blk;

	(void)state;
	open_both();
	until_up();
	io_span_close(b);
	b = NULL;
	until_text(a, "is gone");
	assert_int_equal(io_span_end(a).ops->alarms(a), TDM_LOS);
	assert_false(read_at(a, &blk));
	b = open_one(&there);
	until_up();
	io_span_close(a); /* and the one that listens */
	a = NULL;
	until_text(b, "nobody listens");
	a = open_one(&here);
	until_up();
}

static void test_silence_is_loss(void **state)
{
	struct tdm_block blk;

	(void)state;
	open_both();
	until_up();
	for (int ms = 0; ms < 300; ms++) {
		read_at(a, &blk);
		write_at(a, 1);
	}
	assert_int_equal(io_span_end(a).ops->alarms(a), TDM_LOS);
	write_at(a, 1); /* it says so */
	for (int ms = 0; ms < 400; ms++)
		read_at(b, &blk);
	assert_true(io_span_end(b).ops->alarms(b) != 0);
	until_up();
}

static void refused(const char *why)
{
	open_both();
	until_text(a, why[0] == 'b' ? why : "refused: its");
	until_text(b, why);
	for (int i = 0; i < 20; i++)
		both();
	assert_false(is_up(a) || is_up(b));
}

static void test_wrong_law_is_refused(void **state)
{
	(void)state;
	there.law = TDM_MULAW;
	refused("refused: its law is a-law, ours is mu-law");
}

static void test_wrong_size_is_refused(void **state)
{
	(void)state;
	there.kind = TDM_T1;
	refused("refused: its span is of type e1, ours of type t1");
}

static void test_two_slaves_are_refused(void **state)
{
	(void)state;
	here.clock_slave = true;
	refused("both ends have `clock slave`");
}

static void test_a_stranger_is_refused(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	(void)state;
	a = open_one(&here);
	strcpy(at.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(send(fd, "GET /", 5, 0), 5);
	until_text(a, "not the protocol of spans");
	close(fd);
	b = open_one(&there);
	until_up();
}

static void test_paths(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	(void)state;
	strcpy(at.sun_path, path); /* left by somebody who is no more */
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	close(fd);
	a = open_one(&here);
	here.number = 7;
	assert_null(io_span_open(mem, loop, &here, &d)); /* somebody listens there */
	assert_non_null(strstr(d.text, "span 7: cannot listen at"));
	strcpy(here.path, "/nowhere/at/all");
	assert_null(io_span_open(mem, loop, &here, &d));
	assert_non_null(strstr(d.text, "No such file"));
}

/* Two workers: the master counts, the slave returns what it hears, the master hears itself whole. */
static unsigned sent, wrong;
static _Atomic unsigned heard; /* read by the test while the worker counts */
static uint8_t last;

static void count(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	uint8_t mark = rx->octet[3][0];

	(void)self;
	if (++heard > BEGIN)
		wrong += mark != (uint8_t)(last + 1);
	last = mark;
	memset(tx, (uint8_t)++sent, sizeof(*tx));
}

static void give_back(void *self, const struct tdm_block *rx, struct tdm_block *tx)
{
	(void)self;
	*tx = *rx;
}

static void woken(void *self)
{
	(void)self;
}

static struct io_worker *start(struct io_span *s,
			       void (*block)(void *, const struct tdm_block *, struct tdm_block *),
			       bool clock)
{
	struct io_worker_cfg k = { .nr_lines = 1, .woken = woken, .catch_up_ms = 240 };
	struct io_worker *w;

	k.line[0] = (struct io_worker_line){ .span = io_span_end(s),
					     .user = { .block = block },
					     .clock = clock };
	w = io_worker_new(mem, loop, &k, NULL);
	assert_non_null(w);
	return w;
}

/* Did the master hear itself whole? */
static bool one_run(void)
{
	struct io_worker *master, *slave;
	struct tdm_status before, after;
	uint64_t slips;

	sent = heard = wrong = 0;
	io_span_end(a).ops->status(a, &before);
	master = start(a, count, false);
	slave = start(b, give_back, true);
	assert_int_equal(io_worker_start(slave, NULL), 0);
	assert_int_equal(io_worker_start(master, NULL), 0);
	for (int i = 0; i < 2000 && heard < BLOCKS; i++)
		usleep(10000);
	io_worker_free(slave);
	io_worker_free(master);
	io_span_end(a).ops->status(a, &after);
	slips = after.slips_dropped + after.slips_repeated - before.slips_dropped -
		before.slips_repeated;
	/* a break that is not counted is a bug; a counted one is a machine that was busy */
	assert_true(!wrong || slips || after.underruns + after.overruns > before.underruns);
	return heard >= BLOCKS && !wrong && !slips;
}

static void test_a_slave_loses_nothing(void **state)
{
	bool whole = false;

	(void)state;
	here.buffer_ms = 100;
	open_both();
	until_text(a, "joined");
	until_text(b, "joined");
	for (int i = 0; i < 10 && !whole; i++)
		whole = one_run();
	assert_true(whole);
}

#define SPAN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPAN_TEST(test_joined_both_ways),
		SPAN_TEST(test_signalling_bits),
		SPAN_TEST(test_far_end_dies_and_comes_back),
		SPAN_TEST(test_silence_is_loss),
		SPAN_TEST(test_wrong_law_is_refused),
		SPAN_TEST(test_wrong_size_is_refused),
		SPAN_TEST(test_two_slaves_are_refused),
		SPAN_TEST(test_a_stranger_is_refused),
		SPAN_TEST(test_paths),
		SPAN_TEST(test_a_slave_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
