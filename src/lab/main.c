/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/main: trunkgate-lab: tools for trying and testing the gateway, one sub-command each. */
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "lab/exchange_main.h"
#include "lab/phone_main.h"

static const struct {
	const char *name, *text;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "phone", "a test phone: places or answers calls, plays, listens, judges", phone_main },
	{ "exchange", "an exchange at the far end of a trunk, with subscribers and calls",
	  exchange_main },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void usage(FILE *to)
{
	fputs("Usage: trunkgate-lab COMMAND ... (COMMAND --help says more)\n\n", to);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(to, "  %-10s %s\n", commands[i].name, commands[i].text);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		return 0;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("trunkgate-lab " PACKAGE_VERSION);
		return 0;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 2, argv + 2);
	fprintf(stderr, "trunkgate-lab: no command \"%s\" (see trunkgate-lab --help)\n", argv[1]);
	return 2;
}
