/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_config: what the files of the configuration language share.
 *
 *	struct addr a;
 *	if (ops_parse_addr(vty, argv[0], 5060, &a) != CMD_SUCCESS)
 *		return CMD_WARNING;	(the reason has been said)
 */
#ifndef TRUNKGATE_OPS_VTY_CONFIG_H
#define TRUNKGATE_OPS_VTY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trunkgate/base/addr.h>
#include "gateway/config.h"

struct vty;

/* CMD_SUCCESS, or CMD_WARNING with the reason said. */
int ops_parse_addr(struct vty *vty, const char *text, uint16_t default_port, struct addr *out);
/* Letters, digits, '.', '_', '-'. */
int ops_check_name(struct vty *vty, const char *name);
/* In the format of the configuration. */
int ops_parse_pc(struct vty *vty, const char *text, uint32_t *pc);
/* "7" or "1-15", going up, to `max` at most. */
int ops_parse_range(struct vty *vty, const char *text, unsigned max, unsigned *first,
		    unsigned *last);
/* A number of so many digits at most, with a '+' before it or not. */
bool ops_is_digits(const char *s, size_t max);
/* The trunk whose node this is, as below. */
struct gw_trunk_cfg *ops_trunk_here(struct vty *vty);
void ops_install_numbering(void);
/* The peer whose node this is; NULL when it is gone, and that has been said. */
struct gw_peer_cfg *ops_peer_here(struct vty *vty);
/* Takes element `at` out of an array of *nr. */
void ops_remove(void *array, size_t size, unsigned *nr, unsigned at);

#endif
