/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_test: the configuration language: test lines, and the gain plan of a trunk. */
#include <stdlib.h>
#include <string.h>

#include "gateway/route.h"
#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_THING_STR "Take away, or back to the default\n"
#define LINE_STR \
	"A number that answers calls from trunks by itself\nThe called number, as routes have it\n"
#define GAIN_STR "Level of speech on its circuits, never of data\n"

const char *const ops_test_word[4] = { "milliwatt", "loop", "silence", NULL };

const enum med_timeslot_use ops_test_use[3] = { MED_TS_MILLIWATT, MED_TS_LOOP, MED_TS_SILENCE };

DEFUN(cfg_line, cfg_line_cmd, "test-line NUMBER (milliwatt|loop|silence)",
      LINE_STR
      "0 dBm0 of 1020 Hz (1004 Hz on mu-law spans)\nWhat is said comes back, octet for octet\n"
      "Silence\n")
{
	struct gw_config *c = ops_edit(vty);
	struct gw_test_line_cfg *t;
	int use = ops_word_find(ops_test_word, 3, argv[1]);

	if (!c)
		return CMD_WARNING;
	t = gw_config_test_line_add(c, argv[0]);
	if (!t)
		return ops_refuse(vty, "\"%s\" is no number, or there are %d test lines already",
				  argv[0], GW_MAX_TEST_LINES);
	t->use = ops_test_use[use];
	return CMD_SUCCESS;
}

DEFUN(cfg_no_line, cfg_no_line_cmd, "no test-line NUMBER", NO_THING_STR LINE_STR)
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_test_lines; i++)
		if (strcmp(c->test_line[i].number, argv[0]) == 0) {
			ops_remove(c->test_line, sizeof(c->test_line[0]), &c->nr_test_lines, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no test-line %s", argv[0]);
}

static bool read_db(const char *text, int8_t *db)
{
	char *end;
	long v = strtol(text, &end, 10);

	*db = (int8_t)v;
	return end != text && !*end && v >= GW_GAIN_MIN && v <= GW_GAIN_MAX;
}

DEFUN(cfg_gain, cfg_gain_cmd, "gain (receive|transmit) DB",
      GAIN_STR
      "What we hear from the trunk\nWhat we send into it\n-12 to 6 (dB; 0: octets as they are, default)\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);
	int8_t db;

	if (!t)
		return CMD_WARNING;
	if (!read_db(argv[1], &db))
		return ops_refuse(vty, "\"%s\" is no gain: write a whole number from %d to %d (dB)",
				  argv[1], GW_GAIN_MIN, GW_GAIN_MAX);
	if (argv[0][0] == 'r')
		t->gain_receive_db = db;
	else
		t->gain_transmit_db = db;
	return CMD_SUCCESS;
}

DEFUN(cfg_no_gain, cfg_no_gain_cmd, "no gain", NO_THING_STR GAIN_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->gain_receive_db = t->gain_transmit_db = 0;
	return CMD_SUCCESS;
}

void ops_vty_config_test_init(void)
{
	install_element(CONFIG_NODE, &cfg_line_cmd);
	install_element(CONFIG_NODE, &cfg_no_line_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_gain_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_gain_cmd);
}
