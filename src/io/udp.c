/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * udp: with IP_RECVERR the kernel keeps what ICMP said in an error queue, with the address that
 * was sent to; without it an unconnected socket would never hear of it (ip(7)). An error that
 * waits there also makes the next send fail once, whoever that send is for: it is tried again.
 */
#include <errno.h>
#include <time.h> /* errqueue.h needs it */
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "io/sock.h"
#include "io/udp.h"

#define MAX_DATAGRAM 65535

struct io_udp {
	struct io_loop *loop;
	struct io_watch watch;
	struct io_udp_user user;
	struct addr local;
	struct io_udp_stats stats;
	char buf[MAX_DATAGRAM];
};

/* One entry of the error queue; false when it is empty. */
static bool next_error(struct io_udp *u, struct addr *to, int *err)
{
	struct sockaddr_storage sa = { 0 };
	char control[512], octet;
	struct iovec iov = { .iov_base = &octet, .iov_len = 1 };
	struct msghdr msg = { .msg_name = &sa,
			      .msg_namelen = sizeof(sa),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };

	if (recvmsg(u->watch.fd, &msg, MSG_ERRQUEUE) < 0)
		return false;
	*err = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
		    (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR)) {
			struct sock_extended_err ee;

			memcpy(&ee, CMSG_DATA(c), sizeof(ee));
			*err = (int)ee.ee_errno;
		}
	}
	io_addr_of(to, &sa);
	return true;
}

static void take_errors(struct io_udp *u)
{
	struct addr to;
	int err;

	for (int i = 0; i < IO_UDP_BURST && next_error(u, &to, &err); i++) {
		/* EMSGSIZE comes from path MTU discovery: the kernel fragments next time. */
		if (to.family == ADDR_NONE || err == EMSGSIZE)
			continue;
		u->stats.tx_failed++;
		if (u->user.failed)
			u->user.failed(u->user.self, &to, strerror(err));
	}
}

static void on_ready(void *self, unsigned what)
{
	struct io_udp *u = self;
	struct addr from;

	if (what & IO_ERROR)
		take_errors(u);
	for (int i = 0; i < IO_UDP_BURST; i++) {
		ssize_t n = io_sock_recv(u->watch.fd, u->buf, sizeof(u->buf), &from);

		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			continue; /* an ICMP error of an earlier send; it is in the queue */
		if (n < 0)
			return;
		u->stats.rx++;
		u->user.rx(u->user.self, &from, str_n(u->buf, (size_t)n));
	}
}

static void ask_for_errors(int fd, const struct addr *local)
{
	int on = 1;

	if (local->family == ADDR_IP6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	else
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
}

struct io_udp *io_udp_open(struct mem *m, struct io_loop *l, const struct addr *bind,
			   const struct io_udp_user *user, struct tg_diag *diag)
{
	struct io_udp *u = MEM_NEW(m, struct io_udp);

	if (!u) {
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for a socket");
		return NULL;
	}
	u->loop = l;
	u->user = *user;
	u->watch = (struct io_watch){ .fd = -1, .ready = on_ready, .self = u };
	if (io_sock_udp(bind, &u->watch.fd, diag) < 0) {
		mem_drop(u);
		return NULL;
	}
	ask_for_errors(u->watch.fd, bind);
	if (io_sock_local(u->watch.fd, &u->local) < 0 || io_loop_watch(l, &u->watch, IO_READ) < 0) {
		tg_fail(diag, TG_EIO, 0, "", "socket: %s", strerror(errno));
		io_udp_close(u);
		return NULL;
	}
	return u;
}

void io_udp_close(struct io_udp *u)
{
	if (!u)
		return;
	io_loop_unwatch(u->loop, &u->watch);
	close(u->watch.fd);
	mem_drop(u);
}

const struct addr *io_udp_local(const struct io_udp *u)
{
	return &u->local;
}

int io_udp_send(struct io_udp *u, const struct addr *to, struct str octets)
{
	int rc = io_sock_send(u->watch.fd, to, octets);

	/* May be the error of an earlier datagram, taken from the socket by this call. */
	if (rc < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS)
		rc = io_sock_send(u->watch.fd, to, octets);
	if (rc == 0) {
		u->stats.tx++;
		return TG_OK;
	}
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
		u->stats.tx_full++;
		return TG_ELIMIT;
	}
	u->stats.tx_failed++;
	return TG_EIO;
}

void io_udp_stats(const struct io_udp *u, struct io_udp_stats *out)
{
	*out = u->stats;
}
