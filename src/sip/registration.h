/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sip/registration: the machine of <trunkgate/sip/registration.h>, for its test.
 *
 *	check_fsm(&sip_registration_def, "sip_registration");
 */
#ifndef TRUNKGATE_SRC_SIP_REGISTRATION_H
#define TRUNKGATE_SRC_SIP_REGISTRATION_H

#include <trunkgate/sip/registration.h>

#include "base/fsm.h"

enum { REG_IDLE, REG_TRYING, REG_REGISTERED, REG_WAITING, REG_LEAVING, REG_NR_STATES };

enum {
	REG_START,
	REG_STOP,
	REG_OK,
	REG_CHALLENGE, /* that can be answered */
	REG_TOO_BRIEF, /* 423 with a longer interval */
	REG_REFUSED,   /* all else, and what could not be sent */
	REG_TM,
	REG_NR_EVENTS
};

extern const struct fsm_def sip_registration_def;

#endif
