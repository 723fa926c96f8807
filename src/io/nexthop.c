/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nexthop: see the header. The kernel answers a request within the call that sends it, so the socket
 * never waits: no answer means that it is not known.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "io/nexthop.h"

#define IP4_LEN	     4
#define ANSWER_MAX   4096
#define ANSWERS_MAX  8 /* of older requests */
#define STATES_VALID (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

struct io_nexthops {
	struct mnl_socket *nl;
	uint32_t seq;
	_Alignas(struct nlmsghdr) uint8_t request[256];
	_Alignas(struct nlmsghdr) uint8_t answer[ANSWER_MAX];
};

struct io_nexthops *io_nexthops_new(struct mem *m)
{
	struct io_nexthops *n = MEM_NEW(m, struct io_nexthops);

	if (!n)
		return NULL;
	n->nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (n->nl && mnl_socket_bind(n->nl, 0, MNL_SOCKET_AUTOPID) == 0)
		return n;
	io_nexthops_free(n);
	return NULL;
}

void io_nexthops_free(struct io_nexthops *n)
{
	if (!n)
		return;
	if (n->nl)
		mnl_socket_close(n->nl);
	mem_drop(n);
}

static struct nlmsghdr *begin(struct io_nexthops *n, uint16_t type)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(n->request);

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST;
	h->nlmsg_seq = ++n->seq;
	return h;
}

/* The answer, of this type and with a body of this size at least; NULL: there is none, or an error. */
static const struct nlmsghdr *ask(struct io_nexthops *n, const struct nlmsghdr *h, uint16_t type,
				  size_t size)
{
	if (mnl_socket_sendto(n->nl, h, h->nlmsg_len) < 0)
		return NULL;
	for (int i = 0; i < ANSWERS_MAX; i++) {
		ssize_t len = mnl_socket_recvfrom(n->nl, n->answer, sizeof(n->answer));
		const struct nlmsghdr *a = (const struct nlmsghdr *)n->answer;

		if (len < 0 && errno != ENOBUFS)
			return NULL;
		if (len < 0 || !mnl_nlmsg_ok(a, (int)len) || a->nlmsg_seq != n->seq)
			continue;
		return a->nlmsg_type == type && mnl_nlmsg_get_payload_len(a) >= size ? a : NULL;
	}
	return NULL;
}

static bool has_ip4(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) == IP4_LEN;
}

/* Interface and address of the next machine; false: not by a plain IPv4 route. */
static bool read_route(const struct nlmsghdr *h, struct addr *next, struct io_nexthop *out)
{
	const struct rtmsg *r = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;

	if (r->rtm_type != RTN_UNICAST)
		return false;
	mnl_attr_for_each(a, h, sizeof(*r))
	{
		switch (mnl_attr_get_type(a)) {
		case RTA_OIF:
			if (mnl_attr_validate(a, MNL_TYPE_U32) == 0)
				out->ifindex = (int)mnl_attr_get_u32(a);
			break;
		case RTA_GATEWAY:
			if (has_ip4(a))
				memcpy(next->ip, mnl_attr_get_payload(a), IP4_LEN);
			break;
		case RTA_PREFSRC:
			if (has_ip4(a))
				memcpy(out->source.ip, mnl_attr_get_payload(a), IP4_LEN);
			break;
		case RTA_VIA:
		case RTA_ENCAP:
			return false;
		default:
			break;
		}
	}
	return out->ifindex > 0;
}

static bool find_route(struct io_nexthops *n, const struct addr *local, struct addr *next,
		       struct io_nexthop *out)
{
	struct nlmsghdr *h = begin(n, RTM_GETROUTE);
	struct rtmsg *r = mnl_nlmsg_put_extra_header(h, sizeof(*r));
	const struct nlmsghdr *answer;

	r->rtm_family = AF_INET;
	r->rtm_dst_len = IP4_LEN * 8;
	mnl_attr_put(h, RTA_DST, IP4_LEN, next->ip);
	if (!addr_is_any(local)) {
		r->rtm_src_len = IP4_LEN * 8;
		mnl_attr_put(h, RTA_SRC, IP4_LEN, local->ip);
	}
	answer = ask(n, h, RTM_NEWROUTE, sizeof(*r));
	return answer && read_route(answer, next, out);
}

static enum io_nexthop_found read_neighbour(const struct nlmsghdr *h, struct io_nexthop *out)
{
	const struct ndmsg *d = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;

	if (d->ndm_state & NUD_NOARP)
		return IO_NEXTHOP_OTHER;
	if (!(d->ndm_state & STATES_VALID))
		return IO_NEXTHOP_UNKNOWN;
	mnl_attr_for_each(a, h, sizeof(*d))
	{
		if (mnl_attr_get_type(a) != NDA_LLADDR)
			continue;
		if (mnl_attr_get_payload_len(a) != IO_MAC_LEN)
			return IO_NEXTHOP_OTHER;
		memcpy(out->mac, mnl_attr_get_payload(a), IO_MAC_LEN);
		return IO_NEXTHOP_FOUND;
	}
	return IO_NEXTHOP_UNKNOWN;
}

enum io_nexthop_found io_nexthop_find(struct io_nexthops *n, const struct addr *local,
				      const struct addr *remote, struct io_nexthop *out)
{
	const struct nlmsghdr *answer;
	struct addr next = *remote;
	struct nlmsghdr *h;
	struct ndmsg *d;

	*out = (struct io_nexthop){ .source = { .family = ADDR_IP4 } };
	if (remote->family != ADDR_IP4 || !find_route(n, local, &next, out))
		return IO_NEXTHOP_OTHER;
	h = begin(n, RTM_GETNEIGH);
	d = mnl_nlmsg_put_extra_header(h, sizeof(*d));
	d->ndm_family = AF_INET;
	d->ndm_ifindex = out->ifindex;
	mnl_attr_put(h, NDA_DST, IP4_LEN, next.ip);
	answer = ask(n, h, RTM_NEWNEIGH, sizeof(*d));
	return answer ? read_neighbour(answer, out) : IO_NEXTHOP_UNKNOWN;
}
