/* SPDX-License-Identifier: GPL-3.0-or-later */
/* err: the texts of the error numbers, and how a parser says where it stopped. */
#include <stdarg.h>
#include <stdio.h>

#include <trunkgate/base/err.h>

static const char *const texts[] = {
	[-TG_OK] = "success",
	[-TG_EINVAL] = "invalid syntax or value",
	[-TG_ENOMEM] = "out of memory",
	[-TG_ELIMIT] = "limit reached",
	[-TG_ENOENT] = "not found",
	[-TG_ESTATE] = "not possible in this state",
	[-TG_ENOTSUP] = "not supported",
	[-TG_EIO] = "input/output error",
	[-TG_ETRUNC] = "message ends too early",
	[-TG_EEXIST] = "exists already",
	[-TG_EPROTO] = "protocol violation",
};

#define NR_TEXTS ((int)(sizeof(texts) / sizeof(texts[0])))

const char *tg_strerror(int err)
{
	return err > 0 || err <= -NR_TEXTS ? "unknown error" : texts[-err];
}

int tg_fail(struct tg_diag *d, int err, size_t offset, const char *clause, const char *fmt, ...)
{
	va_list ap;

	if (!d)
		return err;
	d->offset = offset;
	d->clause = clause;
	va_start(ap, fmt);
	vsnprintf(d->text, sizeof(d->text), fmt, ap);
	va_end(ap);
	return err;
}
