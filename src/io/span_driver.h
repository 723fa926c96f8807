/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * span_driver: what a driver of spans gives to io/span. A driver's object begins with its
 * struct io_span.
 *
 *	const struct io_span_driver io_span_unix = { .open = unix_open, ... };
 */
#ifndef TRUNKGATE_IO_SPAN_DRIVER_H
#define TRUNKGATE_IO_SPAN_DRIVER_H

#include "io/span.h"

struct io_span_driver {
	struct io_span *(*open)(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
				struct tg_diag *diag);
	void (*close)(struct io_span *s);
	void (*look)(struct io_span *s);
	struct tdm_span_ops ops; /* self is the struct io_span */
};

struct io_span {
	const struct io_span_driver *driver;
	struct gw_span_cfg cfg;
	char text[160];
};

extern const struct io_span_driver io_span_unix, io_span_udp, io_span_eth, io_span_dahdi;

/* Another state: shown, and logged when it is news. */
__attribute__((format(printf, 3, 4))) void io_span_say(struct io_span *s, bool good,
						       const char *fmt, ...);

#endif
