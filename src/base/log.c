/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log: one line put together as "call 7 trunk ams1 cic 3: text", cut at LINE_MAX_LEN octets. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define LINE_MAX_LEN 1024

static struct log_sink sink;

static const char *const area_names[LOG_NR_AREAS] = {
	[LOG_BASE] = "base", [LOG_SIP] = "sip",	    [LOG_SDP] = "sdp",	       [LOG_ISUP] = "isup",
	[LOG_SS7] = "ss7",   [LOG_MEDIA] = "media", [LOG_GATEWAY] = "gateway", [LOG_IO] = "io",
	[LOG_OPS] = "ops",   [LOG_LAB] = "lab",
};

static const char *const level_names[LOG_NR_LEVELS] = {
	[LOG_DEBUG] = "debug",
	[LOG_INFO] = "info",
	[LOG_NOTICE] = "notice",
	[LOG_ERROR] = "error",
};

void log_set_sink(const struct log_sink *to)
{
	sink = to ? *to : (struct log_sink){ NULL, NULL, NULL };
}

const char *log_area_name(enum log_area area)
{
	return (unsigned int)area < LOG_NR_AREAS ? area_names[area] : "?";
}

const char *log_level_name(enum log_level level)
{
	return (unsigned int)level < LOG_NR_LEVELS ? level_names[level] : "?";
}

bool log_wanted(enum log_area area, enum log_level level)
{
	return sink.line && (!sink.wanted || sink.wanted(sink.ctx, area, level));
}

/* Appends, cut to fit; the text always ends in NUL. */
static void vadd(char *line, size_t *len, const char *fmt, va_list ap)
{
	int n = vsnprintf(line + *len, LINE_MAX_LEN - *len, fmt, ap);

	if (n > 0)
		*len += (size_t)n < LINE_MAX_LEN - *len ? (size_t)n : LINE_MAX_LEN - 1 - *len;
}

__attribute__((format(printf, 3, 4))) static void add(char *line, size_t *len, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vadd(line, len, fmt, ap);
	va_end(ap);
}

static void add_subject(char *line, size_t *len, const struct log_subject *subj)
{
	if (subj->call)
		add(line, len, "call %u ", subj->call);
	if (subj->trunk)
		add(line, len, "trunk %s ", subj->trunk);
	if (subj->cic)
		add(line, len, "cic %d ", subj->cic);
	if (*len) {
		(*len)--;
		add(line, len, ": ");
	}
}

void log_write(enum log_area area, enum log_level level, const struct log_subject *subj,
	       const char *fmt, ...)
{
	char line[LINE_MAX_LEN] = "";
	size_t len = 0;
	va_list ap;

	if (!log_wanted(area, level))
		return;
	if (subj)
		add_subject(line, &len, subj);
	va_start(ap, fmt);
	vadd(line, &len, fmt, ap);
	va_end(ap);
	sink.line(sink.ctx, area, level, line);
}

bool log_limit(struct log_limit *l, tick_t now, uint32_t per_second, uint32_t *left_out)
{
	if (l->nr == 0 || tick_diff_us(now, l->since) >= 1000000) {
		l->since = now;
		l->nr = 0;
	}
	if (l->nr >= per_second) {
		l->left_out++;
		return false;
	}
	l->nr++;
	*left_out = l->left_out;
	l->left_out = 0;
	return true;
}
