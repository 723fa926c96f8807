/* SPDX-License-Identifier: GPL-3.0-or-later */
/* presence: a trunk opens and closes, and who has subscribed is told (RFC 3856, RFC 3863); MESSAGE. */
#include <string.h>

#include <trunkgate/sip/digest.h>
#include <trunkgate/sip/request.h>
#include <trunkgate/sip/subscription.h>

#include "base/log.h"
#include "unit/gateway/world.h"

static struct world w;
static sip_subscription_id id;

static void subscribe_to(const char *uri, const char *accept)
{
	const struct sip_subscribe want = { .path = 1,
					    .target = w.gw_addr,
					    .uri = str_of(uri),
					    .from = STR("<sip:op@192.0.2.2>"),
					    .to = STR("<sip:trunk@192.0.2.1>"),
					    .event = STR("presence"),
					    .accept = str_of(accept),
					    .expires_s = 600 };

	assert_int_equal(sip_subscribe(w.phone, w.now, &want, &id), 0);
	world_run(&w);
}

static void leave(void)
{
	assert_int_equal(sip_subscription_end(w.phone, w.now, id, NULL, 0, NULL), 0);
	world_run(&w);
	saw(&w, "NOTIFY+ unsubscribed+");
}

static void test_open_and_closed(void **state)
{
	(void)state;
	world_open(&w);
	subscribe_to("sip:trunk-east@192.0.2.1", "application/pidf+xml");
	saw(&w, "NOTIFY+");
	assert_non_null(strstr(w.notify, "\r\nContent-Type: application/pidf+xml\r\n"));
	assert_non_null(strstr(w.notify, "entity=\"sip:trunk-east@"));
	assert_non_null(strstr(w.notify, "<basic>open</basic>"));
	world_wait(&w, 5000);
	saw(&w, "");
	/* all its circuits lose their span, and have it back */
	gw_span_state(w.gw, w.now, 0, false);
	world_run(&w);
	world_wait(&w, 2000);
	saw(&w, "NOTIFY+");
	assert_non_null(strstr(w.notify, "<basic>closed</basic>"));
	gw_span_state(w.gw, w.now, 0, true);
	world_run(&w);
	world_wait(&w, 5000);
	saw(&w, "NOTIFY+");
	assert_non_null(strstr(w.notify, "<basic>open</basic>"));
	leave();
	world_close(&w);
}

static void test_refused(void **state)
{
	struct gw_subscription_info info;
	unsigned pos = 0;

	(void)state;
	world_open(&w);
	subscribe_to("sip:trunk-west@192.0.2.1", "");
	saw(&w, "unsubscribed");
	subscribe_to("sip:east@192.0.2.1", "");
	saw(&w, "unsubscribed");
	subscribe_to("sip:trunk-east@192.0.2.1", "text/plain");
	saw(&w, "unsubscribed");
	assert_false(gw_subscription_walk(w.gw, &pos, &info));
	subscribe_to("sip:trunk-east@192.0.2.1", "text/plain, application/*");
	saw(&w, "NOTIFY+");
	pos = 0;
	assert_true(gw_subscription_walk(w.gw, &pos, &info));
	assert_string_equal(info.trunk, "east");
	assert_true(info.open);
	assert_false(gw_subscription_walk(w.gw, &pos, &info));
	leave();
	world_close(&w);
}

static void off(struct gw_config *c)
{
	c->sip_presence = false;
	c->sip_messages = false;
}

static void message(const char *type)
{
	const struct sip_out_request r = { .path = 1,
					   .target = w.gw_addr,
					   .method = SIP_MESSAGE,
					   .uri = STR("sip:192.0.2.1"),
					   .from = STR("<sip:op@192.0.2.2>"),
					   .to = STR("<sip:192.0.2.1>"),
					   .body = { .content_type = str_of(type),
						     .octets = STR("good morning") } };

	assert_int_equal(sip_request_send(w.phone, w.now, &r), 0);
	world_run(&w);
}

static unsigned nr_lines;

static void count(void *ctx, enum log_area area, enum log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	nr_lines += area == LOG_GATEWAY && strstr(line, "MESSAGE") != NULL;
}

static void test_message(void **state)
{
	const struct log_sink sink = { .line = count };

	(void)state;
	world_open(&w);
	message("text/plain");
	saw(&w, "200");
	message("image/png");
	saw(&w, "415");
	/* of what comes at one time ten are said, and the next says that others were not */
	world_wait(&w, 2000);
	log_set_sink(&sink);
	for (unsigned i = 0; i < 15; i++) {
		message("text/plain");
		saw(&w, "200");
	}
	assert_int_equal(nr_lines, 10);
	nr_lines = 0;
	world_wait(&w, 2000);
	message("text/plain");
	saw(&w, "200");
	assert_int_equal(nr_lines, 2);
	log_set_sink(NULL);
	world_close(&w);
}

static void test_off(void **state)
{
	(void)state;
	world_open_with(&w, off);
	subscribe_to("sip:trunk-east@192.0.2.1", "");
	saw(&w, "unsubscribed");
	message("text/plain");
	saw(&w, "405");
	world_close(&w);
}

static void only_by_password(struct gw_config *c)
{
	struct gw_user_cfg *u = gw_config_user_add(c, "op");
	struct sip_digest_ha1 h;

	c->sip_accept_any = false;
	c->registrar = true;
	c->peer[0].addr.ip[3] = 77; /* it is somebody else */
	assert_int_equal(sip_digest_ha1_init(&h, STR("op"), STR("trunkgate"), STR("secret")), 0);
	strcpy(u->ha1, h.hex[SIP_DIGEST_SHA256]);
}

/* Who is no peer proves to be a user (RFC 3261 22.2). */
static void test_password(void **state)
{
	struct sip_digest_user op = { .name = STR("op"), .realm = STR("trunkgate") };
	struct sip_subscribe want = { .path = 1,
				      .uri = STR("sip:trunk-east@192.0.2.1"),
				      .from = STR("<sip:op@192.0.2.2>"),
				      .to = STR("<sip:trunk@192.0.2.1>"),
				      .event = STR("presence"),
				      .login = &op,
				      .expires_s = 600 };

	(void)state;
	world_open_with(&w, only_by_password);
	want.target = w.gw_addr;
	message("text/plain");
	saw(&w, "401");
	sip_digest_ha1_init(&op.ha1, op.name, op.realm, STR("guess"));
	assert_int_equal(sip_subscribe(w.phone, w.now, &want, &id), 0);
	world_run(&w);
	saw(&w, "unsubscribed");
	sip_digest_ha1_init(&op.ha1, op.name, op.realm, STR("secret"));
	assert_int_equal(sip_subscribe(w.phone, w.now, &want, &id), 0);
	world_run(&w);
	saw(&w, "NOTIFY+");
	world_wait(&w, 1500000); /* refreshed meanwhile: proved again */
	assert_non_null(strstr(w.trace, "NOTIFY+"));
	assert_null(strstr(w.trace, "unsubscribed"));
	world_wait(&w, 1500000);
	assert_null(strstr(w.trace, "unsubscribed"));
	w.trace[0] = '\0';
	leave();
	want.from = STR("<sip:nobody@192.0.2.2>");
	assert_int_equal(sip_subscribe(w.phone, w.now, &want, &id), 0);
	world_run(&w);
	saw(&w, "unsubscribed");
	world_close(&w);
}

static void swap(bool on, uint32_t session_expires_s)
{
	w.cfg->sip_presence = w.cfg->sip_messages = on;
	w.cfg->sip_session_expires_s = session_expires_s;
	w.cfg->sip_min_se_s = 90 + session_expires_s / 10;
	assert_int_equal(gw_config_swap(w.gw, w.cfg, NULL), 0);
	world_run(&w);
}

/* All of that without a new start: who is subscribed is told that it is over, and new calls have the
 * new session timer. */
static void test_reload(void **state)
{
	(void)state;
	world_open(&w);
	subscribe_to("sip:trunk-east@192.0.2.1", "");
	saw(&w, "NOTIFY+");
	swap(false, 0);
	world_wait(&w, 1500);
	saw(&w, "NOTIFY+ unsubscribed+");
	assert_non_null(strstr(w.notify, "\r\nSubscription-State: terminated;reason=rejected\r\n"));
	message("text/plain");
	saw(&w, "405");
	subscribe_to("sip:trunk-east@192.0.2.1", "");
	saw(&w, "unsubscribed");
	swap(true, 600);
	message("text/plain");
	saw(&w, "200");
	subscribe_to("sip:trunk-east@192.0.2.1", "");
	saw(&w, "NOTIFY+");
	leave();
	trunk_iam(&w, 1, "200", "100");
	assert_non_null(strstr(w.invite, "\r\nSession-Expires: 600;refresher=uac\r\n"));
	assert_non_null(strstr(w.invite, "\r\nMin-SE: 150\r\n"));
	trunk_rel(&w, 1, 16);
	w.trace[0] = '\0';
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_and_closed), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_message),		cmocka_unit_test(test_off),
		cmocka_unit_test(test_reload),		cmocka_unit_test(test_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
