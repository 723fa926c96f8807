/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty: nodes, the telnet port, and what all commands use. Of the commands that libosmovty puts
 * into each node only those are kept that make sense here: its own `write` leaves a moment
 * without a file, and passwords and banners are not ours to keep.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <osmocom/vty/telnet_interface.h>

#include "ops/vty_internal.h"

/* libosmovty's table of nodes; it is exported, and in no header. */
extern vector cmdvec;

struct ops_state ops_state;

static struct vty_app_info app;
static bool listening;

static struct cmd_node nodes[] = {
	{ OPS_SIP_NODE, "%s(config-sip)# ", 1 },
	{ OPS_MEDIA_NODE, "%s(config-media)# ", 1 },
	{ OPS_SPAN_NODE, "%s(config-span)# ", 1 },
	{ OPS_TRUNK_NODE, "%s(config-trunk)# ", 1 },
	{ OPS_PEER_NODE, "%s(config-peer)# ", 1 },
	{ OPS_INTERWORKING_NODE, "%s(config-interworking)# ", 1 },
	{ OPS_CS7_NODE, "%s(config-cs7)# ", 1 },
	{ OPS_ASP_NODE, "%s(config-cs7-asp)# ", 1 },
	{ OPS_AS_NODE, "%s(config-cs7-as)# ", 1 },
	{ OPS_LINKSET_NODE, "%s(config-cs7-linkset)# ", 1 },
	{ OPS_RTABLE_NODE, "%s(config-cs7-rt)# ", 1 },
};

static bool keep(const char *command)
{
	static const char *const kept[] = {
		"help",
		"list [with-flags]",
		"exit",
		"end",
		"disable",
		"enable [expert-mode]",
		"show version",
		"show online-help",
		"who",
		"show history",
		"show uptime",
		"show pid",
		"echo .MESSAGE",
		"terminal length <0-512>",
		"configure terminal",
		"terminal no length",
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strcmp(kept[i], command) == 0)
			return true;
	return false;
}

/* libosmovty closes the socket before it writes what waits to be written. */
DEFUN(ops_exit, ops_exit_cmd, "exit", "Close this terminal\n")
{
	vty_flush(vty);
	vty->status = VTY_CLOSE;
	return CMD_SUCCESS;
}

/* Before our own commands are added. */
static void prune(int node_type)
{
	struct cmd_node *node = vector_slot(cmdvec, node_type);
	vector v = node->cmd_vector;
	unsigned kept = 0;

	for (unsigned i = 0; i < vector_active(v); i++) {
		struct cmd_element *cmd = vector_slot(v, i);

		if (cmd && keep(cmd->string) &&
		    (node_type >= CONFIG_NODE || strcmp(cmd->string, "exit") != 0))
			v->index[kept++] = cmd;
	}
	for (unsigned i = kept; i < v->active; i++)
		v->index[i] = NULL;
	v->active = kept;
}

static void add_nodes(void)
{
	static const int ours[] = { VIEW_NODE, ENABLE_NODE, CONFIG_NODE };

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		install_node(&nodes[i], NULL);
		prune(nodes[i].node);
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		prune(ours[i]);
	install_element_ve(&ops_exit_cmd);
}

void ops_install_config(struct cmd_element *cmd)
{
	install_element(CONFIG_NODE, cmd);
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		install_element(nodes[i].node, cmd);
}

/* `exit`: what is within `cs7` goes back there. */
static int go_parent(struct vty *vty)
{
	bool inner = vty->node == OPS_ASP_NODE || vty->node == OPS_AS_NODE ||
		     vty->node == OPS_LINKSET_NODE || vty->node == OPS_RTABLE_NODE;

	vty->node = inner ? OPS_CS7_NODE : CONFIG_NODE;
	vty->index = NULL;
	return vty->node;
}

int ops_vty_init(struct mem *m, const char *version)
{
	ops_state = (struct ops_state){ .mem = m, .version = version };
	app = (struct vty_app_info){ .name = "trunkgate",
				     .version = version,
				     .go_parent_cb = go_parent,
				     .copyright = "License GPL-3.0-or-later\r\n" };
	vty_init(&app);
	add_nodes();
	ops_vty_config_init();
	ops_vty_config_span_init();
	ops_vty_config_route_init();
	ops_vty_config_trunk_init();
	ops_vty_config_flow_init();
	ops_vty_config_test_init();
	ops_vty_config_cs7_init();
	ops_vty_config_linkset_init();
	ops_vty_config_sip_init();
	ops_vty_candidate_init();
	ops_vty_show_init();
	ops_vty_show_sip_init();
	ops_vty_show_span_init();
	ops_vty_show_worker_init();
	ops_vty_show_cs7_init();
	ops_vty_show_linkset_init();
	ops_vty_call_init();
	ops_vty_circuit_init();
	ops_vty_isup_init();
	ops_vty_interwork_init();
	return TG_OK;
}

void ops_vty_attach_net(struct ss7_net *net)
{
	ops_state.net = net;
}

void ops_vty_attach_mtp3(struct mtp3 *mtp3)
{
	ops_state.mtp3 = mtp3;
}

void ops_vty_attach(struct gw *gw, const char *path, const struct ops_actions *actions)
{
	ops_state.gw = gw;
	ops_state.path = path;
	ops_state.act = *actions;
}

void ops_vty_fini(void)
{
	if (listening)
		telnet_exit();
	listening = false;
	if (ops_state.candidate)
		mem_free(ops_state.candidate->mem);
	ops_state = (struct ops_state){ 0 };
}

int ops_refuse(struct vty *vty, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ops_state.reason, sizeof(ops_state.reason), fmt, ap);
	va_end(ap);
	if (vty->type != VTY_FILE)
		vty_out(vty, "%% %s%s", ops_state.reason, VTY_NEWLINE);
	return CMD_WARNING;
}

struct gw_config *ops_edit(struct vty *vty)
{
	if (ops_state.parsing)
		return ops_state.parsing;
	if (!ops_state.candidate)
		ops_state.candidate =
			gw_config_copy(ops_state.mem, ops_state.act.running(ops_state.act.self));
	if (!ops_state.candidate)
		ops_refuse(vty, "out of memory");
	return ops_state.candidate;
}

tick_t ops_now(void)
{
	return ops_state.act.now(ops_state.act.self);
}

void ops_changed(void)
{
	ops_state.act.changed(ops_state.act.self);
}

void ops_vty_line(void *ctx, const char *line)
{
	struct vty *vty = ctx;

	vty_out(vty, "%s%s", line, VTY_NEWLINE);
}

int ops_vty_listen(const struct addr *bind_to, struct tg_diag *diag)
{
	char text[ADDR_TEXT_MAX], ip[ADDR_TEXT_MAX];

	addr_print(bind_to, text);
	if (bind_to->family != ADDR_IP4)
		return tg_fail(diag, TG_ENOTSUP, 0, "", "%s: the VTY wants an IPv4 address", text);
	if (telnet_init_dynif(NULL, NULL, addr_print_ip(bind_to, ip), bind_to->port) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "%s (TCP) cannot be bound", text);
	listening = true;
	return TG_OK;
}
