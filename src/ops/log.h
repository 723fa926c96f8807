/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ops/log: libosmocore's logging behind the sink of base/log: one category an area, lines with a
 * time on stderr, and `logging` on the VTY. Called from the signalling thread; other threads may
 * log too (log_enable_multithread), media workers do not.
 *
 *	ops_log_init();
 *	ops_log_level(LOG_DEBUG);	(what stderr shows; LOG_NOTICE at first)
 */
#ifndef TRUNKGATE_OPS_LOG_H
#define TRUNKGATE_OPS_LOG_H

#include <stdbool.h>

#include "base/log.h"

/* Once in a process, before the VTY. TG_ENOMEM. */
int ops_log_init(void);
void ops_log_level(enum log_level level);
/* "debug", "info", "notice" or "error"; false when it is none of them. */
bool ops_log_level_of(const char *name, enum log_level *level);

#endif
