/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file: see the header. Writing happens beside the target, so that rename stays in one file
 * system; the directory is synced too, or the new name may not survive a power cut. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

#define FIRST_CHUNK 4096

static int fail(struct tg_diag *diag, const char *path)
{
	return tg_fail(diag, errno == ENOENT ? TG_ENOENT : TG_EIO, 0, "", "%s: %s", path,
		       strerror(errno));
}

/* Reads to the end; `max` and one octet more, to see that there is more. */
static int read_all(struct mem *m, int fd, const char *path, size_t max, struct str *out,
		    struct tg_diag *diag)
{
	size_t size = FIRST_CHUNK, len = 0;
	char *buf = mem_alloc(m, size), *more;
	ssize_t n;

	while (buf) {
		n = read(fd, buf + len, size - 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			mem_drop(buf);
			return fail(diag, path);
		}
		len += (size_t)n;
		if (!n || len > max)
			break;
		if (len < size - 1)
			continue;
		more = mem_grow(m, buf, size * 2);
		if (!more)
			mem_drop(buf);
		buf = more;
		size *= 2;
	}
	if (!buf)
		return tg_fail(diag, TG_ENOMEM, 0, "", "%s: no memory", path);
	if (len > max) {
		mem_drop(buf);
		return tg_fail(diag, TG_ELIMIT, 0, "", "%s: longer than %zu octets", path, max);
	}
	buf[len] = '\0';
	*out = str_n(buf, len);
	return TG_OK;
}

int io_file_read(struct mem *m, const char *path, size_t max, struct str *out, struct tg_diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err;

	if (fd < 0)
		return fail(diag, path);
	err = read_all(m, fd, path, max, out, diag);
	close(fd);
	return err;
}

static int write_all(int fd, struct str s)
{
	while (s.len) {
		ssize_t n = write(fd, s.p, s.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s = str_from(s, (size_t)n);
	}
	return fsync(fd);
}

/* The mode of what is there, or what the umask makes of 0666. */
static mode_t mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static void sync_folder(const char *path)
{
	char dir[4096];
	char *slash;
	int fd;

	snprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = '\0';
	fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int io_file_write(const char *path, struct str octets, struct tg_diag *diag)
{
	char real[4096], tmp[4096 + 8];
	int fd, err = TG_OK;

	/* Through a symbolic link the file behind it is replaced, not the link. */
	if (!realpath(path, real) && snprintf(real, sizeof(real), "%s", path) >= (int)sizeof(real))
		return tg_fail(diag, TG_EINVAL, 0, "", "the file name is too long");
	snprintf(tmp, sizeof(tmp), "%s.XXXXXX", real);
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return fail(diag, path);
	if (fchmod(fd, mode_for(real)) < 0 || write_all(fd, octets) < 0)
		err = fail(diag, path);
	if (close(fd) < 0 && !err)
		err = fail(diag, path);
	if (!err && rename(tmp, real) < 0)
		err = fail(diag, path);
	if (err)
		unlink(tmp);
	else
		sync_folder(real);
	return err;
}
