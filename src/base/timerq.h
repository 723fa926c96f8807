/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/timerq: public, for the libraries' users have timers too: see <trunkgate/base/timerq.h>.
 *
 *	#include "base/timerq.h"
 */
#ifndef TRUNKGATE_TIMERQ_H
#define TRUNKGATE_TIMERQ_H

#include <trunkgate/base/timerq.h>

#endif
