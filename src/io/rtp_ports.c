/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rtp_ports: see the header. The soft limit of open files is raised to the hard one when it is too
 * low for the sockets asked for. */
#include <sys/resource.h>
#include <unistd.h>

#include "io/rtp_ports.h"
#include "io/sock.h"

#define OTHER_FILES 64 /* of the process, beside these sockets */

static int need_files(unsigned nr, struct tg_diag *diag)
{
	struct rlimit lim;

	nr *= 2;
	if (getrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur >= nr + OTHER_FILES)
		return TG_OK;
	lim.rlim_cur = lim.rlim_max < nr + OTHER_FILES ? lim.rlim_max : nr + OTHER_FILES;
	if (setrlimit(RLIMIT_NOFILE, &lim) < 0 || lim.rlim_cur < nr + OTHER_FILES)
		return tg_fail(
			diag, TG_ELIMIT, 0, "",
			"%u RTP and RTCP sockets need %u open files, %lu are allowed (ulimit -n)",
			nr, nr + OTHER_FILES, (unsigned long)lim.rlim_cur);
	return TG_OK;
}

static int bind_one(const struct addr *at, struct io_rtp_ports *p, struct tg_diag *diag)
{
	int size = IO_RTP_RCVBUF, fd, rtcp_fd;
	struct addr behind = *at;
	int err = io_sock_udp(at, &fd, diag);

	if (err < 0)
		return err;
	behind.port++;
	err = io_sock_udp(&behind, &rtcp_fd, diag);
	if (err < 0) {
		close(fd);
		return err;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	p->fd[p->nr] = fd;
	p->rtcp_fd[p->nr] = rtcp_fd;
	p->local[p->nr++] = *at;
	return TG_OK;
}

/* From the first even port up, until there are `nr` or the range is at its end. */
static int bind_range(const struct addr *bind, unsigned first, unsigned last, unsigned nr,
		      struct io_rtp_ports *out, struct tg_diag *diag)
{
	struct addr at = *bind;

	for (unsigned port = (first + 1) & ~1u; port < last && out->nr < nr; port += 2) {
		int err;

		at.port = (uint16_t)port;
		err = bind_one(&at, out, diag);
		if (err < 0 && err != TG_EEXIST)
			return err;
	}
	return TG_OK;
}

int io_rtp_ports_open(struct mem *m, const struct addr *bind, uint16_t first, uint16_t last,
		      unsigned nr, struct io_rtp_ports *out, struct tg_diag *diag)
{
	char host[ADDR_TEXT_MAX];
	unsigned have;
	int err;

	*out = (struct io_rtp_ports){ 0 };
	err = need_files(nr, diag);
	if (err < 0)
		return err;
	out->fd = MEM_ARRAY(m, nr, int);
	out->rtcp_fd = MEM_ARRAY(m, nr, int);
	out->local = MEM_ARRAY(m, nr, struct addr);
	if (!out->fd || !out->rtcp_fd || !out->local)
		return tg_fail(diag, TG_ENOMEM, 0, "", "no memory for %u RTP sockets", nr);
	err = bind_range(bind, first, last, nr, out, diag);
	have = out->nr;
	if (!err && have == nr)
		return TG_OK;
	io_rtp_ports_close(out);
	if (err)
		return err;
	return tg_fail(diag, TG_ELIMIT, 0, "", "%s: ports %u-%u have %u pairs free, %u are needed",
		       addr_print_host(bind, host), first, last, have, nr);
}

void io_rtp_ports_close(struct io_rtp_ports *p)
{
	for (unsigned i = 0; i < p->nr; i++) {
		close(p->fd[i]);
		close(p->rtcp_fd[i]);
	}
	mem_drop(p->fd);
	mem_drop(p->rtcp_fd);
	mem_drop(p->local);
	*p = (struct io_rtp_ports){ 0 };
}
