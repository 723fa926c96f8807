/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `show interworking` and `explain call`: what the terminal answers about a call that was made. */
#include <stdlib.h>
#include <string.h>

#include <osmocom/vty/buffer.h>
#include <osmocom/vty/command.h>
#include <osmocom/vty/vty.h>

#include "ops/vty.h"
#include "unit/gateway/world.h"

static struct mem *vty_mem;
static struct vty *vty;
static struct world w;

static tick_t now(void *self)
{
	(void)self;
	return w.now;
}

static void changed(void *self)
{
	(void)self;
}

static const struct gw_config *running(void *self)
{
	(void)self;
	return w.cfg;
}

static void carrier(struct gw_config *c)
{
	struct iw_profile *p = gw_config_profile_add(c, "carrier");

	assert_non_null(p);
	p->base = IW_Q1912_5_B;
	iw_profile_set(p, IW_TABLE_CAUSE, 31, 503);
	strcpy(c->peer[0].interworking, "carrier");
}

static int setup(void **state)
{
	static const struct ops_actions actions = { .now = now,
						    .changed = changed,
						    .running = running };

	(void)state;
	vty_mem = mem_root("vty");
	if (!vty_mem || ops_vty_init(vty_mem, "test") < 0)
		return -1;
	world_open_with(&w, carrier);
	ops_vty_attach(w.gw, NULL, &actions);
	vty = vty_new();
	vty->type = VTY_TERM;
	vty->node = VIEW_NODE;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_close(&w);
	mem_free(vty_mem);
	return 0;
}

static char *says(const char *command, int result)
{
	vector words = cmd_make_strvec(command);

	buffer_reset(vty->obuf);
	assert_int_equal(cmd_execute_command(words, vty, NULL, 0), result);
	cmd_free_strvec(words);
	return buffer_getstr(vty->obuf);
}

static void test_explain_call(void **state)
{
	char *text;

	(void)state;
	phone_call(&w, "100");
	trunk_rel(&w, 1, 31);
	w.trace[0] = '\0';
	text = says("explain call 1", CMD_SUCCESS);
	assert_non_null(
		strstr(text, " leg 0 cause: cause 31, location TN -> status 503 (configured)"));
	assert_non_null(strstr(text, " leg 0 called: Request-URI -> 100 (RFC 3398 12.1, 12.2)"));
	assert_non_null(strstr(text, "not checked against the ITU text"));
	assert_string_equal(says("explain call 99", CMD_WARNING),
			    "% there is no call 99 (any more)\r\n");
}

static void test_show(void **state)
{
	char *text;

	(void)state;
	text = says("show interworking carrier cause", CMD_SUCCESS);
	assert_non_null(strstr(text, "interworking carrier, from q1912.5-b\r\n"));
	assert_non_null(strstr(text, " cause 31     status 503  configured\r\n"));
	assert_non_null(strstr(text, " cause 18     status 480  Q.1912.5, causes to statuses, not "
				     "checked against the ITU text\r\n"));
	assert_null(strstr(text, "mapping"));
	text = says("show interworking rfc3398", CMD_SUCCESS);
	assert_non_null(strstr(text, " cause 18     status 408  RFC 3398 7.2.4.1\r\n"));
	assert_non_null(strstr(text, " status 486    cause 17  RFC 3398 8.2.6.1\r\n"));
	assert_non_null(strstr(text, " mapping diversion      on "));
	assert_non_null(strstr(text, " rule cause-cancel"));
	assert_string_equal(says("show interworking x", CMD_WARNING),
			    "% there is no interworking x\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_call),
		cmocka_unit_test(test_show),
	};
	return cmocka_run_group_tests(tests, setup, tear_down);
}
