/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sipio/dns against a server of the test's own on the loopback interface (catalogue H11). */
#include <stdio.h>
#include <string.h>

#include <trunkgate/sipio/dns.h>

#include "io/udp.h"
#include "unit/support.h"

enum mode { WELL, SILENT, LOOP_IN_NAME, LARGE, TOO_LARGE, CNAME_LOOP, GARBAGE };

static struct mem *mem;
static struct io_loop *loop;
static struct io_udp *server;
static struct io_dns *dns;
static enum mode mode;
static unsigned nr_asked, nr_answers;
static char answer[8192];
static enum sip_dns_result result;
static uint32_t ttl_s;
static int64_t longest_us;

static void put(char *out, size_t *len, const void *p, size_t n)
{
	memcpy(out + *len, p, n);
	*len += n;
}

/* One record whose name is that of the question. */
static void put_record(char *out, size_t *len, uint8_t type, const char *data, uint16_t n)
{
	char head[] = { (char)0xc0, 12, 0, (char)type, 0, 1, 0, 0, 0, 60, (char)(n >> 8), (char)n };

	put(out, len, head, sizeof(head));
	put(out, len, data, n);
}

static unsigned put_answers(char *out, size_t *len, uint8_t type)
{
	static const char srv[] = "\0\1\0\2\x13\xc4\1h\7example\0";
	static const char naptr[] = "\0\12\0\24\1s\7SIP+D2T\0\4_sip\4_tcp\7example\0";
	static const char self_loop[] = "\0\1\0\2\x13\xc4\xc0\x2a";
	unsigned nr = mode == LARGE ? 72 : mode == TOO_LARGE ? 512 : 1;

	if (type == 28)
		return 0;
	for (unsigned i = 0; i < nr; i++) {
		if (mode == CNAME_LOOP)
			put_record(out, len, 5, "\xc0\x0c", 2);
		else if (mode == LOOP_IN_NAME && type == 33)
			put_record(out, len, 33, self_loop, sizeof(self_loop) - 1);
		else if (type == 33)
			put_record(out, len, 33, srv, sizeof(srv) - 1);
		else if (type == 35)
			put_record(out, len, 35, naptr, sizeof(naptr) - 1);
		else
			put_record(out, len, 1, "\xc0\0\2\7", 4);
	}
	return nr;
}

static void on_question(void *self, const struct addr *from, struct str q)
{
	static char out[65000];
	size_t len = 0, end = 12;
	unsigned nr;

	(void)self;
	nr_asked++;
	if (mode == SILENT || q.len < 17)
		return;
	while (end < q.len && q.p[end])
		end += (size_t)(uint8_t)q.p[end] + 1;
	end += 5;
	put(out, &len, q.p, end);
	out[2] = (char)0x81;
	out[3] = (char)0x80;
	memset(out + 6, 0, 6);
	nr = put_answers(out, &len, (uint8_t)q.p[end - 3]);
	out[6] = (char)(nr >> 8);
	out[7] = (char)nr;
	if (mode == GARBAGE)
		memset(out + end, 0xff, len - end);
	io_udp_send(server, from, str_n(out, len));
}

static void on_answer(void *self, uint32_t token, const struct sip_dns_answer *a)
{
	const struct sip_dns_record *rec = a->rec;
	unsigned nr = a->nr;
	char text[ADDR_TEXT_MAX];
	size_t len = strlen(answer);

	assert_true(self == &answer);
	assert_int_equal(token, 7);
	result = a->result;
	ttl_s = a->ttl_s;
	nr_answers++;
	len += (size_t)sprintf(answer + len, "%u:", nr);
	for (unsigned i = 0; i < nr && i < 2; i++)
		len += (size_t)snprintf(answer + len, sizeof(answer) - len,
					"%u %u %u %u %u " STR_FMT " " STR_FMT " " STR_FMT " %s;",
					rec[i].order, rec[i].preference, rec[i].priority,
					rec[i].weight, rec[i].port, STR_ARG(rec[i].flags),
					STR_ARG(rec[i].service), STR_ARG(rec[i].name),
					rec[i].addr.family ? addr_print(&rec[i].addr, text) : "");
}

static int setup(void **state)
{
	struct addr bind = { ADDR_IP4, 0, { 127, 0, 0, 1 } };
	struct io_udp_user user = { .rx = on_question };

	(void)state;
	mode = WELL;
	nr_asked = nr_answers = 0;
	longest_us = 0;
	answer[0] = '\0';
	mem = mem_root("test");
	loop = io_loop_new(mem, NULL);
	server = io_udp_open(mem, loop, &bind, &user, NULL);
	assert_non_null(server);
	dns = io_dns_new(mem, loop, io_udp_local(server), NULL);
	return dns ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	io_dns_free(dns);
	io_udp_close(server);
	io_loop_free(loop);
	mem_free(mem);
	return 0;
}

static void stop(void *self)
{
	(void)self;
	io_loop_stop(loop, 0);
}

/* How late the loop is, too: nothing may hold it up. */
static void run_until(unsigned answers, int64_t most_ms)
{
	tick_t end = tick_add_ms(io_now(), most_ms);

	while (nr_answers < answers && !tick_due(end, io_now())) {
		struct io_timer t = { .fire = stop };
		tick_t at = tick_add_ms(io_now(), 10);
		int64_t late;

		io_timer_arm(loop, &t, at);
		io_loop_run(loop);
		late = tick_diff_us(io_now(), at);
		longest_us = late > longest_us ? late : longest_us;
	}
	assert_int_equal(nr_answers, answers);
}

static void ask(enum sip_dns_type type, const char *name)
{
	assert_int_equal(io_dns_ask(dns, type, str_of(name), on_answer, &answer, 7), 0);
}

static void test_answers(void **state)
{
	(void)state;
	ask(SIP_DNS_SRV, "_sip._udp.example");
	assert_int_equal(nr_answers, 0);
	run_until(1, 5000);
	assert_string_equal(answer, "1:0 0 1 2 5060   h.example ;");
	assert_int_equal(ttl_s, 60);
	answer[0] = '\0';
	ask(SIP_DNS_NAPTR, "example");
	run_until(2, 5000);
	assert_string_equal(answer, "1:10 20 0 0 0 s SIP+D2T _sip._tcp.example ;");
	answer[0] = '\0';
	ask(SIP_DNS_ADDR, "h.example");
	run_until(3, 5000);
	assert_string_equal(answer, "1:0 0 0 0 0    192.0.2.7:0;");
	assert_int_equal(result, SIP_DNS_FOUND);
	assert_int_equal(ttl_s, 60);
}

static void test_large(void **state)
{
	(void)state;
	mode = LARGE;
	ask(SIP_DNS_ADDR, "large.example");
	run_until(1, 9000);
	assert_int_equal(strncmp(answer, "64:", 3), 0);
}

static void check_nothing(enum mode m, enum sip_dns_type type)
{
	mode = m;
	nr_answers = 0;
	answer[0] = '\0';
	ask(type, "odd.example");
	run_until(1, 9000);
	assert_string_equal(answer, "0:");
}

static void test_bad_answers(void **state)
{
	(void)state;
	check_nothing(TOO_LARGE, SIP_DNS_ADDR); /* without TC */
	check_nothing(LOOP_IN_NAME, SIP_DNS_SRV);
	check_nothing(CNAME_LOOP, SIP_DNS_ADDR);
	check_nothing(GARBAGE, SIP_DNS_NAPTR);
	assert_true(longest_us < MS_US(500));
}

/* Each question ends by itself, and the loop goes on. */
static void test_silence(void **state)
{
	(void)state;
	mode = SILENT;
	for (int i = 0; i < IO_DNS_MAX_PENDING; i++)
		ask(SIP_DNS_SRV, "slow.example");
	assert_int_equal(io_dns_ask(dns, SIP_DNS_SRV, STR("x"), on_answer, &answer, 7), TG_ELIMIT);
	run_until(IO_DNS_MAX_PENDING, 20000);
	assert_true(longest_us < MS_US(500));
	assert_true(nr_asked >= IO_DNS_MAX_PENDING);
}

static void test_left_open(void **state)
{
	char name[400];

	(void)state;
	mode = SILENT;
	memset(name, 'x', sizeof(name));
	assert_int_equal(io_dns_ask(dns, SIP_DNS_SRV, str_n(name, sizeof(name)), on_answer, NULL,
				    7),
			 TG_EINVAL);
	ask(SIP_DNS_ADDR, "slow.example");
	run_until(0, 50);
	ask(SIP_DNS_ADDR, "never.example");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_left_open, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
