/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dns: c-ares with its sockets in the loop. A question is begun by a timer that is due at once. */
#include <ares.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#include <trunkgate/sipio/dns.h>

#include "base/list.h"
#include "io/sock.h"

#define MAX_SOCKETS 32
#define TIMEOUT_MS  2000
#define TRIES	    2
#define UDP_SIZE    1232 /* what no path cuts up; what is larger comes by TCP */

/* RFC 1035 3.2.4, RFC 2782, RFC 3403 4.1 */
enum { CLASS_IN = 1, TYPE_SOA = 6, TYPE_SRV = 33, TYPE_NAPTR = 35 };

struct query {
	struct list link;
	struct io_dns *d;
	enum sip_dns_type type;
	io_dns_fn *fn;
	void *self;
	uint32_t token;
	char name[SIP_NAME_MAX];
};

struct socket_watch {
	struct io_watch watch;
	struct io_dns *d;
};

struct io_dns {
	struct mem *mem;
	struct io_loop *loop;
	ares_channel channel;
	bool has_channel, closing;
	struct socket_watch sock[MAX_SOCKETS];
	struct io_timer timeout, begin;
	struct list waiting; /* not begun */
	unsigned pending;
	struct sip_dns_record record[IO_DNS_MAX_RECORDS];
};

/* Sockets and time. ----------------------------------------------------------------------------- */
static void arm_timeout(struct io_dns *d)
{
	struct timeval tv;

	if (ares_timeout(d->channel, NULL, &tv))
		io_timer_arm(d->loop, &d->timeout,
			     tick_add_us(io_now(), S_US(tv.tv_sec) + tv.tv_usec));
	else
		io_timer_cancel(d->loop, &d->timeout);
}

static void on_timeout(void *self)
{
	struct io_dns *d = self;

	ares_process_fd(d->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	arm_timeout(d);
}

static void on_ready(void *self, unsigned what)
{
	struct socket_watch *s = self;
	struct io_dns *d = s->d;
	int fd = s->watch.fd;

	ares_process_fd(d->channel, what & (IO_READ | IO_ERROR) ? fd : ARES_SOCKET_BAD,
			what & (IO_WRITE | IO_ERROR) ? fd : ARES_SOCKET_BAD);
	arm_timeout(d);
}

/* A socket without a place is not served: its question times out. */
static struct socket_watch *watch_of(struct io_dns *d, int fd)
{
	struct socket_watch *free_one = NULL;

	for (int i = 0; i < MAX_SOCKETS; i++) {
		if (d->sock[i].watch.watched && d->sock[i].watch.fd == fd)
			return &d->sock[i];
		if (!d->sock[i].watch.watched && !free_one)
			free_one = &d->sock[i];
	}
	return free_one;
}

static void on_socket(void *self, ares_socket_t fd, int readable, int writable)
{
	struct io_dns *d = self;
	struct socket_watch *s = watch_of(d, fd);

	if (!s)
		return;
	if (!readable && !writable) {
		io_loop_unwatch(d->loop, &s->watch);
		return;
	}
	if (!s->watch.watched)
		s->watch = (struct io_watch){ .fd = fd, .ready = on_ready, .self = s };
	s->d = d;
	io_loop_watch(d->loop, &s->watch, (readable ? IO_READ : 0) | (writable ? IO_WRITE : 0));
}

/* Answers. -------------------------------------------------------------------------------------- */
static void finish(struct query *q, const struct sip_dns_answer *a)
{
	struct io_dns *d = q->d;

	d->pending--;
	if (!d->closing)
		q->fn(q->self, q->token, a);
	mem_drop(q);
}

static enum sip_dns_result result_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
	case ARES_ENODATA:
	case ARES_ENOTFOUND:
		return SIP_DNS_NONE;
	default:
		return SIP_DNS_FAILED;
	}
}

static uint16_t get16(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* The octets of a name from `at` on, a pointer ends it (RFC 1035 4.1.4); 0: it goes beyond the end. */
static size_t name_size(const unsigned char *buf, size_t len, size_t at)
{
	size_t from = at;

	while (at < len && buf[at] != 0 && buf[at] < 0xc0)
		at += (size_t)buf[at] + 1;
	if (at >= len)
		return 0;
	at += buf[at] ? 2 : 1;
	return at <= len ? at - from : 0;
}

/* The least time to live of the records of a message; of one without answers that of its SOA, and
 * the least that this names (RFC 2308 5). 0: it says none. */
static uint32_t ttl_of(const unsigned char *buf, size_t len)
{
	unsigned nr_answers, nr_all;
	uint32_t least = UINT32_MAX;
	size_t at = 12, n;

	if (len < 12)
		return 0;
	for (unsigned i = get16(buf + 4); i; i--) {
		n = name_size(buf, len, at);
		at += n + 4;
		if (!n || at > len)
			return 0;
	}
	nr_answers = get16(buf + 6);
	nr_all = nr_answers ? nr_answers : get16(buf + 8);
	for (unsigned i = 0; i < nr_all; i++) {
		uint32_t ttl, minimum;

		n = name_size(buf, len, at);
		at += n;
		if (!n || len - at < 10 || len - at - 10 < get16(buf + at + 8))
			return 0;
		ttl = get32(buf + at + 4);
		n = get16(buf + at + 8);
		at += 10 + n;
		if (!nr_answers && (get16(buf + at - n - 10) != TYPE_SOA || n < 22))
			continue;
		minimum = nr_answers ? ttl : get32(buf + at - 4);
		ttl = minimum < ttl ? minimum : ttl;
		least = ttl < least ? ttl : least;
	}
	return least == UINT32_MAX ? 0 : least;
}

static unsigned take_srv(struct io_dns *d, const struct ares_srv_reply *r)
{
	unsigned nr = 0;

	for (; r && nr < IO_DNS_MAX_RECORDS; r = r->next)
		d->record[nr++] = (struct sip_dns_record){ .priority = r->priority,
							   .weight = r->weight,
							   .port = r->port,
							   .name = str_of(r->host) };
	return nr;
}

static unsigned take_naptr(struct io_dns *d, const struct ares_naptr_reply *r)
{
	unsigned nr = 0;

	for (; r && nr < IO_DNS_MAX_RECORDS; r = r->next)
		d->record[nr++] =
			(struct sip_dns_record){ .order = r->order,
						 .preference = r->preference,
						 .flags = str_of((const char *)r->flags),
						 .service = str_of((const char *)r->service),
						 .name = str_of(r->replacement) };
	return nr;
}

static void on_answer(void *self, int status, int timeouts, unsigned char *buf, int len)
{
	struct ares_naptr_reply *naptr = NULL;
	struct ares_srv_reply *srv = NULL;
	struct query *q = self;
	struct sip_dns_answer a = { .rec = q->d->record };

	(void)timeouts;
	if (status == ARES_SUCCESS && q->type == SIP_DNS_SRV)
		status = ares_parse_srv_reply(buf, len, &srv);
	else if (status == ARES_SUCCESS)
		status = ares_parse_naptr_reply(buf, len, &naptr);
	a.nr = srv ? take_srv(q->d, srv) : take_naptr(q->d, naptr);
	a.result = a.nr ? SIP_DNS_FOUND : result_of(status);
	a.ttl_s = buf && len > 0 ? ttl_of(buf, (size_t)len) : 0;
	finish(q, &a);
	if (srv)
		ares_free_data(srv);
	if (naptr)
		ares_free_data(naptr);
}

static void on_addresses(void *self, int status, int timeouts, struct ares_addrinfo *res)
{
	struct query *q = self;
	struct sip_dns_answer a = { .ttl_s = UINT32_MAX, .rec = q->d->record };

	(void)timeouts;
	for (struct ares_addrinfo_node *n = status == ARES_SUCCESS && res ? res->nodes : NULL;
	     n && a.nr < IO_DNS_MAX_RECORDS; n = n->ai_next) {
		struct sockaddr_storage sa = { 0 };

		if (n->ai_addrlen > sizeof(sa))
			continue;
		memcpy(&sa, n->ai_addr, n->ai_addrlen);
		q->d->record[a.nr] = (struct sip_dns_record){ 0 };
		if (!io_addr_of(&q->d->record[a.nr].addr, &sa))
			continue;
		a.nr++;
		if (n->ai_ttl >= 0 && (uint32_t)n->ai_ttl < a.ttl_s)
			a.ttl_s = (uint32_t)n->ai_ttl;
	}
	a.result = a.nr ? SIP_DNS_FOUND : result_of(status);
	if (!a.nr)
		a.ttl_s = 0;
	finish(q, &a);
	if (res)
		ares_freeaddrinfo(res);
}

/* Questions. ------------------------------------------------------------------------------------ */
static void begin(struct query *q)
{
	struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT,
					     .ai_family = AF_UNSPEC,
					     .ai_socktype = SOCK_DGRAM };

	if (q->type == SIP_DNS_ADDR)
		ares_getaddrinfo(q->d->channel, q->name, NULL, &hints, on_addresses, q);
	else
		ares_query(q->d->channel, q->name, CLASS_IN,
			   q->type == SIP_DNS_SRV ? TYPE_SRV : TYPE_NAPTR, on_answer, q);
}

static void on_begin(void *self)
{
	struct io_dns *d = self;
	struct query *q;

	while ((q = list_first(&d->waiting, struct query, link))) {
		list_del(&q->link);
		begin(q);
	}
	arm_timeout(d);
}

int io_dns_ask(struct io_dns *d, enum sip_dns_type type, struct str name, io_dns_fn *fn, void *self,
	       uint32_t token)
{
	struct query *q;

	if (d->pending >= IO_DNS_MAX_PENDING)
		return TG_ELIMIT;
	q = MEM_NEW(d->mem, struct query);
	if (!q)
		return TG_ENOMEM;
	*q = (struct query){ .d = d, .type = type, .fn = fn, .self = self, .token = token };
	if (!name.len || !str_copyz(q->name, sizeof(q->name), name)) {
		mem_drop(q);
		return TG_EINVAL;
	}
	list_add_tail(&d->waiting, &q->link);
	d->pending++;
	io_timer_arm(d->loop, &d->begin, io_loop_now(d->loop));
	return 0;
}

/* Beginning and end. ---------------------------------------------------------------------------- */
static int set_server(struct io_dns *d, const struct addr *server)
{
	struct ares_addr_port_node n = { .udp_port = server->port, .tcp_port = server->port };

	n.family = server->family == ADDR_IP4 ? AF_INET : AF_INET6;
	memcpy(&n.addr, server->ip, server->family == ADDR_IP4 ? 4 : 16);
	return ares_set_servers_ports(d->channel, &n);
}

struct io_dns *io_dns_new(struct mem *m, struct io_loop *l, const struct addr *server,
			  struct tg_diag *diag)
{
	struct ares_options o = { .timeout = TIMEOUT_MS,
				  .tries = TRIES,
				  .flags = ARES_FLAG_EDNS | ARES_FLAG_NOSEARCH,
				  .ednspsz = UDP_SIZE,
				  .sock_state_cb = on_socket };
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_FLAGS |
		   ARES_OPT_EDNSPSZ,
	    err;
	struct mem *own = mem_sub(m, "dns");
	struct io_dns *d = own ? MEM_NEW(own, struct io_dns) : NULL;

	if (!d) {
		mem_free(own);
		tg_fail(diag, TG_ENOMEM, 0, "", "no memory for DNS");
		return NULL;
	}
	d->mem = own;
	d->loop = l;
	d->timeout = (struct io_timer){ .fire = on_timeout, .self = d };
	d->begin = (struct io_timer){ .fire = on_begin, .self = d };
	list_init(&d->waiting);
	o.sock_state_cb_data = d;
	err = ares_library_init(ARES_LIB_INIT_ALL);
	if (err == ARES_SUCCESS)
		err = ares_init_options(&d->channel, &o, mask);
	d->has_channel = err == ARES_SUCCESS;
	if (err == ARES_SUCCESS && server)
		err = set_server(d, server);
	if (err == ARES_SUCCESS)
		return d;
	tg_fail(diag, TG_EIO, 0, "", "DNS: %s", ares_strerror(err));
	io_dns_free(d);
	return NULL;
}

void io_dns_free(struct io_dns *d)
{
	if (!d)
		return;
	d->closing = true;
	if (d->has_channel)
		ares_destroy(d->channel);
	ares_library_cleanup();
	for (int i = 0; i < MAX_SOCKETS; i++)
		io_loop_unwatch(d->loop, &d->sock[i].watch);
	io_timer_cancel(d->loop, &d->timeout);
	io_timer_cancel(d->loop, &d->begin);
	mem_free(d->mem);
}
