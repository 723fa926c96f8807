/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_internal: what the files of the VTY share. Commands are DEFUNs, whose arguments libosmovty
 * has matched to their pattern; what a pattern cannot say is refused by ops_refuse:
 *
 *	DEFUN(thing, thing_cmd, "thing NAME", "A thing\nIts name\n")
 *	{
 *		if (!thing_find(argv[0]))
 *			return ops_refuse(vty, "there is no thing %s", argv[0]);
 *
 * A pattern's words in capitals match anything: alternatives are in small letters.
 */
#ifndef TRUNKGATE_OPS_VTY_INTERNAL_H
#define TRUNKGATE_OPS_VTY_INTERNAL_H

#include <stdbool.h>

#include <osmocom/vty/command.h>
#include <osmocom/vty/vty.h>

#include "ops/config_text.h"
#include "ops/vty.h"

/* DEFUN names four arguments, and few commands use them all (clang says so). */
#pragma GCC diagnostic ignored "-Wunused-parameter"

enum ops_node {
	OPS_SIP_NODE = _LAST_OSMOVTY_NODE + 1,
	OPS_MEDIA_NODE,
	OPS_SPAN_NODE,
	OPS_TRUNK_NODE,
	OPS_PEER_NODE,
	OPS_INTERWORKING_NODE,
	OPS_CS7_NODE,
	OPS_ASP_NODE,
	OPS_AS_NODE,
	OPS_LINKSET_NODE,
	OPS_RTABLE_NODE,
	OPS_END_NODE
};

struct ops_state {
	struct mem *mem;
	const char *version;
	struct gw *gw;
	struct ss7_net *net; /* NULL: none */
	struct mtp3 *mtp3;   /* NULL: no link sets */
	const char *path;
	struct ops_actions act;
	ops_read_fn *read;	     /* variant files; NULL: none */
	struct gw_config *candidate; /* NULL: nothing is changed */
	struct gw_config *parsing;   /* a file is being read into this one */
	char reason[200];	     /* of the last refusal */
};

extern struct ops_state ops_state;

/* "% reason" for the operator, or kept for the one who reads a file; returns CMD_WARNING. */
int ops_refuse(struct vty *vty, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The configuration that commands change: the file's or the candidate, made when there is none.
 * NULL: out of memory, and it has been said. */
struct gw_config *ops_edit(struct vty *vty);
/* Reads a variant file into the configuration; diag says what is wrong with it. */
int ops_variant_read(struct gw_config *c, const char *path, struct tg_diag *diag);
/* The tick at which a command runs. */
tick_t ops_now(void);
void ops_changed(void);
/* One line to the terminal, for functions that print line by line; ctx is the vty. */
void ops_vty_line(void *ctx, const char *line);
/* Adds a command to the configuration nodes, top and below. */
void ops_install_config(struct cmd_element *cmd);

/* Texts that several commands show. */
const char *ops_call_state(enum gw_call_state s);
const char *ops_leg_text(const struct gw_leg_info *leg, char *buf, size_t size);
const char *ops_call_time(const struct gw_call_info *i, tick_t now, char *buf, size_t size);

void ops_vty_config_init(void);
void ops_vty_config_media_init(void);
void ops_vty_config_worker_init(void);
void ops_vty_config_span_init(void);
void ops_vty_config_route_init(void);
void ops_vty_config_trunk_init(void);
void ops_vty_config_trunk_calls_init(void);
void ops_vty_config_flow_init(void);
void ops_vty_config_test_init(void);
void ops_vty_config_sip_init(void);
void ops_vty_config_cs7_init(void);
void ops_vty_config_linkset_init(void);
void ops_vty_show_cs7_init(void);
void ops_vty_show_linkset_init(void);
void ops_vty_candidate_init(void);
void ops_vty_show_init(void);
void ops_vty_show_sip_init(void);
void ops_vty_show_span_init(void);
void ops_vty_show_worker_init(void);
void ops_vty_call_init(void);
void ops_vty_circuit_init(void);
void ops_vty_isup_init(void);
void ops_vty_interwork_init(void);

#endif
