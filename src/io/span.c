/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/span: the drivers' common part. */
#include <stdarg.h>
#include <stdio.h>

#include "config.h"

#include "base/log.h"
#include "io/span_driver.h"

static const struct io_span_driver *driver_of(enum gw_span_driver d)
{
	switch (d) {
	case GW_SPAN_UNIX:
		return &io_span_unix;
	case GW_SPAN_CESOPSN:
	case GW_SPAN_SATOP:
		return &io_span_udp;
	case GW_SPAN_TDMOE:
		return &io_span_eth;
#ifdef HAVE_DAHDI_USER_H
	case GW_SPAN_DAHDI:
		return &io_span_dahdi;
#endif
	default:
		return NULL;
	}
}

struct io_span *io_span_open(struct mem *m, struct io_loop *l, const struct gw_span_cfg *cfg,
			     struct tg_diag *diag)
{
	const struct io_span_driver *d = driver_of(cfg->driver);
	struct io_span *s;

	if (!d) {
		tg_fail(diag, TG_ENOTSUP, 0, "",
			"span %u: its driver is not built in (DAHDI: "
			"<dahdi/user.h> was not there)",
			cfg->number);
		return NULL;
	}
	s = d->open(m, l, cfg, diag);
	if (!s && diag && !diag->text[0])
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for span %u", cfg->number);
	return s;
}

void io_span_close(struct io_span *s)
{
	if (s)
		s->driver->close(s);
}

struct tdm_span io_span_end(struct io_span *s)
{
	return (struct tdm_span){ &s->driver->ops, s, s->cfg.kind, s->cfg.law };
}

void io_span_look(struct io_span *s)
{
	s->driver->look(s);
}

const char *io_span_text(const struct io_span *s)
{
	return s->text;
}

void io_span_say(struct io_span *s, bool good, const char *fmt, ...)
{
	char text[sizeof(s->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (strcmp(text, s->text) == 0)
		return;
	memcpy(s->text, text, sizeof(text));
	log_at(LOG_IO, good ? LOG_NOTICE : LOG_ERROR, NULL, "span %u: %s", s->cfg.number, text);
}
