/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ITU-T variant: Q.763 and Q.764 (12/99); timer values of Q.764 table A.1. */
#include "isup/variant.h"

#define S(s)   ((s)*1000u)
#define MIN(m) S((m)*60u)

const struct isup_variant isup_itu = {
	.name = "itu",
	.msgs = isup_itu_msgs,
	.params = isup_itu_params,
	.nr_msgs = ISUP_SDN + 1,
	.nr_params = ISUP_P_NETWORK_TRANSPORT + 1,
	.location = ISUP_LOC_PUBLIC_LOCAL,
	.cic_bits = 12,
	.unknown_msg = ISUP_CONFUSION,
	.unknown_parameter = ISUP_PASS,
	.timers = {
		[ISUP_T1] = { "T1", "Q.764 table A.1", S(15), S(60), S(15), "REL is repeated" },
		[ISUP_T5] = { "T5", "Q.764 table A.1", MIN(5), MIN(15), MIN(5),
			      "no RLC to REL: reset of the circuit, alarm" },
		[ISUP_T7] = { "T7", "Q.764 table A.1", S(20), S(30), S(20),
			      "no ACM or CON to the last address message: release, cause 102" },
		[ISUP_T9] = { "T9", "Q.764 table A.1", S(90), MIN(3), MIN(3),
			      "no answer after ACM: release, cause 19" },
		[ISUP_T16] = { "T16", "Q.764 table A.1", S(15), S(60), S(15), "RSC is repeated" },
		[ISUP_T17] = { "T17", "Q.764 table A.1", MIN(5), MIN(15), MIN(5),
			       "no RLC to RSC: RSC, alarm" },
	},
};
