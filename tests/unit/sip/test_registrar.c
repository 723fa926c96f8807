/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3261 10.2 and 10.3: what a REGISTER does to the bindings of an address of record. */
#include <stdio.h>

#include <trunkgate/sip/registrar.h>

#include "sip/guess.h"
#include "unit/support.h"

static struct mem *mem;
static struct sip_registrar *reg;
static struct sip_registrar_answer answer;
static struct addr phone;
static tick_t now;
static struct rng_seeded seed;
static struct rng rng;
static unsigned branch; /* of the last request */
static bool repeat;	/* the next has it again */

static int setup(void **state)
{
	(void)state;
	now = (tick_t){ S_US(1000) };
	mem = mem_root("test");
	rng = rng_seeded_init(&seed, 3);
	reg = sip_registrar_new(mem, &(struct sip_registrar_cfg){ .max_users = 3, .rng = rng });
	assert_non_null(reg);
	assert_int_equal(sip_registrar_user(reg, STR("201"), NULL), 0);
	assert_int_equal(sip_registrar_user(reg, STR("202"), NULL), 0);
	return addr_parse(&phone, STR("192.0.2.7:5070"), 0);
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

/* A REGISTER of 201 with these header lines, each with its line end. */
static unsigned rx_of(const char *user, const char *call_id, unsigned cseq, const char *more)
{
	static char text[4096];
	static struct sip_msg m;

	branch += !repeat;
	snprintf(
		text, sizeof(text),
		"REGISTER sip:192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKr%u\r\n"
		"From: <sip:%s@192.0.2.1>;tag=a\r\nTo: <sip:%s@192.0.2.1>\r\nCall-ID: %s\r\n"
		"CSeq: %u REGISTER\r\nMax-Forwards: 70\r\n%sContent-Length: 0\r\n\r\n",
		branch, user, user, call_id, cseq, more);
	assert_int_equal(sip_msg_parse(&m, str_of(text), NULL), 0);
	sip_registrar_rx(reg, now, &m, &phone, 1, &answer);
	return answer.status;
}

static unsigned rx(unsigned cseq, const char *more)
{
	return rx_of("201", "one", cseq, more);
}

/* The extra headers of the last answer: "Name: value|...". */
static const char *said(void)
{
	static char text[4096];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < answer.body.nr_extra; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s" STR_FMT ": " STR_FMT,
				      i ? "|" : "", STR_ARG(answer.extra[i].name),
				      STR_ARG(answer.extra[i].value));
	return text;
}

#define PHONE "Contact: <sip:a@192.0.2.7:5070>"

static void pass_s(int64_t s)
{
	now = tick_add_us(now, S_US(s));
}

static void test_binding(void **state)
{
	struct sip_binding b;
	unsigned pos = 0;

	(void)state;
	assert_int_equal(rx(1, PHONE ";expires=600\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=600");
	assert_true(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	assert_str_equal(b.uri, STR("sip:a@192.0.2.7:5070"));
	assert_true(addr_eq(&b.source, &phone));
	assert_false(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	/* 10.2.3: a query */
	pass_s(100);
	assert_int_equal(rx(2, ""), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=500");
	/* 10.2.4: refreshed, by a URI that is equal (19.1.4) */
	assert_int_equal(rx(3, "Contact: <sip:a@192.0.2.7:5070>\r\nExpires: 60\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=60");
	pass_s(60);
	pos = 0;
	assert_false(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	assert_int_equal(rx(4, ""), 200);
	assert_string_equal(said(), "");
}

static void test_expiry(void **state)
{
	(void)state;
	assert_int_equal(rx(1, PHONE ";expires=59\r\n"), 423);
	assert_string_equal(said(), "Min-Expires: 60");
	assert_int_equal(rx(2, PHONE ";expires=99999\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=3600");
	assert_int_equal(rx(3, PHONE "\r\nExpires: soon\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=3600");
	/* the parameter counts before the header (10.2.1.1) */
	assert_int_equal(rx(4, PHONE ";expires=0\r\nExpires: 300\r\n"), 200);
	assert_string_equal(said(), "");
}

static void test_order(void **state)
{
	(void)state;
	assert_int_equal(rx(7, PHONE "\r\n"), 200);
	assert_int_equal(rx(7, PHONE ";expires=0\r\n"), 500);
	assert_int_equal(rx(6, "Contact: *\r\nExpires: 0\r\n"), 500);
	assert_int_equal(rx(7, ""), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=3600");
	/* after a new start of the phone there is another Call-ID */
	assert_int_equal(rx_of("201", "two", 1, PHONE ";expires=90\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=90");
}

/* 8.2.7: the response was lost and no transaction knew of it. The same again is no older request. */
static void test_repeated(void **state)
{
	(void)state;
	assert_int_equal(rx(7, PHONE "\r\n"), 200);
	repeat = true;
	assert_int_equal(rx(7, PHONE "\r\n"), 200);
	assert_string_equal(said(), "Contact: <sip:a@192.0.2.7:5070>;expires=3600");
	repeat = false;
	assert_int_equal(rx(8, PHONE ";expires=0\r\n"), 200);
	repeat = true;
	assert_int_equal(rx(8, PHONE ";expires=0\r\n"), 200);
	assert_string_equal(said(), "");
	/* what was refused is judged anew */
	repeat = false;
	assert_int_equal(rx(9, PHONE ";expires=1\r\n"), 423);
	repeat = true;
	assert_int_equal(rx(9, PHONE ";expires=1\r\n"), 423);
	repeat = false;
}

static void test_star(void **state)
{
	(void)state;
	assert_int_equal(rx(1, PHONE ", <sip:b@192.0.2.7>\r\n"), 200);
	assert_int_equal(rx(2, "Contact: *\r\n"), 400);
	assert_int_equal(rx(2, "Contact: *\r\nExpires: 60\r\n"), 400);
	assert_int_equal(rx(2, "Contact: <sip:c@192.0.2.7>, *\r\nExpires: 0\r\n"), 400);
	assert_int_equal(rx(2, ""), 200);
	assert_int_equal(answer.body.nr_extra, 2);
	assert_int_equal(rx(3, "Contact: *\r\nExpires: 0\r\n"), 200);
	assert_string_equal(said(), "");
}

/* All or nothing: the second contact is bad, so the first is not bound. */
static void test_atomic(void **state)
{
	(void)state;
	assert_int_equal(rx(1, PHONE ", <sip:b@192.0.2.7>;expires=1\r\n"), 423);
	assert_int_equal(rx(2, PHONE ", <sip:b@>\r\n"), 400);
	assert_int_equal(rx(3, PHONE ", <sip:a@192.0.2.7:5070>\r\n"), 400);
	assert_int_equal(rx(4, ""), 200);
	assert_string_equal(said(), "");
}

static void test_limits(void **state)
{
	char line[1024];

	(void)state;
	assert_int_equal(rx_of("299", "one", 1, PHONE "\r\n"), 404);
	assert_int_equal(sip_registrar_user(reg, STR("203"), NULL), 0);
	assert_int_equal(sip_registrar_user(reg, STR("203"), NULL), TG_EEXIST);
	assert_int_equal(sip_registrar_user(reg, STR("204"), NULL), TG_ELIMIT);
	for (unsigned i = 0; i < SIP_REGISTRAR_CONTACTS; i++) {
		snprintf(line, sizeof(line), "Contact: <sip:%u@192.0.2.7>\r\n", i);
		assert_int_equal(rx(1 + i, line), 200);
	}
	assert_int_equal(answer.body.nr_extra, SIP_REGISTRAR_CONTACTS);
	assert_int_equal(rx(50, PHONE "\r\n"), 403);
	snprintf(line, sizeof(line), "Contact: <sip:%0300u@192.0.2.7>\r\n", 1);
	assert_int_equal(rx(51, line), 400);
	/* one goes, one comes */
	assert_int_equal(rx(52, "Contact: <sip:3@192.0.2.7>;expires=0\r\n"), 200);
	assert_int_equal(rx(53, PHONE "\r\n"), 200);
}

/* The latest comes first. */
static void test_walks(void **state)
{
	struct sip_binding b;
	unsigned pos = 0, nr = 0;

	(void)state;
	assert_int_equal(rx(1, "Contact: <sip:old@192.0.2.7>\r\n"), 200);
	assert_int_equal(rx(2, "Contact: <sip:new@192.0.2.7>\r\n"), 200);
	assert_int_equal(rx_of("202", "x", 1, PHONE "\r\n"), 200);
	assert_true(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	assert_str_equal(b.uri, STR("sip:new@192.0.2.7"));
	assert_true(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	assert_str_equal(b.uri, STR("sip:old@192.0.2.7"));
	for (pos = 0; sip_registrar_walk(reg, now, &pos, &b); nr++)
		;
	assert_int_equal(nr, 3);
	assert_str_equal(b.user, STR("202"));
}

static void test_users_change(void **state)
{
	struct sip_binding b;
	unsigned pos = 0;

	(void)state;
	assert_int_equal(rx(1, PHONE "\r\n"), 200);
	assert_int_equal(rx_of("202", "x", 1, PHONE "\r\n"), 200);
	sip_registrar_users_begin(reg);
	assert_int_equal(sip_registrar_user(reg, STR("201"), NULL), 0);
	sip_registrar_users_end(reg);
	assert_true(sip_registrar_find(reg, now, STR("201"), &pos, &b));
	pos = 0;
	assert_false(sip_registrar_find(reg, now, STR("202"), &pos, &b));
	assert_int_equal(rx_of("202", "x", 2, PHONE "\r\n"), 404);
}

/* The answer to the last challenge, as a header line. */
static const char *credentials(const char *password)
{
	static char line[1024];
	struct sip_digest_user u = { STR("203"), STR("trunkgate"), { { "" } } };
	struct sip_digest_choice c;
	static struct sip_msg m;
	static char text[4096];
	char value_text[512];
	struct str value;

	assert_int_equal(sip_digest_ha1_init(&u.ha1, u.name, u.realm, str_of(password)), 0);
	snprintf(text, sizeof(text),
		 "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKr\r\n"
		 "From: <sip:203@192.0.2.1>;tag=a\r\nTo: <sip:203@192.0.2.1>;tag=b\r\n"
		 "Call-ID: one\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: " STR_FMT
		 "\r\nContent-Length: 0\r\n\r\n",
		 STR_ARG(answer.extra[0].value));
	assert_int_equal(sip_msg_parse(&m, str_of(text), NULL), 0);
	assert_int_equal(sip_digest_choose(&m, &u, 1, &c), 0);
	assert_int_equal(sip_digest_answer(&c, STR("REGISTER"), STR("sip:192.0.2.1"), STR("abc"), 1,
					   value_text, sizeof(value_text), &value),
			 0);
	snprintf(line, sizeof(line), PHONE "\r\nAuthorization: " STR_FMT "\r\n", STR_ARG(value));
	return line;
}

/* 22.2, RFC 8760 2.4. */
static void test_digest(void **state)
{
	struct sip_digest_ha1 ha1;
	char line[1024];

	(void)state;
	assert_int_equal(sip_digest_ha1_init(&ha1, STR("203"), STR("trunkgate"), STR("secret")), 0);
	assert_int_equal(sip_registrar_user(reg, STR("203"), &ha1), 0);
	assert_int_equal(rx_of("203", "one", 1, PHONE "\r\n"), 401);
	assert_int_equal(answer.body.nr_extra, 2);
	assert_non_null(strstr(said(), "WWW-Authenticate: Digest"));
	snprintf(line, sizeof(line), "%s", credentials("guess"));
	assert_int_equal(rx_of("203", "one", 2, line), 401);
	snprintf(line, sizeof(line), "%s", credentials("secret"));
	assert_int_equal(rx_of("203", "one", 3, line), 200);
	assert_int_equal(answer.body.nr_extra, 1);
	/* who has overheard it cannot use it for a contact of his own (RFC 7616 3.4) */
	assert_int_equal(rx_of("203", "two", 1, line), 401);
	assert_non_null(strstr(said(), "stale=true"));
	/* the nonce lives for five minutes */
	pass_s(301);
	assert_int_equal(rx_of("203", "one", 4, line), 401);
	assert_non_null(strstr(said(), "stale=true"));
	/* of what is not known for SHA-256 only MD5 is asked */
	sip_registrar_users_begin(reg);
	ha1.hex[SIP_DIGEST_SHA256][0] = '\0';
	assert_int_equal(sip_registrar_user(reg, STR("203"), &ha1), 0);
	sip_registrar_users_end(reg);
	assert_int_equal(rx_of("203", "one", 5, PHONE "\r\n"), 401);
	assert_int_equal(answer.body.nr_extra, 1);
	assert_int_equal(rx_of("203", "one", 6, "Authorization: Digest realm=\"trunkgate\"\r\n"),
			 400);
}

static unsigned guess(unsigned cseq, const char *password)
{
	char line[1024];

	/* a challenge of its own, from a host that is not blocked */
	phone.ip[3]++;
	assert_int_equal(rx_of("203", "one", cseq, PHONE "\r\n"), 401);
	phone.ip[3]--;
	snprintf(line, sizeof(line), "%s", credentials(password));
	return rx_of("203", "one", cseq + 1, line);
}

/* H03: ten wrong passwords within a minute, and the source is heard no more until it is over. */
static void t_H03(void **state)
{
	struct sip_digest_ha1 ha1;
	unsigned cseq = 1;

	(void)state;
	assert_int_equal(sip_digest_ha1_init(&ha1, STR("203"), STR("trunkgate"), STR("secret")), 0);
	assert_int_equal(sip_registrar_user(reg, STR("203"), &ha1), 0);
	for (unsigned i = 0; i < 10; i++, cseq += 2, pass_s(1))
		assert_int_equal(guess(cseq, "guess"), 401);
	assert_int_equal(guess(cseq, "secret"), 503);
	assert_string_equal(answer.extra[0].name.p, "Retry-After");
	assert_string_equal(answer.text, "50");
	/* other hosts, and who has nothing to prove, are served */
	assert_int_equal(rx(1, PHONE "\r\n"), 200);
	phone.ip[3] += 2;
	assert_int_equal(guess(cseq, "secret"), 200);
	phone.ip[3] -= 2;
	pass_s(50);
	assert_int_equal(guess(cseq + 2, "secret"), 200);
	/* more sources than are remembered: nothing grows */
	for (unsigned i = 0; i < 3 * SIP_GUESS_HOSTS; i++) {
		phone.ip[2] = (uint8_t)i;
		assert_int_equal(guess(cseq += 2, "guess"), 401);
	}
	/* a nonce of before a new start is no guess */
	phone.ip[2] = 200;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(rx_of("203", "one", cseq += 2,
				       PHONE "\r\nAuthorization: Digest username=\"203\", "
					     "realm=\"trunkgate\", nonce=\"0\", uri=\"sip:x\", "
					     "response=\"00000000000000000000000000000000\"\r\n"),
				 401);
}

static void register_once(void *ctx)
{
	(void)ctx;
	rng = rng_seeded_init(&seed, 3);
	mem = mem_root("test");
	reg = mem ? sip_registrar_new(mem, &(struct sip_registrar_cfg){ .rng = rng }) : NULL;
	if (reg && sip_registrar_user(reg, STR("201"), NULL) == 0) {
		unsigned status = rx(1, PHONE ", <sip:b@192.0.2.7>\r\n");
		assert_true(status == 200 || status == 500);
		rx(2, "");
		assert_int_equal(answer.body.nr_extra, status == 200 ? 2 : 0);
	}
	mem_free(mem);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(register_once, NULL) > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_binding, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expiry, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_star, setup, teardown),
		cmocka_unit_test_setup_teardown(test_atomic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_walks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_users_change, setup, teardown),
		cmocka_unit_test_setup_teardown(test_digest, setup, teardown),
		cmocka_unit_test_setup_teardown(t_H03, setup, teardown),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
