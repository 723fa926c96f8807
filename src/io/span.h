/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/span: spans that come from outside this process: a driver for each kind, chosen by the
 * configuration. The loop's thread connects and looks after them; blocks are read and written by
 * the media worker, through struct tdm_span. What goes between the two threads are atomics.
 *
 *	struct io_span *s = io_span_open(mem, loop, &cfg->span[0], &diag);
 *	line.span = io_span_end(s);		(for the worker)
 *	io_span_look(s);			(when the worker has woken the loop)
 *	... io_span_text(s): "joined to /run/trunkgate/span0"
 *	io_span_close(s);			(when the worker is freed)
 */
#ifndef TRUNKGATE_IO_SPAN_H
#define TRUNKGATE_IO_SPAN_H

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include "gateway/config.h"
#include "io/loop.h"
#include "tdm/span.h"

struct io_span;

/* Not for GW_SPAN_VIRTUAL. NULL with a reason: what can never work (a path that cannot be bound);
 * that the far end is not there is none. */
struct io_span *io_span_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
			     struct tg_diag *diag);
void io_span_close(struct io_span *s);
struct tdm_span io_span_end(struct io_span *s);
/* In the loop's thread: the worker has something to tell, or a second has passed. */
void io_span_look(struct io_span *s);
/* How it is joined, or why it is not. */
const char *io_span_text(const struct io_span *s);

#endif
