/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `show isup message`: what an operator types, and what the terminal answers. */
#include <stdlib.h>
#include <string.h>

#include <osmocom/vty/buffer.h>
#include <osmocom/vty/command.h>
#include <osmocom/vty/vty.h>

#include "ops/vty.h"
#include "unit/support.h"

static struct mem *vty_mem;
static struct vty *vty;

static int setup(void **state)
{
	(void)state;
	vty_mem = mem_root("vty");
	if (!vty_mem || ops_vty_init(vty_mem, "test") < 0)
		return -1;
	vty = vty_new();
	vty->type = VTY_TERM;
	vty->node = VIEW_NODE;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	mem_free(vty_mem);
	return 0;
}

static void check(const char *command, int result, const char *want)
{
	vector words = cmd_make_strvec(command);
	char *text;

	buffer_reset(vty->obuf);
	assert_int_equal(cmd_execute_command(words, vty, NULL, 0), result);
	text = buffer_getstr(vty->obuf);
	assert_string_equal(text, want);
	cmd_free_strvec(words);
}

static void test_messages(void **state)
{
	(void)state;
	check("show isup message 05000c0200028290", CMD_SUCCESS,
	      "REL (release), CIC 5\r\n"
	      "cause indicators: 16 (normal call clearing), public network of the local user\r\n");
	check("show isup message 010016", CMD_SUCCESS,
	      "UBA (unblocking acknowledgment), CIC 1\r\n");
	check("show isup message FF3FEA05 ansi95", CMD_SUCCESS,
	      "CRM (circuit reservation), CIC 16383\r\n"
	      "nature of connection indicators: 1 satellite, continuity check required\r\n");
}

static bool says(const char *command, const char *want)
{
	vector words = cmd_make_strvec(command);
	bool found;

	buffer_reset(vty->obuf);
	assert_int_equal(cmd_execute_command(words, vty, NULL, 0), CMD_SUCCESS);
	found = strstr(buffer_getstr(vty->obuf), want) != NULL;
	cmd_free_strvec(words);
	return found;
}

static void test_variants(void **state)
{
	(void)state;
	assert_true(says("show isup variant ansi95",
			 "variant ansi95, derived from itu\r\n"
			 "CIC of 14 bits; location of our causes 2\r\n"
			 "unknown message: confusion; unknown parameter: pass; passed parameter: "
			 "pass; damaged message: confusion\r\n"
			 "messages\r\n"
			 " 0x01 IAM  initial address; fixed: nature of connection indicators, "
			 "forward call indicators, calling party's category; variable: user "
			 "service information, called party number; optional part\r\n"));
	assert_true(says(
		"show isup variant itu2000",
		" 0x05 subsequent number, 1 to 255 octets, number as subsequent (Q.763 3.51)"));
	assert_true(says("show isup variant itu92",
			 " T7   20 to 30 s, default 20: no ACM or CON to the last address "
			 "message: release, cause 102 (Q.764 table A.1)\r\n"));
	assert_true(says("show isup variant itu2000", " T24  1 to 2 s, default 1.900: "));
	check("show isup variant nobody", CMD_WARNING,
	      "% no variant nobody: there are itu92, itu2000, etsi3, ansi95, trunks' names and "
	      "those in their files\r\n");
}

static void test_faults(void **state)
{
	char line[700] = "show isup message ";

	(void)state;
	check("show isup message 05000c020", CMD_WARNING,
	      "% a message is hex digits from the CIC on, 275 octets at most\r\n");
	check("show isup message 0x0012", CMD_WARNING,
	      "% a message is hex digits from the CIC on, 275 octets at most\r\n");
	check("show isup message 05", CMD_WARNING, "% octet 1: no message type (Q.763 1.2)\r\n");
	check("show isup message 05000c020002", CMD_WARNING,
	      "REL (release), CIC 5\r\n"
	      "% octet 5: cause indicators of 2 octets, 0 are left (Q.763 3.12)\r\n");
	check("show isup message 0500ea05", CMD_WARNING,
	      "message 0xea, CIC 5\r\n% octet 2: message type 0xea (Q.763 table 4)\r\n");
	memset(line + strlen(line), '0', 552);
	check(line, CMD_WARNING,
	      "% a message is hex digits from the CIC on, 275 octets at most\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_variants),
	};
	return cmocka_run_group_tests(tests, setup, tear_down);
}
