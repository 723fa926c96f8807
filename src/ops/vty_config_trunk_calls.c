/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config_trunk_calls: the configuration language: what a trunk does in calls: continuity checks,
 * overlap, what transit adds, repeat attempts, dual seizure.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_THING_STR "Take away\n"

#define CHECK_STR                                                                                   \
	"Continuity check of circuits (Q.764 2.1.8)\nOf calls that go out; those that come decide " \
	"themselves\n"

DEFUN(cfg_check, cfg_check_cmd, "continuity-check outgoing (never|always)",
      CHECK_STR "The default\nOf each call\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->check_percent = argv[0][0] == 'a' ? 100 : 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_check_percent, cfg_check_percent_cmd, "continuity-check outgoing percent <1-99>",
      CHECK_STR "Of some\nOf a hundred calls so many\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->check_percent = (uint8_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_check_wires, cfg_check_wires_cmd, "continuity-check circuits (four-wire|two-wire)",
      "Continuity check of circuits (Q.764 2.1.8)\nHow they are led (Q.724 7)\nThe tone of 2000 Hz "
      "comes back through a loop: the default\nThey have two wires somewhere: 2010 Hz are answered by "
      "1780 Hz\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->two_wire = argv[0][0] == 't';
	return CMD_SUCCESS;
}

/* A number of the trunk's, or 0 to take it away. */
enum {
	MIN_DIGITS,
	DELAY,
	HOPS,
	SATELLITE,
	ECHO_DEVICE,
	REPEATS,
	SLS_BITS,
	INTERNATIONAL,
	METHOD,
	RESERVE
};

static int set_number(struct vty *vty, int what, int value)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	switch (what) {
	case MIN_DIGITS:
		t->min_digits = (uint8_t)value;
		break;
	case DELAY:
		t->transit.delay_ms = (uint16_t)value;
		break;
	case HOPS:
		t->transit.initial_hops = (uint8_t)value;
		break;
	case SATELLITE:
		t->transit.satellite = value;
		break;
	case ECHO_DEVICE:
		t->transit.echo_device = value;
		break;
	case REPEATS:
		t->repeats = (uint8_t)value;
		break;
	case SLS_BITS:
		t->sls_bits = (uint8_t)value;
		break;
	case INTERNATIONAL:
		t->incoming_international = value;
		break;
	case RESERVE:
		t->reserve = value;
		break;
	case METHOD:
		t->hunt = value == 1 ? GW_HUNT_METHOD_1 : GW_HUNT_LONGEST_IDLE;
		break;
	}
	return CMD_SUCCESS;
}

#define NAME_STR "The name of who calls\n"

DEFUN(cfg_name, cfg_name_cmd, "caller-name (none|generic-name|display)",
      NAME_STR "Neither taken nor given\nGeneric name (T1.113)\n"
	       "Display information (Q.763 3.77)\n")
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	for (uint8_t i = 0; t && i < IW_NR_CALLER_NAMES; i++)
		if (strcmp(argv[0], iw_caller_names[i]) == 0)
			t->dialect.caller_name = i;
	return t ? CMD_SUCCESS : CMD_WARNING;
}

DEFUN(cfg_no_name, cfg_no_name_cmd, "no caller-name", NO_THING_STR NAME_STR)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (t)
		t->dialect.caller_name = IW_NAME_VARIANT;
	return t ? CMD_SUCCESS : CMD_WARNING;
}

#define PORTED_STR "How a ported number is told\n"

static int set_ported(struct vty *vty, uint8_t how, uint8_t digits, bool noa)
{
	struct gw_trunk_cfg *t = ops_trunk_here(vty);

	if (!t)
		return CMD_WARNING;
	t->dialect.portability = how;
	t->dialect.routing_digits = digits;
	t->dialect.routing_noa = noa;
	return CMD_SUCCESS;
}

DEFUN(cfg_ported, cfg_ported_cmd, "number-portability (gap|indicator|none)",
      PORTED_STR "Routing number called, dialled number in the generic number (the default)\n"
		 "The indicator of FCI, without the routing number\nNothing of it\n")
{
	return set_ported(vty,
			  argv[0][0] == 'g'   ? IW_PORTED_GAP
			  : argv[0][0] == 'i' ? IW_PORTED_INDICATOR
					      : IW_PORTED_NONE,
			  0, false);
}

DEFUN(cfg_concatenated, cfg_concatenated_cmd,
      "number-portability concatenated <1-15> (national|routing)",
      PORTED_STR "Routing and dialled number together are called (RFC 3398 7.2.1.1)\n"
		 "Digits of a routing number\nNature of address as of the routing number\n"
		 "Nature of address 8 (Q.769.1)\n")
{
	return set_ported(vty, IW_PORTED_CONCATENATED, (uint8_t)atoi(argv[0]), argv[1][0] == 'r');
}

DEFUN(cfg_no_ported, cfg_no_ported_cmd, "no number-portability", NO_THING_STR PORTED_STR)
{
	return set_ported(vty, IW_PORTED_GAP, 0, false);
}

#define DIGITS_STR "Overlap from there\nUntil so many digits or ST came a call waits, T35\n"
#define DELAY_STR  "What its circuits add to the delay of a call between trunks\n"
#define HOPS_STR   "Exchanges that a call between trunks may pass, if it brings no counter\n"
#define SAT_STR	   "Its circuits go by satellite\n"
#define ECHO_STR   "Outgoing half echo control devices are on its circuits\n"

DEFUN(cfg_digits, cfg_digits_cmd, "called-digits minimum <1-20>", DIGITS_STR "Digits\n")
{
	return set_number(vty, MIN_DIGITS, atoi(argv[0]));
}

DEFUN(cfg_no_digits, cfg_no_digits_cmd, "no called-digits minimum", NO_THING_STR DIGITS_STR)
{
	return set_number(vty, MIN_DIGITS, 0);
}

DEFUN(cfg_delay, cfg_delay_cmd, "propagation-delay <0-1000>", DELAY_STR "Milliseconds\n")
{
	return set_number(vty, DELAY, atoi(argv[0]));
}

DEFUN(cfg_hops, cfg_hops_cmd, "hop-counter <1-31>", HOPS_STR "So many\n")
{
	return set_number(vty, HOPS, atoi(argv[0]));
}

DEFUN(cfg_no_hops, cfg_no_hops_cmd, "no hop-counter", NO_THING_STR HOPS_STR)
{
	return set_number(vty, HOPS, 0);
}

DEFUN(cfg_satellite, cfg_satellite_cmd, "satellite", SAT_STR)
{
	return set_number(vty, SATELLITE, 1);
}

DEFUN(cfg_no_satellite, cfg_no_satellite_cmd, "no satellite", NO_THING_STR SAT_STR)
{
	return set_number(vty, SATELLITE, 0);
}

DEFUN(cfg_echo, cfg_echo_cmd, "echo-device", ECHO_STR)
{
	return set_number(vty, ECHO_DEVICE, 1);
}

DEFUN(cfg_no_echo, cfg_no_echo_cmd, "no echo-device", NO_THING_STR ECHO_STR)
{
	return set_number(vty, ECHO_DEVICE, 0);
}

#define REPEATS_STR "Other circuits that a call may try when its first one is lost (Q.764 2.8.1)\n"
#define SLS_STR	    "Low bits of the CIC that choose the signalling link\n"
#define INTER_STR   "Calls from there enter the country here: T38 waits for RES (Q.764 2.4)\n"

DEFUN(cfg_repeats, cfg_repeats_cmd, "repeat-attempts <0-30>", REPEATS_STR "So many; default 3\n")
{
	return set_number(vty, REPEATS, atoi(argv[0]));
}

DEFUN(cfg_no_repeats, cfg_no_repeats_cmd, "no repeat-attempts", "Back to the default\n" REPEATS_STR)
{
	return set_number(vty, REPEATS, GW_REPEATS_DEFAULT);
}

DEFUN(cfg_sls, cfg_sls_cmd, "sls-bits (4|5|8)",
      SLS_STR "ITU (Q.704 2.2.4), there the default\nANSI (T1.111.4), there the default\n"
	      "ANSI, newer networks\n")
{
	return set_number(vty, SLS_BITS, atoi(argv[0]));
}

DEFUN(cfg_no_sls, cfg_no_sls_cmd, "no sls-bits", "Back to the default\n" SLS_STR)
{
	return set_number(vty, SLS_BITS, 0);
}

DEFUN(cfg_method, cfg_method_cmd, "dual-seizure method (1|2)",
      "Hunting so that both exchanges seldom take one circuit (Q.764 2.9.1.3)\nWhich\n"
      "In opposite orders: up with the higher point code, down with the lower\n"
      "As 'hunt longest-idle': of those we control the one idle for longest, then of the others "
      "the one that became idle last\n")
{
	return set_number(vty, METHOD, atoi(argv[0]));
}

DEFUN(cfg_inter, cfg_inter_cmd, "incoming-international", INTER_STR)
{
	return set_number(vty, INTERNATIONAL, 1);
}

DEFUN(cfg_no_inter, cfg_no_inter_cmd, "no incoming-international", NO_THING_STR INTER_STR)
{
	return set_number(vty, INTERNATIONAL, 0);
}

#define RESERVE_STR "CRM before the IAM on circuits that both may seize (T1.113), TCRM\n"

DEFUN(cfg_reserve, cfg_reserve_cmd, "circuit-reservation", RESERVE_STR)
{
	return set_number(vty, RESERVE, 1);
}

DEFUN(cfg_no_reserve, cfg_no_reserve_cmd, "no circuit-reservation", NO_THING_STR RESERVE_STR)
{
	return set_number(vty, RESERVE, 0);
}

void ops_vty_config_trunk_calls_init(void)
{
	install_element(OPS_TRUNK_NODE, &cfg_check_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_check_percent_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_check_wires_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_ported_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_concatenated_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_ported_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_name_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_name_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_digits_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_digits_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_delay_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_hops_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_hops_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_satellite_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_satellite_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_echo_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_echo_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_repeats_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_repeats_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_sls_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_sls_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_method_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_reserve_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_reserve_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_inter_cmd);
	install_element(OPS_TRUNK_NODE, &cfg_no_inter_cmd);
}
