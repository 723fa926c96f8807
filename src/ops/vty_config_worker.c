/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_worker: the configuration language: the threads that speech goes through. */
#include <stdlib.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

static struct gw_workers_cfg *here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);

	return c ? &c->workers : NULL;
}

DEFUN(cfg_workers, cfg_workers_cmd, "workers <1-8>",
      "Threads for speech; spans and their calls are dealt out to them in turn\nHow many "
      "(default 1)\n")
{
	struct gw_workers_cfg *k = here(vty);

	if (!k)
		return CMD_WARNING;
	k->nr = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_cores, cfg_cores_cmd, "worker-cores .CORE",
      "A core for each worker that it stays on\nNumbers of cores, the first is 0; as many as there "
      "are workers\n")
{
	struct gw_workers_cfg *k = here(vty);
	uint16_t core[GW_MAX_WORKERS];
	uint32_t v;

	if (!k)
		return CMD_WARNING;
	if (argc > GW_MAX_WORKERS)
		return ops_refuse(vty, "there are %d workers at most", GW_MAX_WORKERS);
	for (int i = 0; i < argc; i++) {
		if (!str_to_u32(str_of(argv[i]), &v) || v > GW_CORE_MAX)
			return ops_refuse(vty, "\"%s\" is no core: write a number from 0 to %d",
					  argv[i], GW_CORE_MAX);
		core[i] = (uint16_t)v;
		for (int j = 0; j < i; j++)
			if (core[j] == core[i])
				return ops_refuse(vty, "core %u is there twice", v);
	}
	memcpy(k->core, core, (size_t)argc * sizeof(core[0]));
	k->nr_cores = (unsigned)argc;
	return CMD_SUCCESS;
}

DEFUN(cfg_no_cores, cfg_no_cores_cmd, "no worker-cores",
      "Take away\nWorkers run where the system puts them (default)\n")
{
	struct gw_workers_cfg *k = here(vty);

	if (!k)
		return CMD_WARNING;
	k->nr_cores = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_priority, cfg_priority_cmd, "worker-priority <1-99>",
      "Workers run before all else, when the system allows it (SCHED_FIFO)\nPriority\n")
{
	struct gw_workers_cfg *k = here(vty);

	if (!k)
		return CMD_WARNING;
	k->priority = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_priority, cfg_no_priority_cmd, "no worker-priority",
      "Take away\nWorkers run like other processes (default)\n")
{
	struct gw_workers_cfg *k = here(vty);

	if (!k)
		return CMD_WARNING;
	k->priority = 0;
	return CMD_SUCCESS;
}

DEFUN(cfg_send, cfg_send_cmd, "rtp-send (socket|link)",
      "How RTP is sent\nThrough the system's IP stack (default)\n"
      "Straight to the network interface, which costs a quarter less: not through netfilter and IPsec; "
      "needs CAP_NET_RAW\n")
{
	struct gw_workers_cfg *k = here(vty);

	if (!k)
		return CMD_WARNING;
	k->send_link = argv[0][0] == 'l';
	return CMD_SUCCESS;
}

#define JOINS_STR "Calls between SIP peers at once, RTP to RTP; each takes two pairs of ports\n"

DEFUN(cfg_joins, cfg_joins_cmd, "rtp-joins <0-240>", JOINS_STR "How many\n")
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->rtp_joins = (uint32_t)atoi(argv[0]);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_joins, cfg_no_joins_cmd, "no rtp-joins",
      "Back to the default: 30 where a route leads from SIP to a peer, else none\n" JOINS_STR)
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->rtp_joins = GW_JOINS_AUTO;
	return CMD_SUCCESS;
}

void ops_vty_config_worker_init(void)
{
	install_element(OPS_MEDIA_NODE, &cfg_joins_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_no_joins_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_workers_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_cores_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_no_cores_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_priority_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_no_priority_cmd);
	install_element(OPS_MEDIA_NODE, &cfg_send_cmd);
}
