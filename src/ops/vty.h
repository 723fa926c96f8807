/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ops/vty: the operators' terminal on libosmovty: telnet, the configuration language, show and
 * action commands. libosmovty is one in a process, and so is this.
 *
 *	ops_vty_init(mem, "0.1.0");		(from here on texts can be parsed)
 *	ops_vty_attach(gw, "trunkgate.cfg", &actions);
 *	ops_vty_listen(&bind, &diag);
 *
 * Configuration: `configure terminal` edits a candidate, made from the running one with the first
 * change; `commit` checks it whole and has it swapped in, `abort` drops it.
 */
#ifndef TRUNKGATE_OPS_VTY_H
#define TRUNKGATE_OPS_VTY_H

#include <trunkgate/base/addr.h>
#include <trunkgate/base/err.h>
#include <trunkgate/base/mem.h>
#include <trunkgate/base/tick.h>
#include "gateway/gateway.h"

/* A span as it is now. */
struct ops_span_info {
	const struct gw_span_cfg *cfg;
	bool up;
	bool has_status; /* the driver has more to say */
	struct tdm_status status;
	const char *text; /* how it is joined, or why it is not; "" */
};

/* A media worker as it is now. */
struct ops_worker_info {
	int core; /* that it has for itself; -1: none, or it was refused */
	bool realtime;
	unsigned nr_spans;
	bool overloaded; /* new calls are not put on its spans */
	uint64_t overloads;
	uint64_t ticks, late, skipped; /* late: 2 ms and more */
	uint64_t late_p999_us;
	uint64_t cpu_us;
	uint64_t rx_datagrams, tx_datagrams, tx_failed;
	uint64_t tx_link; /* of tx_datagrams, straight to the interface */
};

/* What commands ask of the daemon. */
struct ops_actions {
	tick_t (*now)(void *self);
	/* The gateway was given an input: its outputs wait. */
	void (*changed)(void *self);
	const struct gw_config *(*running)(void *self);
	/* Takes a checked configuration for calls from now on; a copy is made. */
	int (*commit)(void *self, const struct gw_config *cfg, struct tg_diag *diag);
	int (*write_file)(const char *path, struct str octets, struct tg_diag *diag);
	/* The n-th span; false: there are no more. NULL: not asked. */
	bool (*span)(void *self, unsigned n, struct ops_span_info *out);
	/* The same of media workers. */
	bool (*worker)(void *self, unsigned n, struct ops_worker_info *out);
	void *self;
};

/* `version` must outlive the VTY. */
int ops_vty_init(struct mem *m, const char *version);
/* `path`: where `write` writes, or NULL. Both must outlive the VTY. */
void ops_vty_attach(struct gw *gw, const char *path, const struct ops_actions *actions);
/* The signalling network for `show cs7`; it must outlive the VTY. */
void ops_vty_attach_net(struct ss7_net *net);
/* The link sets of the running configuration, or NULL; it must outlive the VTY. */
void ops_vty_attach_mtp3(struct mtp3 *mtp3);
/* IPv4 only. libosmovty says no more than that it did not work: look before (io/sock.h). */
int ops_vty_listen(const struct addr *bind, struct tg_diag *diag);
void ops_vty_fini(void);

#endif
