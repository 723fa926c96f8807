/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone: two test phones that call each other in virtual time, over a network with a delay and,
 * for speech, with loss; and lab/phone_ear for itself.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "unit/support.h"
#include "lab/phone.h"

#define NET_MS	  5
#define MAX_QUEUE 512

struct packet {
	tick_t at;
	unsigned to; /* which phone */
	bool rtp;
	size_t len;
	uint8_t octets[4000];
};

struct end {
	struct phone_cfg cfg;
	struct phone_sound sound;
	struct phone *phone;
	struct rng_seeded seed;
	struct addr sip, rtp;
	unsigned nr_results;
	bool done, done_why;
	bool ok[8];
	char why[8][PHONE_WHY_MAX];
	struct phone_result result; /* the last */
};

static struct {
	struct mem *mem;
	struct dsp_law *law;
	tick_t now;
	struct end end[2]; /* 0 calls, 1 answers */
	unsigned nr, nr_rtp;
	struct packet queue[MAX_QUEUE];
	unsigned lose_from, lose_to; /* numbers of the caller's packets of speech that get lost */
	bool mute;		     /* SIP to the answering phone gets lost */
} w;

static int words(const char *line, char *buf, char **argv)
{
	int argc = 0;

	strcpy(buf, line);
	for (char *word = strtok(buf, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return argc;
}

/* `buf` keeps the arguments, of which the configuration has views. */
static void open_end(unsigned n, const char *line, char *buf, struct str file)
{
	struct end *e = &w.end[n];
	struct tg_diag diag = TG_DIAG_NONE;
	char *argv[40];
	int argc = words(line, buf, argv);
	struct phone_env env = { .cfg = &e->cfg, .sound = &e->sound, .law = w.law };

	if (phone_args_parse(&e->cfg, argc, argv, &diag) != 0)
		fail_msg("%s", diag.text);
	assert_int_equal(phone_sound_init(&e->sound, &e->cfg.play, file, w.law, &diag), 0);
	addr_parse(&e->sip, n ? STR("192.0.2.2:5060") : STR("192.0.2.1:5060"), 0);
	e->rtp = e->sip;
	e->rtp.port = 4000;
	env.sip_local = e->sip;
	env.rtp_local = e->rtp;
	env.rng = rng_seeded_init(&e->seed, n + 1);
	e->phone = phone_new(w.mem, &env);
	assert_non_null(e->phone);
}

static char args_buf[2][500];

static void open_world(const char *caller, const char *called, struct str file)
{
	memset(&w, 0, sizeof(w));
	w.mem = mem_root("test");
	w.law = dsp_law_new(w.mem);
	w.now = (tick_t){ S_US(1000) };
	open_end(0, caller, args_buf[0], file);
	open_end(1, called, args_buf[1], str_n(NULL, 0));
}

static int close_world(void **state)
{
	(void)state;
	mem_free(w.mem);
	w.mem = NULL;
	return 0;
}

static void post(unsigned from, const struct phone_out *out)
{
	struct packet *p = &w.queue[w.nr];
	unsigned to = !from;
	bool rtp = out->type == PHONE_OUT_RTP;

	if (rtp && from == 0 && w.nr_rtp++ >= w.lose_from && w.nr_rtp <= w.lose_to)
		return;
	if (!rtp && to == 1 && w.mute)
		return;
	assert_true(addr_eq(&out->to, rtp ? &w.end[to].rtp : &w.end[to].sip));
	assert_true(w.nr < MAX_QUEUE && out->octets.len <= sizeof(p->octets));
	w.nr++;
	p->at = tick_add_ms(w.now, NET_MS);
	p->to = to;
	p->rtp = rtp;
	p->len = out->octets.len;
	memcpy(p->octets, out->octets.p, p->len);
}

static void drain(unsigned n)
{
	struct end *e = &w.end[n];
	struct phone_out out;

	while (phone_next_out(e->phone, &out)) {
		if (out.type == PHONE_OUT_RESULT) {
			unsigned at = e->nr_results++ % 8;

			e->ok[at] = phone_judge(&e->cfg, out.result, e->why[at]);
			e->result = *out.result;
		} else if (out.type == PHONE_OUT_DONE) {
			e->done = true;
			e->done_why = out.why != NULL;
		} else {
			post(n, &out);
		}
	}
}

static void deliver(void)
{
	struct packet p = w.queue[0];
	struct end *e = &w.end[p.to];

	memmove(&w.queue[0], &w.queue[1], --w.nr * sizeof(p));
	if (p.rtp)
		phone_rtp_rx(e->phone, w.now, &w.end[!p.to].rtp, str_n(p.octets, p.len));
	else
		phone_sip_rx(e->phone, w.now, &w.end[!p.to].sip, str_n(p.octets, p.len));
	drain(p.to);
}

static void run_ms(int64_t ms)
{
	tick_t end = tick_add_ms(w.now, ms);

	for (;;) {
		tick_t at =
			tick_min(phone_deadline(w.end[0].phone), phone_deadline(w.end[1].phone));

		if (w.nr)
			at = tick_min(at, w.queue[0].at);
		if (tick_before(end, at))
			break;
		if (tick_before(w.now, at))
			w.now = at;
		while (w.nr && tick_due(w.queue[0].at, w.now))
			deliver();
		for (unsigned n = 0; n < 2; n++) {
			phone_tick(w.end[n].phone, w.now);
			drain(n);
		}
	}
	w.now = end;
}

static void start(void)
{
	for (unsigned n = 2; n--;) {
		phone_start(w.end[n].phone, w.now);
		drain(n);
	}
}

static void assert_ok(unsigned n)
{
	assert_int_equal(w.end[n].nr_results, 1);
	if (!w.end[n].ok[0])
		fail_msg("phone %u: %s", n, w.end[n].why[0]);
	assert_true(w.end[n].done);
	assert_false(w.end[n].done_why);
}

#define NO_FILE str_n(NULL, 0)

/* Calls. --------------------------------------------------------------------------------------- */
static void test_call(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --duration 2 --play tone:1004@-10 --expect-tone 440 "
		   "--expect-level -16 --no-gaps",
		   "answer --ring 300 --expect-tone 1004 --expect-level -10 --no-gaps", NO_FILE);
	start();
	run_ms(40000);
	assert_ok(0);
	assert_ok(1);
	assert_int_equal(w.end[0].result.setup_ms, 300 + 2 * NET_MS);
	assert_int_equal(w.end[0].result.talk_ms, 2000);
	assert_int_equal(w.end[0].result.tx_packets, 100);
	assert_int_equal(w.end[0].result.ended_by, PHONE_ENDED_HERE);
	assert_int_equal(w.end[0].result.nr_responses, 2);
	assert_int_equal(w.end[0].result.response[0], 180);
	assert_int_equal(w.end[1].result.rx_packets, 100);
	assert_int_equal(w.end[1].result.ended_by, PHONE_ENDED_THERE);
	assert_string_equal(w.end[1].result.peer, "sip:200@192.0.2.1:5060");
}

/* Each codec with each packet time. */
static void test_codecs_and_ptimes(void **state)
{
	static const char *const codec[] = { "pcma", "pcmu" };
	char caller[200], called[200];

	(void)state;
	for (unsigned c = 0; c < 2; c++)
		for (unsigned ptime = 10; ptime <= 60; ptime += 10) {
			sprintf(caller, "call 5@192.0.2.2 --codec %s --ptime %u --expect-tone 440",
				codec[c], ptime);
			sprintf(called, "answer --expect-tone 440 --codec %s --no-gaps", codec[c]);
			open_world(caller, called, NO_FILE);
			start();
			run_ms(40000);
			assert_ok(0);
			assert_ok(1);
			assert_int_equal(w.end[0].result.tx_packets, 3000 / ptime);
			assert_int_equal(w.end[0].result.codec, c ? SDP_PCMU : SDP_PCMA);
			close_world(NULL);
		}
}

static void test_called_side_hangs_up(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --duration 5 --expect-hangup", "answer --hangup-after 1",
		   NO_FILE);
	start();
	run_ms(40000);
	assert_ok(0);
	assert_ok(1);
	assert_int_equal(w.end[0].result.talk_ms, 1000);
	close_world(NULL);
	open_world("call 5@192.0.2.2 --duration 5", "answer --hangup-after 1", NO_FILE);
	start();
	run_ms(40000);
	assert_false(w.end[0].ok[0]);
	assert_non_null(strstr(w.end[0].why[0], "hung up after 1.00 s"));
}

static void test_rejected(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --expect-status 486", "answer --ring 100 --reject 486",
		   NO_FILE);
	start();
	run_ms(40000);
	assert_ok(0);
	assert_ok(1);
	assert_string_equal(w.end[0].result.reason, "Busy Here");
}

static void test_cancelled(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --cancel-after 500", "answer --ring 10000 --expect-status 487",
		   NO_FILE);
	start();
	run_ms(40000);
	assert_ok(0);
	assert_ok(1);
	assert_int_equal(w.end[0].result.status, 487);
}

/* The 200 has left when the CANCEL comes. */
static void test_cancel_crosses_answer(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --cancel-after 507", "answer --ring 500", NO_FILE);
	start();
	run_ms(70000);
	assert_int_equal(w.end[0].nr_results, 1);
	assert_false(w.end[0].ok[0]);
	assert_int_equal(w.end[0].result.status, 200);
	assert_int_equal(w.end[1].nr_results, 1);
	assert_true(w.end[0].done && w.end[1].done);
}

static void test_no_answer(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --wait 2", "answer --ring 60000", NO_FILE);
	start();
	run_ms(40000);
	assert_string_equal(w.end[0].why[0], "no answer within 2.0 s");
	assert_true(w.end[0].done);
}

static void test_nobody_there(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2", "answer", NO_FILE);
	w.mute = true;
	start();
	run_ms(70000);
	assert_true(w.end[0].result.local);
	assert_string_equal(w.end[0].why[0], "nobody responds at 192.0.2.2:5060");
	close_world(NULL);
	open_world("call 5@192.0.2.2", "answer", NO_FILE);
	phone_start(w.end[0].phone, w.now);
	drain(0);
	phone_sip_failed(w.end[0].phone, w.now, &w.end[1].sip);
	drain(0);
	assert_string_equal(w.end[0].why[0], "192.0.2.2:5060 cannot be reached");
}

static void test_nobody_calls(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2", "answer --wait 2", NO_FILE);
	phone_start(w.end[1].phone, w.now);
	drain(1);
	run_ms(1999);
	assert_false(w.end[1].done);
	run_ms(2);
	assert_true(w.end[1].done && w.end[1].done_why);
}

static void test_interrupted(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --duration 100", "answer", NO_FILE);
	start();
	run_ms(1000);
	phone_stop(w.end[0].phone, w.now);
	drain(0);
	run_ms(1000);
	assert_string_equal(w.end[0].why[0], "interrupted");
	assert_ok(1);
	close_world(NULL);
	open_world("call 5@192.0.2.2", "answer", NO_FILE);
	phone_start(w.end[1].phone, w.now);
	phone_stop(w.end[1].phone, w.now);
	drain(1);
	assert_true(w.end[1].done && w.end[1].done_why);
}

/* One phone takes calls one after the other, and is busy while it talks. */
static void test_many_calls(void **state)
{
	char buf[500];

	(void)state;
	open_world("call 5@192.0.2.2 --duration 1", "answer --calls 3", NO_FILE);
	start();
	for (unsigned i = 1; i <= 3; i++) {
		run_ms(3000);
		assert_int_equal(w.end[1].nr_results, i);
		assert_true(w.end[1].ok[i - 1]);
		assert_int_equal(w.end[1].done, i == 3);
		phone_free(w.end[0].phone);
		memset(&w.end[0], 0, sizeof(w.end[0]));
		open_end(0, "call 5@192.0.2.2 --duration 1", buf, NO_FILE);
		w.end[0].seed.s[0] += i; /* else it would send the same tags and branches again */
		if (i < 3) {
			phone_start(w.end[0].phone, w.now);
			drain(0);
		}
	}
}

/* A file sets the length of the call, and its octets come through untouched. */
static void test_raw_file(void **state)
{
	static char file[12345];

	(void)state;
	for (size_t i = 0; i < sizeof(file); i++)
		file[i] = (char)(i * 31 + i / 256);
	open_world("call 5@192.0.2.2 --codec pcma --raw-play x", "answer --play silence",
		   str_n(file, sizeof(file)));
	start();
	run_ms(40000);
	assert_ok(0);
	assert_int_equal(w.end[0].result.talk_ms, (sizeof(file) + 7) / 8 + 1000);
	assert_ok(1);
}

/* Two packets of the caller's are lost on the way; the other side is silent. */
static void test_lost_packets(void **state)
{
	(void)state;
	open_world("call 5@192.0.2.2 --duration 2", "answer --no-gaps --play silence", NO_FILE);
	w.lose_from = 50;
	w.lose_to = 52;
	start();
	run_ms(40000);
	assert_ok(0);
	assert_string_equal(w.end[1].why[0], "1 gaps, the longest 40 ms");
	assert_int_equal(w.end[1].result.rx_packets, 98);
	assert_int_equal(w.end[1].result.rx_lost, 2);
}

/* The ear. ------------------------------------------------------------------------------------- */
static struct mem *mem;
static struct phone_ear ear;
static struct lab_meter_tables *tables;

static int open_ear(void **state)
{
	struct dsp_law *law;

	(void)state;
	mem = mem_root("test");
	law = dsp_law_new(mem);
	tables = lab_meter_tables_new(mem, DSP_ALAW);
	phone_ear_init(&ear, mem, DSP_ALAW, law);
	return 0;
}

static int close_ear(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

/* 20 ms that begin at `ms` of a 1000 Hz tone, arriving at `arrival_ms`. */
static void hear(uint32_t seq, uint32_t ms, uint32_t arrival_ms, uint32_t ssrc)
{
	uint8_t payload[160];
	struct rtp_packet p = { .seq = (uint16_t)seq,
				.timestamp = 4294967000u + ms * 8,
				.ssrc = ssrc,
				.payload = str_n(payload, sizeof(payload)) };

	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = dsp_linear_to_a(ear.table,
					     (int16_t)(8000 * sin(M_PI / 4 * (double)(i + 0.5))));
	assert_int_equal(phone_ear_packet(&ear, (tick_t){ MS_US(arrival_ms) }, &p), 0);
}

static struct lab_heard heard(bool early)
{
	struct lab_heard h;

	phone_ear_heard(&ear, tables, early, &h);
	return h;
}

/* Loss, disorder and duplicates; numbers and timestamps wrap. */
static void test_ear_order(void **state)
{
	struct lab_heard h;

	(void)state;
	for (uint32_t n = 0; n < 100; n++)
		if (n != 50 && n != 51 && n != 70)
			hear(65500 + n, n * 20, n * 20, 1);
	hear(65500 + 70, 70 * 20, 2000, 1);
	hear(65500 + 70, 70 * 20, 2000, 1);
	phone_ear_end(&ear, (tick_t){ MS_US(2000) });
	h = heard(false);
	assert_int_equal(h.ms, 2000);
	assert_int_equal(h.gaps, 1);
	assert_int_equal(h.gap_ms, 40);
	assert_int_equal(h.hz, 1000);
	assert_int_equal(rtp_seq_lost(&ear.seq), 2);
}

/* Before and after the answer; another source goes on where it comes in. */
static void test_ear_early(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 50; n++)
		hear(n, n * 20, 5000 + n * 20, 1);
	phone_ear_answered(&ear, (tick_t){ MS_US(6000) });
	for (uint32_t n = 0; n < 25; n++)
		hear(9000 + n, 777777 + n * 20, 6100 + n * 20, 2);
	phone_ear_end(&ear, (tick_t){ MS_US(6600) });
	assert_int_equal(heard(true).ms, 1000);
	assert_int_equal(heard(true).gaps, 0);
	assert_int_equal(heard(false).ms, 600);
	assert_int_equal(heard(false).first_ms, 100);
	assert_int_equal(heard(false).sound_ms, 500);
	assert_int_equal(ear.streams, 2);
}

/* A stream that stops is a gap at the end. */
static void test_ear_stops(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 50; n++)
		hear(n, n * 20, n * 20, 1);
	phone_ear_end(&ear, (tick_t){ MS_US(1500) });
	assert_int_equal(heard(false).gaps, 1);
	assert_int_equal(heard(false).gap_ms, 500);
}

static void echo_after(uint32_t delay_ms, uint32_t changed)
{
	uint8_t said[160];
	struct rtp_packet p = { .payload = str_n(said, sizeof(said)) };
	uint32_t x = 1;

	for (uint32_t n = 0; n < 100; n++) {
		for (size_t i = 0; i < sizeof(said); i++)
			said[i] = (uint8_t)((x = x * 1103515245 + 12345) >> 16);
		phone_ear_said(&ear, (tick_t){ MS_US(n * 20) }, p.payload);
		if (n * 20 < changed)
			said[3] ^= 0x01;
		p.seq = (uint16_t)n;
		p.timestamp = n * 160;
		phone_ear_packet(&ear, (tick_t){ MS_US(n * 20 + delay_ms) }, &p);
	}
	phone_ear_end(&ear, (tick_t){ MS_US(2000 + delay_ms) });
}

static void test_ear_echo(void **state)
{
	static const uint32_t delay_ms[] = { 0, 1, 63, 500, 900 };
	struct phone_echo e;

	(void)state;
	for (unsigned i = 0; i < NR_OF(delay_ms); i++) {
		echo_after(delay_ms[i], 0);
		phone_ear_echo(&ear, &e);
		assert_int_equal(e.compared, 16000);
		assert_int_equal(e.different, 0);
		assert_int_equal(e.delay_us, delay_ms[i] * 1000);
		assert_true(e.correlation > 0.9999);
		close_ear(NULL);
		open_ear(NULL);
	}
	echo_after(80, 100); /* an octet changed in each of the first 5 packets */
	phone_ear_echo(&ear, &e);
	assert_int_equal(e.different, 5);
	assert_true(e.correlation > 0.99 && e.correlation < 1);
}

/* What repeats itself would fit at many delays: the one with nothing changed counts. */
static void test_ear_echo_of_a_tone(void **state)
{
	uint8_t said[160], back[160];
	struct rtp_packet p = { .payload = str_n(back, sizeof(back)) };
	struct dsp_tone t = dsp_tone(440, -16, DSP_ALAW), u = t;
	struct phone_echo e;

	(void)state;
	memset(back, 0x54, sizeof(back));
	for (uint32_t n = 0; n < 100; n++) {
		for (size_t i = 0; i < sizeof(said); i++)
			said[i] = dsp_linear_to_a(ear.table, dsp_tone_next(&t));
		phone_ear_said(&ear, (tick_t){ MS_US(n * 20) }, str_n(said, sizeof(said)));
		for (size_t i = 0; i < sizeof(back) && n >= 4; i++)
			back[i] = dsp_linear_to_a(ear.table, dsp_tone_next(&u));
		p.seq = (uint16_t)n;
		p.timestamp = n * 160;
		phone_ear_packet(&ear, (tick_t){ MS_US(n * 20) }, &p);
	}
	phone_ear_echo(&ear, &e);
	assert_int_equal(e.delay_us, 80000);
	assert_int_equal(e.different, 0);
	assert_int_equal(e.compared, 96 * 160);
}

/* The same through another law: some octets change, the delay is found all the same. */
static void test_ear_echo_through_another_law(void **state)
{
	uint8_t said[160], back[160] = { 0 };
	struct rtp_packet p = { .payload = str_n(back, sizeof(back)) };
	struct dsp_tone t = dsp_tone(440, -16, DSP_MULAW), u = t;
	struct phone_echo e;

	(void)state;
	phone_ear_init(&ear, mem, DSP_MULAW, ear.table);
	for (uint32_t n = 0; n < 100; n++) {
		for (size_t i = 0; i < sizeof(said); i++)
			said[i] = dsp_linear_to_mu(ear.table, dsp_tone_next(&t));
		phone_ear_said(&ear, (tick_t){ MS_US(n * 20) }, str_n(said, sizeof(said)));
		for (size_t i = 0; i < sizeof(back) && n >= 4; i++) {
			uint8_t mu = dsp_linear_to_mu(ear.table, dsp_tone_next(&u));

			back[i] = ear.table->a_to_mu[ear.table->mu_to_a[mu]];
		}
		p.seq = (uint16_t)n;
		p.timestamp = n * 160;
		phone_ear_packet(&ear, (tick_t){ MS_US(n * 20) }, &p);
	}
	phone_ear_echo(&ear, &e);
	assert_int_equal(e.delay_us, 80000);
	assert_true(e.different > 0);
	assert_true(e.correlation > 0.999);
}

static void test_ear_no_echo(void **state)
{
	struct phone_echo e;

	(void)state;
	phone_ear_echo(&ear, &e);
	assert_int_equal(e.compared, 0);
	for (uint32_t n = 0; n < 50; n++) {
		uint8_t said[160];

		memset(said, (int)(n * 37), sizeof(said));
		phone_ear_said(&ear, (tick_t){ MS_US(n * 20) }, str_n(said, sizeof(said)));
		hear(n, n * 20, n * 20, 1);
	}
	phone_ear_echo(&ear, &e);
	assert_true(e.correlation < 0.5);
}

#define TEST(fn)     cmocka_unit_test_teardown(fn, close_world)
#define EAR_TEST(fn) cmocka_unit_test_setup_teardown(fn, open_ear, close_ear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_call),
		TEST(test_codecs_and_ptimes),
		TEST(test_called_side_hangs_up),
		TEST(test_rejected),
		TEST(test_cancelled),
		TEST(test_cancel_crosses_answer),
		TEST(test_no_answer),
		TEST(test_nobody_there),
		TEST(test_nobody_calls),
		TEST(test_interrupted),
		TEST(test_many_calls),
		TEST(test_raw_file),
		TEST(test_lost_packets),
		EAR_TEST(test_ear_order),
		EAR_TEST(test_ear_early),
		EAR_TEST(test_ear_stops),
		EAR_TEST(test_ear_echo),
		EAR_TEST(test_ear_echo_of_a_tone),
		EAR_TEST(test_ear_echo_through_another_law),
		EAR_TEST(test_ear_no_echo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
