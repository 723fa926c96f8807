/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sctp: failure is to be seen within seconds (Q.704 has its own ideas of minutes): an association
 * that is not answered ends after about five.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/sctp.h> /* wants those above */

#include "io/sctp.h"
#include "io/sock.h"

#define RTO_MIN_MS     100
#define RTO_MAX_MS     1000
#define RTO_INITIAL_MS 500
#define INIT_TRIES     3
#define MAX_RETRANS    4
#define HEARTBEAT_MS   1000
#define PATH_RETRANS   2

static int set(int fd, int option, const void *value, socklen_t len)
{
	return setsockopt(fd, IPPROTO_SCTP, option, value, len);
}

void io_sctp_tune(int fd, uint16_t nr_streams)
{
	struct sctp_initmsg init = { nr_streams, nr_streams, INIT_TRIES, RTO_MAX_MS };
	struct sctp_rtoinfo rto = { 0, RTO_INITIAL_MS, RTO_MAX_MS, RTO_MIN_MS };
	struct sctp_assocparams assoc = { .sasoc_asocmaxrxt = MAX_RETRANS };
	struct sctp_paddrparams path = { .spp_hbinterval = HEARTBEAT_MS,
					 .spp_pathmaxrxt = PATH_RETRANS,
					 .spp_flags = SPP_HB_ENABLE };
	int on = 1;

	/* each of these is a wish: without it the kernel's own value does */
	set(fd, SCTP_INITMSG, &init, sizeof(init));
	set(fd, SCTP_RTOINFO, &rto, sizeof(rto));
	set(fd, SCTP_ASSOCINFO, &assoc, sizeof(assoc));
	set(fd, SCTP_PEER_ADDR_PARAMS, &path, sizeof(path));
	set(fd, SCTP_NODELAY, &on, sizeof(on));
}

/* RFC 4168 5: "every SIP message [...] over stream zero with the unordered flag set"; a wish, too. */
void io_sctp_unordered(int fd)
{
	struct sctp_sndrcvinfo info = { .sinfo_flags = SCTP_UNORDERED };

	set(fd, SCTP_DEFAULT_SEND_PARAM, &info, sizeof(info));
}

static int set_events(int fd)
{
	struct sctp_event_subscribe events = { .sctp_data_io_event = 1,
					       .sctp_association_event = 1,
					       .sctp_shutdown_event = 1 };

	return set(fd, SCTP_EVENTS, &events, sizeof(events));
}

/* The addresses one behind the other, as the kernel wants them; how many octets. */
static socklen_t pack(const struct addr *list, unsigned nr, uint16_t port, char *buf)
{
	socklen_t len = 0;

	for (unsigned i = 0; i < nr; i++) {
		struct addr a = list[i];
		struct sockaddr_storage sa;
		socklen_t one;

		a.port = port;
		one = io_sockaddr_of(&a, &sa);
		memcpy(buf + len, &sa, one);
		len += one;
	}
	return len;
}

static int bind_all(int fd, const struct addr *local, unsigned nr)
{
	char buf[8 * sizeof(struct sockaddr_in6)];
	struct sockaddr_storage sa;
	socklen_t len = io_sockaddr_of(&local[0], &sa);
	uint16_t port = local[0].port;
	struct addr bound;

	if (bind(fd, (struct sockaddr *)&sa, len) < 0)
		return -1;
	if (nr < 2)
		return 0;
	if (!port && io_sock_local(fd, &bound) == 0)
		port = bound.port;
	len = pack(local + 1, nr - 1, port, buf);
	return set(fd, SCTP_SOCKOPT_BINDX_ADD, buf, len);
}

int io_sctp_socket(const struct addr *local, unsigned nr, uint16_t nr_streams, int *fd,
		   struct tg_diag *diag)
{
	char text[ADDR_TEXT_MAX];
	int family = local[0].family == ADDR_IP6 ? AF_INET6 : AF_INET, err, on = 1;

	*fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_SCTP);
	if (*fd < 0)
		return tg_fail(diag, TG_ENOTSUP, 0, "",
			       "this system's kernel has no SCTP (modprobe sctp); `transport tcp` "
			       "does without");
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	io_sctp_tune(*fd, nr_streams);
	if (set_events(*fd) == 0 && bind_all(*fd, local, nr) == 0)
		return 0;
	err = errno;
	close(*fd);
	*fd = -1;
	return tg_fail(diag, err == EADDRINUSE ? TG_EEXIST : TG_EIO, 0, "", "SCTP at %s: %s",
		       addr_print(&local[0], text), strerror(err));
}

int io_sctp_connect(int fd, const struct addr *remote, unsigned nr)
{
	char buf[8 * sizeof(struct sockaddr_in6)];
	socklen_t len = pack(remote, nr, remote[0].port, buf);

	if (set(fd, SCTP_SOCKOPT_CONNECTX, buf, len) >= 0 || errno == EINPROGRESS)
		return 0;
	return TG_EIO;
}

uint16_t io_sctp_streams(int fd)
{
	struct sctp_status status = { 0 };
	socklen_t len = sizeof(status);

	if (getsockopt(fd, IPPROTO_SCTP, SCTP_STATUS, &status, &len) < 0)
		return 0;
	return status.sstat_outstrms;
}

int io_sctp_send(int fd, uint16_t stream, uint32_t ppid, struct str octets)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct sctp_sndrcvinfo))];
		struct cmsghdr align;
	} control = { .buf = { 0 } };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)octets.p, .iov_len = octets.len };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	struct sctp_sndrcvinfo info = { .sinfo_stream = stream, .sinfo_ppid = htonl(ppid) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = IPPROTO_SCTP;
	c->cmsg_type = SCTP_SNDRCV;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	return sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static enum io_sctp_event event_of(const void *buf, size_t len)
{
	union sctp_notification n = { 0 };

	memcpy(&n, buf, len < sizeof(n) ? len : sizeof(n));
	if (n.sn_header.sn_type == SCTP_SHUTDOWN_EVENT)
		return IO_SCTP_OVER;
	if (n.sn_header.sn_type != SCTP_ASSOC_CHANGE)
		return IO_SCTP_NOTHING;
	switch (n.sn_assoc_change.sac_state) {
	case SCTP_RESTART:
		return IO_SCTP_RESTART;
	case SCTP_COMM_UP:
		return IO_SCTP_NOTHING;
	default:
		return IO_SCTP_OVER;
	}
}

static uint16_t stream_of(struct msghdr *msg)
{
	struct sctp_sndrcvinfo info = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == IPPROTO_SCTP && c->cmsg_type == SCTP_SNDRCV)
			memcpy(&info, CMSG_DATA(c), sizeof(info));
	return info.sinfo_stream;
}

ssize_t io_sctp_recv(int fd, void *buf, size_t size, uint16_t *stream, enum io_sctp_event *event)
{
	char control[256];
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, 0);

	*event = IO_SCTP_DATA;
	if (n <= 0)
		return n < 0 ? -1 : (*event = IO_SCTP_OVER, 0);
	if (msg.msg_flags & MSG_NOTIFICATION) {
		*event = event_of(buf, (size_t)n);
		return 0;
	}
	*stream = stream_of(&msg);
	return n;
}
