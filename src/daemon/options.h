/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * daemon/options: the command line. What is wrong with it is said in one line on stderr; --help
 * and --version are answered on stdout.
 *
 *	struct options o;
 *	int status;
 *	if (!options_parse(&o, argc, argv, &status))
 *		return status;
 */
#ifndef TRUNKGATE_DAEMON_OPTIONS_H
#define TRUNKGATE_DAEMON_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include "base/log.h"

#define OPTIONS_EXIT_USAGE 2

struct options {
	const char *config; /* NULL: the default file, or the lab's own configuration */
	const char *test;   /* check this file and end */
	bool lab;
	const char *wav;
	bool has_sip, has_vty, has_rtp, has_phone, has_rtp_ports;
	struct addr sip, vty, rtp, phone;
	uint16_t rtp_first, rtp_last;
	uint32_t rtp_buffer_ms; /* 0: not given */
	enum log_level level;
};

/* False: end with *status. */
bool options_parse(struct options *o, int argc, char **argv, int *status);

#endif
