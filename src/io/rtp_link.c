/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtp_link: see the header. Ways are kept in sets of WAYS_OF_SET by a hash of the far address; a tick
 * looks at one of them all, and asks the kernel again when it was used since.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/nexthop.h"
#include "io/rtp_link.h"
#include "io/sock.h"

#define BATCH	    64
#define WAYS_OF_SET 8
#define SNDBUF	    (4 << 20)
#define TTL	    64 /* RFC 1700, and what the kernel takes */

struct way {
	uint32_t ip; /* far address as in struct addr */
	bool taken;
	bool used;	/* since it was looked at last */
	bool known;	/* `hop` is */
	bool by_socket; /* the next packet is to go by the socket */
	struct io_nexthop hop;
};

struct packet {
	unsigned channel;
	struct addr to;
	struct sockaddr_ll link;
	struct iovec iov;
	uint8_t octets[IO_RTP_LINK_HEADERS + IO_RTP_LINK_MAX];
};

struct io_rtp_link {
	const struct io_rtp_ports *ports;
	struct io_nexthops *nexthops;
	int fd;
	unsigned cursor; /* of the ways: the next to be looked at */
	unsigned nr;	 /* packets gathered */
	unsigned failed;
	_Atomic uint64_t sent;
	struct way way[IO_RTP_LINK_WAYS];
	struct mmsghdr msg[BATCH];
	struct packet packet[BATCH];
};

/* A socket that hears nothing: protocol 0. */
static int open_link(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, size = SNDBUF;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) == 0) {
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		return fd;
	}
	close(fd);
	return -1;
}

struct io_rtp_link *io_rtp_link_new(struct mem *m, const struct io_rtp_ports *p)
{
	struct io_rtp_link *l = MEM_NEW(m, struct io_rtp_link);

	if (!l)
		return NULL;
	l->ports = p;
	l->fd = open_link();
	l->nexthops = io_nexthops_new(m);
	for (unsigned i = 0; i < BATCH; i++) {
		struct packet *k = &l->packet[i];

		k->iov.iov_base = k->octets;
		l->msg[i].msg_hdr = (struct msghdr){ .msg_name = &k->link,
						     .msg_namelen = sizeof(k->link),
						     .msg_iov = &k->iov,
						     .msg_iovlen = 1 };
	}
	if (l->fd >= 0 && l->nexthops)
		return l;
	io_rtp_link_free(l);
	return NULL;
}

void io_rtp_link_free(struct io_rtp_link *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	io_nexthops_free(l->nexthops);
	mem_drop(l);
}

/* Headers. ------------------------------------------------------------------------------------- */

/* Of the Internet checksum (RFC 1071), before it is folded: any order of octets will do. */
static uint64_t sum(const void *octets, size_t len)
{
	const uint8_t *p = octets;
	uint64_t s = 0;
	uint32_t word = 0;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		s += word;
	}
	word = 0;
	memcpy(&word, p, len);
	return s + word;
}

static uint16_t fold(uint64_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s;
}

/* RFC 768: pseudo header, header, data; 0 would mean that there is none. */
static uint16_t udp_check(const struct iphdr *ip, const struct udphdr *udp, struct str octets)
{
	uint16_t check = fold(sum(&ip->saddr, 2 * sizeof(ip->saddr)) + htons(IPPROTO_UDP) +
			      udp->len + sum(udp, sizeof(*udp)) + sum(octets.p, octets.len));

	return check ? check : 0xffff;
}

size_t io_rtp_link_frame(uint8_t *out, const struct addr *from, const struct addr *to,
			 struct str octets)
{
	size_t len = IO_RTP_LINK_HEADERS + octets.len;
	struct iphdr ip = { .version = IPVERSION,
			    .ihl = sizeof(ip) / 4,
			    .tot_len = htons((uint16_t)len),
			    .frag_off = htons(IP_DF), /* so id may be 0: RFC 6864 4 */
			    .ttl = TTL,
			    .protocol = IPPROTO_UDP };
	struct udphdr udp = { .source = htons(from->port),
			      .dest = htons(to->port),
			      .len = htons((uint16_t)(sizeof(udp) + octets.len)) };

	_Static_assert(sizeof(ip) + sizeof(udp) == IO_RTP_LINK_HEADERS, "no options");
	memcpy(&ip.saddr, from->ip, sizeof(ip.saddr));
	memcpy(&ip.daddr, to->ip, sizeof(ip.daddr));
	ip.check = fold(sum(&ip, sizeof(ip)));
	udp.check = udp_check(&ip, &udp, octets);
	memcpy(out, &ip, sizeof(ip));
	memcpy(out + sizeof(ip), &udp, sizeof(udp));
	memcpy(out + IO_RTP_LINK_HEADERS, octets.p, octets.len);
	return len;
}

/* Ways. ---------------------------------------------------------------------------------------- */

/* NULL: there is no room for another one. */
static struct way *way_to(struct io_rtp_link *l, uint32_t ip)
{
	unsigned sets = IO_RTP_LINK_WAYS / WAYS_OF_SET;
	struct way *set = &l->way[ip * 2654435761u / (UINT32_MAX / sets + 1) * WAYS_OF_SET];
	struct way *free = NULL;

	for (unsigned i = 0; i < WAYS_OF_SET; i++) {
		if (set[i].taken && set[i].ip == ip)
			return &set[i];
		if (!set[i].taken && !free)
			free = &set[i];
	}
	if (free)
		*free = (struct way){ .ip = ip, .taken = true };
	return free;
}

static void look_at(struct io_rtp_link *l, struct way *w)
{
	const struct addr *from = &l->ports->local[0];
	struct addr to = { .family = ADDR_IP4 };

	if (!w->used) {
		w->taken = false;
		return;
	}
	memcpy(to.ip, &w->ip, sizeof(w->ip));
	w->used = false;
	w->known = io_nexthop_find(l->nexthops, from, &to, &w->hop) == IO_NEXTHOP_FOUND &&
		   !(addr_is_any(from) && addr_is_any(&w->hop.source));
	w->by_socket = true;
}

/* Sending. ------------------------------------------------------------------------------------- */

static void put(struct io_rtp_link *l, unsigned channel, const struct way *w, const struct addr *to,
		struct str octets)
{
	struct packet *k = &l->packet[l->nr++];
	struct addr from = l->ports->local[channel];

	if (addr_is_any(&from))
		memcpy(from.ip, w->hop.source.ip, sizeof(from.ip));
	k->channel = channel;
	k->to = *to;
	k->link = (struct sockaddr_ll){ .sll_family = AF_PACKET,
					.sll_protocol = htons(ETHERTYPE_IP),
					.sll_ifindex = w->hop.ifindex,
					.sll_halen = IO_MAC_LEN };
	memcpy(k->link.sll_addr, w->hop.mac, IO_MAC_LEN);
	k->iov.iov_len = io_rtp_link_frame(k->octets, &from, to, octets);
}

/* What the interface did not take. */
static void send_by_socket(struct io_rtp_link *l, const struct packet *k)
{
	struct str octets = str_n((const char *)k->octets + IO_RTP_LINK_HEADERS,
				  k->iov.iov_len - IO_RTP_LINK_HEADERS);

	if (io_sock_send(l->ports->fd[k->channel], &k->to, octets) < 0)
		l->failed++;
}

/* The call stops at the first that fails, and says why when that is the first of all. */
static void send_all(struct io_rtp_link *l)
{
	unsigned done = 0;

	while (done < l->nr) {
		int n = sendmmsg(l->fd, l->msg + done, l->nr - done, 0);

		if (n > 0) {
			done += (unsigned)n;
			atomic_fetch_add_explicit(&l->sent, (unsigned)n, memory_order_relaxed);
		} else if (n == 0 || errno != EINTR) {
			send_by_socket(l, &l->packet[done++]);
		}
	}
	l->nr = 0;
}

bool io_rtp_link_send(struct io_rtp_link *l, unsigned channel, const struct addr *to,
		      struct str octets)
{
	struct way *w;
	uint32_t ip;

	if (!l || to->family != ADDR_IP4 || octets.len > IO_RTP_LINK_MAX)
		return false;
	memcpy(&ip, to->ip, sizeof(ip));
	w = way_to(l, ip);
	if (!w)
		return false;
	w->used = true;
	if (!w->known || w->by_socket) {
		w->by_socket = false;
		return false;
	}
	put(l, channel, w, to, octets);
	if (l->nr == BATCH)
		send_all(l);
	return true;
}

unsigned io_rtp_link_flush(struct io_rtp_link *l)
{
	unsigned failed;

	if (!l)
		return 0;
	send_all(l);
	if (l->way[l->cursor].taken)
		look_at(l, &l->way[l->cursor]);
	l->cursor = (l->cursor + 1) % IO_RTP_LINK_WAYS;
	failed = l->failed;
	l->failed = 0;
	return failed;
}

uint64_t io_rtp_link_sent(const struct io_rtp_link *l)
{
	return l ? atomic_load_explicit(&l->sent, memory_order_relaxed) : 0;
}
