/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gateway/leg_test: the leg of a call to a test line (`test-line` of the configuration). It lives in
 * its call's memory.
 *
 *	const struct gw_test_line_cfg *t = gw_config_test_line(cfg, called);
 *	if (t) gw_test_leg_new(call, t);		(call->leg[1]; TG_E*: there is none)
 */
#ifndef TRUNKGATE_GATEWAY_LEG_TEST_H
#define TRUNKGATE_GATEWAY_LEG_TEST_H

#include "gateway/leg.h"

extern const struct fsm_def gw_test_line_def;

int gw_test_leg_new(struct gw_call *call, const struct gw_test_line_cfg *line);

#endif
