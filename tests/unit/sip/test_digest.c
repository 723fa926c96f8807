/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digest authentication: the examples of RFC 2617 3.5 and RFC 7616 3.9.1, RFC 8760 2; client against
 * server; catalogue case A14. */
#include <stdio.h>
#include <stdlib.h>

#include <trunkgate/sip/digest.h>

#include "unit/support.h"

#define HEAD                                                                                     \
	"Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n" \
	"Call-ID: x@y\r\n"

static struct sip_msg msg;

static const struct sip_msg *response_with(const char *headers)
{
	static char text[16384];

	snprintf(text, sizeof(text),
		 "SIP/2.0 401 Unauthorized\r\n" HEAD "CSeq: 1 REGISTER\r\n%s\r\n", headers);
	assert_int_equal(sip_msg_parse(&msg, str_of(text), NULL), 0);
	return &msg;
}

static const struct sip_msg *request_with(const char *headers)
{
	static char text[16384];

	snprintf(text, sizeof(text), "REGISTER sip:b SIP/2.0\r\n" HEAD "CSeq: 1 REGISTER\r\n%s\r\n",
		 headers);
	assert_int_equal(sip_msg_parse(&msg, str_of(text), NULL), 0);
	return &msg;
}

static void test_examples(void **state)
{
	struct sip_digest_ha1 ha1;
	struct sip_digest_input in = { SIP_DIGEST_MD5,
				       &ha1,
				       STR("dcd98b7102dd2f0e8b11d0f600bfb0c093"),
				       STR("0a4f113b"),
				       STR("GET"),
				       STR("/dir/index.html"),
				       1,
				       true };
	char hex[SIP_DIGEST_HEX_MAX];

	(void)state;
	sip_digest_ha1_init(&ha1, STR("Mufasa"), STR("testrealm@host.com"), STR("Circle Of Life"));
	assert_int_equal(sip_digest_response(&in, hex), 0);
	assert_string_equal(hex, "6629fae49393a05397450978507c4ef1");
	sip_digest_ha1_init(&ha1, STR("Mufasa"), STR("http-auth@example.org"),
			    STR("Circle of Life"));
	in.nonce = STR("7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v");
	in.cnonce = STR("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
	assert_int_equal(sip_digest_response(&in, hex), 0);
	assert_string_equal(hex, "8ca523f5e9506fed4657c9700eebdbec");
	in.alg = SIP_DIGEST_SHA256;
	assert_int_equal(sip_digest_response(&in, hex), 0);
	assert_string_equal(hex,
			    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

static struct sip_digest_user user_of(struct str realm)
{
	struct sip_digest_user u = { STR("bob"), realm, { { "" } } };

	assert_int_equal(sip_digest_ha1_init(&u.ha1, u.name, realm, STR("zanzibar")), 0);
	return u;
}

/* RFC 8760 2.4: the topmost that is supported; nobody is told about another realm's user. */
static void test_choice(void **state)
{
	struct sip_digest_user users[] = { user_of(STR("a")), user_of(STR("b")) };
	struct sip_digest_choice c;
	const struct sip_msg *m;

	(void)state;
	m = response_with(
		"WWW-Authenticate: Basic realm=\"a\"\r\n"
		"WWW-Authenticate: Digest realm=\"a\", nonce=\"1\", algorithm=SHA-512-256\r\n"
		"WWW-Authenticate: Digest realm=\"a\", nonce=\"2\", qop=\"auth-int\"\r\n"
		"WWW-Authenticate: Digest realm=\"other\", nonce=\"3\"\r\n"
		"WWW-Authenticate: Digest realm=\"a\", nonce=\"4\r\n"
		"WWW-Authenticate: Digest realm=\"b\", nonce=\"5\", algorithm=SHA-256\r\n"
		"WWW-Authenticate: Digest realm=\"a\", nonce=\"6\"\r\n");
	assert_int_equal(sip_digest_choose(m, users, 2, &c), 0);
	assert_str_equal(c.challenge.nonce, STR("5"));
	assert_ptr_equal(c.user, &users[1]);
	assert_int_equal(c.answer_header, SIP_HDR_AUTHORIZATION);
	users[1].ha1.hex[SIP_DIGEST_SHA256][0] = '\0';
	assert_int_equal(sip_digest_choose(m, users, 2, &c), 0);
	assert_str_equal(c.challenge.nonce, STR("6"));
	m = response_with("Proxy-Authenticate: Digest realm=\"a\", nonce=\"7\"\r\n");
	assert_int_equal(sip_digest_choose(m, users, 2, &c), 0);
	assert_int_equal(c.answer_header, SIP_HDR_PROXY_AUTHORIZATION);
	m = response_with("WWW-Authenticate: Digest realm=\"A\", nonce=\"8\"\r\n");
	assert_int_equal(sip_digest_choose(m, users, 2, &c), TG_ENOENT);
	assert_int_equal(sip_digest_choose(response_with(""), users, 2, &c), TG_ENOENT);
}

static void test_answer(void **state)
{
	struct sip_digest_user u = user_of(STR("biloxi.com"));
	struct sip_digest_choice c;
	char buf[512];
	struct str v;

	(void)state;
	assert_int_equal(sip_digest_choose(response_with(
						   "WWW-Authenticate: Digest realm=\"biloxi.com\","
						   " qop=\"auth,auth-int\", nonce=\"dcd9\", "
						   "opaque=\"5ccc\", algorithm=MD5\r\n"),
					   &u, 1, &c),
			 0);
	assert_int_equal(sip_digest_answer(&c, STR("INVITE"), STR("sip:bob@biloxi.com"),
					   STR("0a4f"), 10, buf, sizeof(buf), &v),
			 0);
	assert_str_equal(v, STR("Digest username=\"bob\", realm=\"biloxi.com\", nonce=\"dcd9\", "
				"uri=\"sip:bob@biloxi.com\", "
				"response=\"aa2669d0e12bd450e67d3d0a53b2af9c\", algorithm=MD5, "
				"opaque=\"5ccc\", qop=auth, nc=0000000a, cnonce=\"0a4f\""));
	assert_int_equal(sip_digest_answer(&c, STR("INVITE"), STR("sip:b"), STR("0a"), 1, buf, 90,
					   &v),
			 TG_ELIMIT);
	assert_int_equal(sip_digest_answer(&c, STR("INVITE"), STR("sip:b"), STR("\""), 1, buf,
					   sizeof(buf), &v),
			 TG_EINVAL);
	assert_int_equal(sip_digest_choose(response_with("WWW-Authenticate: Digest "
							 "realm=\"biloxi.com\", nonce=\"d\"\r\n"),
					   &u, 1, &c),
			 0);
	assert_int_equal(sip_digest_answer(&c, STR("INVITE"), STR("sip:b"), STR("0a"), 1, buf,
					   sizeof(buf), &v),
			 0);
	buf[v.len] = '\0';
	assert_null(strstr(buf, "qop"));
	c.challenge.nonce = STR("d\r\n e");
	assert_int_equal(sip_digest_answer(&c, STR("INVITE"), STR("sip:b"), STR("0a"), 1, buf,
					   sizeof(buf), &v),
			 TG_EINVAL);
}

static struct sip_digest_server server = { .realm = STR_INIT("biloxi.com"),
					   .key = { 1, 2, 3 },
					   .lifetime_us = S_US(60) };

/* A challenge of ours, answered by our client, as credentials in `*auth`. */
static void authenticate(const struct sip_digest_user *u, enum sip_digest_alg alg, tick_t now,
			 struct sip_auth *auth)
{
	static char buf[512], line[700];
	struct sip_digest_choice c;
	struct str v;

	assert_int_equal(sip_digest_challenge(&server, alg, false, now, buf, sizeof(buf), &v), 0);
	snprintf(line, sizeof(line), "WWW-Authenticate: " STR_FMT "\r\n", STR_ARG(v));
	assert_int_equal(sip_digest_choose(response_with(line), u, 1, &c), 0);
	assert_int_equal(sip_digest_answer(&c, STR("REGISTER"), STR("sip:biloxi.com"), STR("0a"), 1,
					   buf, sizeof(buf), &v),
			 0);
	snprintf(line, sizeof(line), "Authorization: " STR_FMT "\r\n", STR_ARG(v));
	assert_int_equal(sip_digest_find(request_with(line), SIP_HDR_AUTHORIZATION, server.realm,
					 auth, NULL),
			 0);
}

static enum sip_digest_verdict verdict(const struct sip_auth *a, const struct sip_digest_user *u,
				       tick_t now)
{
	return sip_digest_check(&server, a, STR("REGISTER"), u ? &u->ha1 : NULL, now);
}

static void test_server(void **state)
{
	struct sip_digest_user u = user_of(server.realm);
	tick_t now = { S_US(1000) };

	(void)state;
	for (unsigned alg = 0; alg < SIP_DIGEST_OTHER; alg++) {
		struct sip_auth a;

		authenticate(&u, (enum sip_digest_alg)alg, now, &a);
		assert_int_equal(verdict(&a, &u, tick_add_ms(now, 60001)), SIP_DIGEST_STALE);
		assert_int_equal(verdict(&a, &u, tick_add_ms(now, 60000)), SIP_DIGEST_GOOD);
		assert_int_equal(verdict(&a, &u, TICK_ZERO), SIP_DIGEST_STALE);
		assert_int_equal(verdict(&a, NULL, now), SIP_DIGEST_WRONG);
		assert_int_equal(sip_digest_check(&server, &a, STR("INVITE"), &u.ha1, now),
				 SIP_DIGEST_WRONG);
		a.nc++;
		assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
		a.nc = 0;
		assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_BAD);
	}
}

/* The credentials of a client that has used this nonce nc times, and once more. */
static void answer_again(const struct sip_digest_user *u, struct str nonce, uint32_t nc,
			 struct sip_auth *auth)
{
	static char buf[512], line[700];
	struct sip_digest_choice c = { .user = u,
				       .challenge = { .realm = server.realm,
						      .nonce = nonce,
						      .algorithm = SIP_DIGEST_SHA256,
						      .algorithm_name = STR("SHA-256"),
						      .has_qop = nc != 0 } };
	struct str v;

	assert_int_equal(sip_digest_answer(&c, STR("REGISTER"), STR("sip:biloxi.com"), STR("0a"),
					   nc, buf, sizeof(buf), &v),
			 0);
	snprintf(line, sizeof(line), "Authorization: " STR_FMT "\r\n", STR_ARG(v));
	assert_int_equal(sip_digest_find(request_with(line), SIP_HDR_AUTHORIZATION, server.realm,
					 auth, NULL),
			 0);
}

static struct str keep_nonce(const struct sip_auth *a)
{
	static char nonce[64];

	assert_true(str_copyz(nonce, sizeof(nonce), a->nonce));
	return str_of(nonce);
}

/* RFC 7616 3.4: the same count again is a replay; one that was passed over is too. */
static void test_nonce_count(void **state)
{
	struct sip_digest_user u = user_of(server.realm);
	tick_t now = { S_US(2000) };
	struct sip_auth a;
	struct str nonce;

	(void)state;
	authenticate(&u, SIP_DIGEST_SHA256, now, &a);
	nonce = keep_nonce(&a);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_STALE);
	answer_again(&u, nonce, 5, &a);
	assert_int_equal(verdict(&a, NULL, now), SIP_DIGEST_WRONG); /* uses nothing up */
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
	answer_again(&u, nonce, 4, &a);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_STALE);
	answer_again(&u, nonce, 6, &a);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
	/* without a qop there is no count */
	authenticate(&u, SIP_DIGEST_SHA256, now, &a);
	nonce = keep_nonce(&a);
	answer_again(&u, nonce, 0, &a);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_STALE);
}

/* However many nonces are used, none is good twice, and a new one is good. */
static void test_nonce_forgotten(void **state)
{
	struct sip_digest_user u = user_of(server.realm);
	tick_t now = { S_US(3000) };
	struct sip_auth a;
	struct str first;
	char kept[64];

	(void)state;
	authenticate(&u, SIP_DIGEST_SHA256, now, &a);
	str_copyz(kept, sizeof(kept), a.nonce);
	first = str_of(kept);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
	for (unsigned i = 0; i < 8 * SIP_DIGEST_USES; i++) {
		authenticate(&u, SIP_DIGEST_SHA256, now, &a);
		assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_GOOD);
		assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_STALE);
	}
	for (uint32_t nc = 1; nc < 4; nc++) {
		answer_again(&u, first, nc, &a);
		assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_STALE);
	}
}

/* What is not of the right shape is refused, whatever the right one is (A14). */
static void t_A14(void **state)
{
	struct sip_digest_user u = user_of(server.realm);
	struct sip_auth good, a;
	tick_t now = { S_US(1000) };
	char *large = malloc(8193);

	(void)state;
	assert_non_null(large);
	memset(large, 'a', 8192);
	large[8192] = '\0';
	authenticate(&u, SIP_DIGEST_MD5, now, &good);
	a = good;
	a.response = str_n(large, 8192);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
	a.response = str_n(good.response.p, 31);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
	a.response = STR("");
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
	a = good;
	a.algorithm = SIP_DIGEST_OTHER;
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
	a = good;
	a.nonce = str_n(large, 48);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_FOREIGN);
	a.nonce = str_n(large, 8192);
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_FOREIGN);
	a = good;
	a.realm = STR("other");
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_WRONG);
	a = good;
	a.username.p = NULL;
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_BAD);
	a = good;
	a.cnonce.p = NULL;
	assert_int_equal(verdict(&a, &u, now), SIP_DIGEST_BAD);
	free(large);
}

static void t_A14_on_the_wire(void **state)
{
	static const struct {
		const char *line;
		int want;
	} vectors[] = {
		{ "", TG_ENOENT },
		{ "Authorization: Digest username=\"bob, realm=\"biloxi.com\"\r\n", TG_EINVAL },
		{ "Authorization: Digest username=\"bob\r\n", TG_EINVAL },
		{ "Authorization: Digest\r\n", TG_EINVAL },
		{ "Authorization: Digest realm=\"biloxi.com\", nc=1\r\n", TG_EINVAL },
		{ "Authorization: Digest realm=\"biloxi.com\", nc=0000000g\r\n", TG_EINVAL },
		{ "Authorization: Digest realm=\"biloxi.com\" nonce=\"x\"\r\n", TG_EINVAL },
		{ "Authorization: Digest realm=\"biloxi.com\", realm=\"x\"\r\n", TG_EINVAL },
		{ "Authorization: Basic YTpi\r\n", TG_ENOENT },
		{ "Authorization: Digest realm=\"x\"\r\n", TG_ENOENT },
		{ "Authorization: Digest realm=\"x\"\r\nAuthorization: Digest "
		  "realm=\"biloxi.com\", algorithm=foo\r\n",
		  0 },
	};
	struct sip_auth a;

	(void)state;
	for (size_t i = 0; i < NR_OF(vectors); i++)
		assert_int_equal(sip_digest_find(request_with(vectors[i].line),
						 SIP_HDR_AUTHORIZATION, server.realm, &a, NULL),
				 vectors[i].want);
	assert_int_equal(a.algorithm, SIP_DIGEST_OTHER);
}

static void test_challenge(void **state)
{
	struct sip_digest_server s = server;
	char buf[256], other[256];
	struct str a, b;

	(void)state;
	assert_int_equal(sip_digest_challenge(&s, SIP_DIGEST_SHA256, true, TICK_ZERO, buf,
					      sizeof(buf), &a),
			 0);
	buf[a.len] = '\0';
	assert_non_null(strstr(buf, "algorithm=SHA-256, qop=\"auth\", stale=true"));
	s.key[31] = 1;
	sip_digest_challenge(&s, SIP_DIGEST_SHA256, true, TICK_ZERO, other, sizeof(other), &b);
	assert_int_equal(a.len, b.len);
	assert_false(str_eq(a, b));
	assert_int_equal(sip_digest_challenge(&s, SIP_DIGEST_MD5, false, TICK_ZERO, buf, 40, &a),
			 TG_ELIMIT);
	s.realm = STR("a\"b");
	assert_int_equal(sip_digest_challenge(&s, SIP_DIGEST_MD5, false, TICK_ZERO, buf,
					      sizeof(buf), &a),
			 TG_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_server),
		cmocka_unit_test(t_A14),
		cmocka_unit_test(t_A14_on_the_wire),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_nonce_count),
		cmocka_unit_test(test_nonce_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
