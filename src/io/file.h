/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/file: whole files: read with a bound, written so that a crash leaves the old or the new one.
 *
 *	struct str text;
 *	if (io_file_read(mem, path, 1 << 20, &text, &diag) < 0)
 *		... diag.text is "/etc/trunkgate.cfg: No such file or directory"
 */
#ifndef TRUNKGATE_IO_FILE_H
#define TRUNKGATE_IO_FILE_H

#include <stddef.h>

#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/str.h>

/* All of it, with a NUL behind it. TG_ENOENT, TG_EIO, TG_ELIMIT (longer than max), TG_ENOMEM. */
int io_file_read(struct mem *m, const char *path, size_t max, struct str *out,
		 struct tg_diag *diag);
/* Through a temporary file beside it, fsync and rename; keeps the mode of a file that is there. */
int io_file_write(const char *path, struct str octets, struct tg_diag *diag);

#endif
