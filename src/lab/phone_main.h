/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lab/phone_main: `trunkgate-lab phone`: the test phone with sockets, files and a clock.
 *
 *	return phone_main(argc - 2, argv + 2);	(behind "trunkgate-lab phone")
 */
#ifndef TRUNKGATE_LAB_PHONE_MAIN_H
#define TRUNKGATE_LAB_PHONE_MAIN_H

/* The exit status: 0 as asked, 1 not, 2 wrong usage. */
int phone_main(int argc, char **argv);

#endif
