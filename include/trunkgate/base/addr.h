/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * addr: an IPv4 or IPv6 transport address as a value (no sockaddr above line 4).
 *
 *	struct addr a;
 *	if (addr_parse(&a, STR("[2001:db8::1]:5060"), 5060) == 0) ...
 *	char buf[ADDR_TEXT_MAX];
 *	puts(addr_print(&a, buf));
 */
#ifndef TRUNKGATE_BASE_ADDR_H
#define TRUNKGATE_BASE_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include <trunkgate/base/str.h>

enum addr_family { ADDR_NONE = 0, ADDR_IP4 = 4, ADDR_IP6 = 6 };

struct addr {
	uint8_t family; /* enum addr_family */
	uint16_t port;	/* host order */
	uint8_t ip[16]; /* network order; the first 4 octets for IPv4 */
};

/* Large enough for "[IPv6]:port" and its NUL. */
#define ADDR_TEXT_MAX 56

/* Parses "192.0.2.1", "192.0.2.1:5060", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:5060".
 * Without a port, `default_port` is taken. Host names are TG_EINVAL: they need DNS. */
int addr_parse(struct addr *a, struct str text, uint16_t default_port);
/* "192.0.2.1:5060" or "[2001:db8::1]:5060"; returns buf, which has ADDR_TEXT_MAX octets. */
char *addr_print(const struct addr *a, char *buf);
/* The host alone, as a Via or Contact has it: "192.0.2.1" or "[2001:db8::1]". */
char *addr_print_host(const struct addr *a, char *buf);
/* The host alone without brackets, as an SDP c= line has it. */
char *addr_print_ip(const struct addr *a, char *buf);
bool addr_eq(const struct addr *a, const struct addr *b);    /* host and port */
bool addr_ip_eq(const struct addr *a, const struct addr *b); /* host alone */
bool addr_is_any(const struct addr *a);			     /* 0.0.0.0 or :: or none */

#endif
