/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log: see the header. The categories are libosmocore's view of base/log's areas, in their order;
 * a category's own level is DEBUG, so that each target (stderr, a VTY) decides by its own. */
#include <string.h>

#include <trunkgate/base/err.h>

#include <osmocom/core/logging.h>

#include "ops/log.h"

#define CATEGORY(area, category, text) \
	[area] = { .name = category, .description = text, .loglevel = LOGL_DEBUG, .enabled = 1 }

static const struct log_info_cat categories[LOG_NR_AREAS] = {
	CATEGORY(LOG_BASE, "BASE", "memory, timers, state tables"),
	CATEGORY(LOG_SIP, "SIP", "SIP messages, transactions and dialogs"),
	CATEGORY(LOG_SDP, "SDP", "session descriptions, offer and answer"),
	CATEGORY(LOG_ISUP, "ISUP", "ISUP messages, circuits and call control"),
	CATEGORY(LOG_SS7, "SS7", "the message transfer part and what carries it"),
	CATEGORY(LOG_MEDIA, "MEDIA", "RTP and timeslots"),
	CATEGORY(LOG_GATEWAY, "GATEWAY", "calls, routes, trunks"),
	CATEGORY(LOG_IO, "IO", "sockets, spans, threads, files"),
	CATEGORY(LOG_OPS, "OPS", "configuration and operators"),
	CATEGORY(LOG_LAB, "LAB", "the emulated exchange"),
};

static const struct log_info info = { .cat = categories, .num_cat = LOG_NR_AREAS };

static const int levels[LOG_NR_LEVELS] = {
	[LOG_DEBUG] = LOGL_DEBUG,
	[LOG_INFO] = LOGL_INFO,
	[LOG_NOTICE] = LOGL_NOTICE,
	[LOG_ERROR] = LOGL_ERROR,
};

static struct log_target *to_stderr;

static void line(void *ctx, enum log_area area, enum log_level level, const char *text)
{
	(void)ctx;
	logp2((int)area, (unsigned int)levels[level], "", 0, 0, "%s\n", text);
}

static bool wanted(void *ctx, enum log_area area, enum log_level level)
{
	(void)ctx;
	return log_check_level((int)area, (unsigned int)levels[level]);
}

int ops_log_init(void)
{
	struct log_sink sink = { .line = line, .wanted = wanted };

	if (log_init(&info, NULL) < 0)
		return TG_ENOMEM;
	log_enable_multithread();
	to_stderr = log_target_create_stderr();
	if (!to_stderr)
		return TG_ENOMEM;
	log_add_target(to_stderr);
	log_set_all_filter(to_stderr, 1);
	log_set_use_color(to_stderr, 0);
	log_set_print_extended_timestamp(to_stderr, 1);
	log_set_print_filename2(to_stderr, LOG_FILENAME_NONE);
	log_set_print_category_hex(to_stderr, 0);
	log_set_print_category(to_stderr, 1);
	log_set_print_level(to_stderr, 1);
	/* A level of the target would count for libosmocore's own categories too; libosmovty
	 * says where it listens, and the daemon does that itself. */
	log_set_log_level(to_stderr, 0);
	log_set_category_filter(to_stderr, DLGLOBAL, 1, LOGL_ERROR);
	ops_log_level(LOG_NOTICE);
	log_set_sink(&sink);
	return TG_OK;
}

void ops_log_level(enum log_level level)
{
	for (int i = 0; i < LOG_NR_AREAS; i++)
		log_set_category_filter(to_stderr, i, 1, levels[level]);
}

bool ops_log_level_of(const char *name, enum log_level *level)
{
	for (int i = 0; i < LOG_NR_LEVELS; i++)
		if (strcmp(log_level_name((enum log_level)i), name) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	return false;
}
