/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io/udp: public, for the libraries' users have sockets too: see <trunkgate/sipio/udp.h>.
 *
 *	#include "io/udp.h"
 */
#ifndef TRUNKGATE_IO_UDP_H
#define TRUNKGATE_IO_UDP_H

#include <trunkgate/sipio/udp.h>

#endif
