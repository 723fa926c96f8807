/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/exchange_main: `trunkgate-lab exchange`: the emulated exchange as a program of its own: one
 * span, one M3UA association or a link set, its subscribers, a call generator.
 *
 *	return exchange_main(argc - 2, argv + 2);	(exit status)
 */
#ifndef TRUNKGATE_LAB_EXCHANGE_MAIN_H
#define TRUNKGATE_LAB_EXCHANGE_MAIN_H

int exchange_main(int argc, char **argv);

#endif
