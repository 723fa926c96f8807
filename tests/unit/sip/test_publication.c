/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 3903 6 and table 1: what a PUBLISH does to the state of a resource. */
#include <stdio.h>

#include <trunkgate/sip/publication.h>

#include "unit/support.h"

static struct mem *mem;
static struct sip_publications *pub;
static struct sip_publication_answer answer;
static tick_t now;
static struct rng_seeded seed;

static int setup(void **state)
{
	(void)state;
	now = (tick_t){ S_US(1000) };
	mem = mem_root("test");
	pub = sip_publications_new(mem,
				   &(struct sip_publications_cfg){ .rng = rng_seeded_init(&seed, 3),
								   .events = STR("presence, x"),
								   .max_publications = 3 });
	assert_non_null(pub);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mem_free(mem);
	return 0;
}

static unsigned publish_to(const char *uri, const char *more, const char *body)
{
	static char text[8192];
	static struct sip_msg m;

	snprintf(text, sizeof(text),
		 "PUBLISH %s SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKr\r\n"
		 "From: <sip:a@192.0.2.1>;tag=a\r\nTo: <sip:a@192.0.2.1>\r\nCall-ID: c\r\n"
		 "CSeq: 1 PUBLISH\r\nMax-Forwards: 70\r\nContent-Type: application/pidf+xml\r\n"
		 "%sContent-Length: %zu\r\n\r\n%s",
		 uri, more, strlen(body), body);
	assert_int_equal(sip_msg_parse(&m, str_of(text), NULL), 0);
	sip_publications_rx(pub, now, &m, &answer);
	return answer.status;
}

static unsigned publish(const char *more, const char *body)
{
	return publish_to("sip:a@192.0.2.1", more, body);
}

/* The last tag in a line of SIP-If-Match, with more behind it. */
static const char *match(const char *more)
{
	static char line[256];

	snprintf(line, sizeof(line), "Event: presence\r\nSIP-If-Match: %s\r\n%s", answer.etag,
		 more);
	return line;
}

/* All states of the resource: "a|b|". */
static const char *known(void)
{
	static char text[256];
	struct sip_publication s;
	struct sip_uri uri;
	unsigned pos = 0;
	size_t n = 0;

	assert_int_equal(sip_uri_parse(&uri, STR("sip:a@192.0.2.1"), NULL), 0);
	text[0] = '\0';
	while (sip_publications_find(pub, now, &uri, STR("presence"), &pos, &s))
		n += (size_t)snprintf(text + n, sizeof(text) - n, STR_FMT "|", STR_ARG(s.octets));
	return text;
}

static const char *header(const char *name)
{
	for (unsigned i = 0; i < answer.body.nr_extra; i++)
		if (str_eq(answer.extra[i].name, str_of(name)))
			return answer.extra[i].value.p;
	return "";
}

#define EVENT "Event: presence\r\n"

/* Initial, modify, refresh, remove; a tag is good once. */
static void test_life(void **state)
{
	char first[17];

	(void)state;
	assert_int_equal(publish(EVENT "Expires: 600\r\n", "one"), 200);
	assert_true(answer.changed);
	assert_string_equal(header("Expires"), "600");
	strcpy(first, header("SIP-ETag"));
	assert_int_equal(strlen(first), 16);
	assert_string_equal(known(), "one|");
	assert_int_equal(publish(match("Expires: 600\r\n"), "two"), 200);
	assert_string_not_equal(answer.etag, first);
	assert_string_equal(known(), "two|");
	assert_int_equal(publish(match("Expires: 600\r\n"), ""), 200);
	assert_false(answer.changed);
	assert_string_equal(known(), "two|");
	assert_int_equal(publish(match("Expires: 0\r\n"), ""), 200);
	assert_true(answer.changed);
	assert_string_equal(known(), "");
	assert_int_equal(publish(match(""), "three"), 412);
	strcpy(answer.etag, first);
	assert_int_equal(publish(match(""), "three"), 412);
}

/* Of several who publish about one resource each has a state of his own. */
static void test_several(void **state)
{
	(void)state;
	assert_int_equal(publish(EVENT, "one"), 200);
	assert_int_equal(publish(EVENT, "two"), 200);
	assert_string_equal(known(), "one|two|");
	assert_int_equal(publish_to("sip:b@192.0.2.1", EVENT, "other"), 200);
	assert_string_equal(known(), "one|two|");
	assert_int_equal(publish(EVENT, "four"), 503);
	/* the tag of another resource is none of this one's */
	assert_int_equal(publish_to("sip:b@192.0.2.1", EVENT, "x"), 503);
	assert_int_equal(publish("Event: x\r\nSIP-If-Match: 0123456789abcdef\r\n", "x"), 412);
}

static void test_expiry(void **state)
{
	(void)state;
	assert_int_equal(publish(EVENT "Expires: 59\r\n", "one"), 423);
	assert_string_equal(header("Min-Expires"), "60");
	assert_int_equal(publish(EVENT "Expires: 99999\r\n", "one"), 200);
	assert_string_equal(header("Expires"), "3600");
	now = tick_add_us(now, S_US(3599));
	assert_string_equal(known(), "one|");
	now = tick_add_us(now, S_US(1));
	assert_string_equal(known(), "");
	assert_int_equal(publish(match(""), ""), 412);
}

static void test_refused(void **state)
{
	static char large[SIP_PUBLICATION_MAX + 2];

	(void)state;
	memset(large, 'a', SIP_PUBLICATION_MAX + 1);
	assert_int_equal(publish("", "one"), 489);
	assert_int_equal(publish("Event: y\r\n", "one"), 489);
	assert_non_null(strstr(header("Allow-Events"), "presence, x"));
	assert_int_equal(publish(EVENT, ""), 400);
	assert_int_equal(publish(EVENT "Expires: 0\r\n", "one"), 400);
	assert_int_equal(publish(EVENT "SIP-If-Match: a b\r\n", "one"), 400);
	assert_int_equal(publish(EVENT, large), 413);
	assert_string_equal(known(), "");
}

static void once(void *ctx)
{
	(void)ctx;
	mem = mem_root("test");
	pub = mem ? sip_publications_new(
			    mem, &(struct sip_publications_cfg){ .rng = rng_seeded_init(&seed, 3),
								 .events = STR("presence") })
		  : NULL;
	if (pub) {
		unsigned status = publish(EVENT, "one");

		assert_true(status == 200 || status == 500);
		assert_string_equal(known(), status == 200 ? "one|" : "");
	}
	mem_free(mem);
}

static void test_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(once, NULL) > 4);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_life),
		TEST(test_several),
		TEST(test_expiry),
		TEST(test_refused),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
