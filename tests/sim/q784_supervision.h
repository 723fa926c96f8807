/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * q784_supervision: the cases of sim_q784.c about circuits and groups, the long timers, signalling
 * that is away, messages that make no sense, and T1.113's own (a clause of T1.113 makes the stack
 * one of ANSI). The same language.
 */
#ifndef TRUNKGATE_SIM_Q784_SUPERVISION_H
#define TRUNKGATE_SIM_Q784_SUPERVISION_H

#define BLOCKED_HERE  "block [] wait 20 [SEND BLO; ] rx BLA [] "
#define UNBLOCK_AGAIN "unblock [] wait 20 [SEND UBL; ] rx UBA [IDLE; ] "
#define TRY_CALL      "tx IAM [SEND IAM; ] rx REL [CALL REL; SEND RLC; IDLE; ] "

static const struct sim_case supervision_cases[] = {
	/* Blocking. */
	{ "blocking in a call", "", "2.8.2.1", OUT_CALL BLOCKED_HERE END_OUT UNBLOCK_AGAIN },
	{ "no seizure of a circuit that we block", "", "2.8.2",
	  BLOCKED_HERE "tx IAM [] " UNBLOCK_AGAIN TRY_CALL },
	{ "no seizure of a circuit that the peer blocks", "", "2.8.2",
	  "rx BLO [SEND BLA; ] tx IAM [] rx UBL [SEND UBA; ] " TRY_CALL },
	{ "test call on a circuit that we block", "", "2.8.2",
	  BLOCKED_HERE "rx TIAM [CALL IAM; ] " END_IN UNBLOCK_AGAIN },
	{ "test call on a circuit that the peer blocks", "", "2.8.2",
	  "rx BLO [SEND BLA; ] rx TIAM [CALL IAM; ] " END_IN "tx IAM [] rx UBL [SEND UBA; ]" },
	{ "IAM on a circuit that we block", "", "2.8.2.3",
	  BLOCKED_HERE "rx IAM [] wait 20 [SEND BLO; ] rx BLA [] " UNBLOCK_AGAIN },
	{ "BLA that nobody asked for", "1.3.2.5", "2.8.2.3",
	  "rx BLA [] wait 20 [SEND UBL; ] rx UBA [IDLE; ]" },
	{ "UBA for a circuit that we block", "", "2.8.2.3",
	  BLOCKED_HERE "rx UBA [] wait 20 [SEND BLO; ] rx BLA [] " UNBLOCK_AGAIN },
	{ "hardware blocking sent in a call", "", "2.8.2.2",
	  OUT_CALL "hblock [CALL REL 41 local; SEND REL 41; ] wait 20 [SEND CGB; ] rx HCGBA [] "
		   "rx RLC [IDLE; ] hunblock [] wait 20 [SEND CGU; ] rx HCGUA [IDLE; ]" },
	{ "hardware blocking received", "", "2.8.2.2",
	  "rx HCGB [SEND CGBA; ] tx IAM [] rx UBL [SEND UBA; ] tx IAM [] rx HCGU [SEND CGUA; ] " TRY_CALL },
	{ "CGBA for fewer circuits than asked", "", "2.8.2.3",
	  "gblock [] wait 20 [SEND CGB; ] rx #01001a0001020303 [] wait 15000 [SEND CGB; ] "
	  "rx CGBA [] gunblock [] wait 20 [SEND CGU; ] rx CGUA [IDLE; IDLE; IDLE; ]" },
	/* Reset. */
	{ "maintenance blocking in GRA", "", "2.9.3.2",
	  "greset [] wait 20 [SEND GRS; ] rx #01002901020207 [IDLE; IDLE; IDLE; ] wait 5000 [] tx IAM [] "
	  "rx CGU [SEND CGUA; ] " TRY_CALL },
	{ "GRS on circuits that we block for hardware", "", "2.9.3.2",
	  "hblock [] wait 20 [SEND CGB; ] rx HCGBA [] rx GRS [SEND GRA; ] wait 20 [SEND CGB; ] "
	  "rx HCGBA [] hunblock [] wait 20 [SEND CGU; ] rx HCGUA [IDLE; ]" },
	{ "RSC in an incoming call", "", "2.9.3.1",
	  IN_CALL "rx RSC [CALL REL 31 local; SEND RLC; IDLE; ]" },
	{ "RSC while REL is not answered", "", "2.9.3.1",
	  OUT_CALL "tx REL [SEND REL; ] rx RSC [SEND RLC; ] rx RLC [IDLE; ]" },
	{ "RSC from both ends", "", "2.9.3.1",
	  "reset [SEND RSC; ] rx RSC [SEND RLC; ] rx RLC [IDLE; ]" },
	{ "range 0 in GRS: one circuit", "", "2.9.3.2", "rx #010017010100 [SEND GRA; ]" },
	{ "range 31 in GRS", "", "2.9.3.2", "rx #01001701011f [SEND GRA; ]" },
	{ "range 32 in GRS", "", "2.9.3.2", "rx #010017010120 []" },
	{ "GRS for circuits that are not there", "", "2.9.3.2", "rx #640017010103 []" },
	/* Unequipped circuits. */
	{ "IAM for a circuit that is not there", "1.7.1", "2.12",
	  "rx #6400010020010a0002000403109410 [SEND UCIC; ]" },
	{ "RSC and BLO for a circuit that is not there", "", "2.12",
	  "rx #640012 [SEND UCIC; ] rx #640013 [SEND UCIC; ]" },
	{ "REL, RLC, BLA for a circuit that is not there", "", "2.12",
	  "rx #64000c0200028290 [] rx #640010 [] rx #640015 []" },
	{ "UCIC in answer to IAM", "1.7.2", "2.12",
	  "tx IAM [SEND IAM; ] rx UCIC [LOST; IDLE; ] tx IAM [] rx RSC [SEND RLC; ] " TRY_CALL },
	{ "UCIC in answer to RSC", "", "2.12",
	  "reset [SEND RSC; ] rx UCIC [ALARM; IDLE; ] tx IAM [] rx RSC [SEND RLC; ] " TRY_CALL },
	{ "UCIC in answer to BLO", "", "2.12", "block [] wait 20 [SEND BLO; ] rx UCIC [ALARM; ]" },
	{ "UCIC in a call", "", "2.12", OUT_CALL "rx UCIC [] " END_IN },
	/* Queries. */
	{ "CQM received", "1.6.1", "2.8.3", "rx #01002a010102 [SEND CQR; ]" },
	{ "CQM sent, all is well", "1.6.2", "2.8.3",
	  "test [SEND CQM; ] rx #01002b02030100010c []" },
	{ "CQR: a call that we don't have", "", "2.8.3",
	  "test [SEND CQM; ] rx #01002b020301000108 [] wait 20 [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "CQR: blocked there, not here", "", "2.8.3",
	  "test [SEND CQM; ] rx #01002b02030100010d [] tx IAM [] rx UBL [SEND UBA; ]" },
	/* Timers, each to its end. */
	{ "T4", "", "2.13",
	  "upu [] tx IAM [] wait 300000 [SEND UPT; ] wait 300000 [SEND UPT; ] rx UPA [] " TRY_CALL },
	{ "T13", "5.2.6", "2.8.2.1",
	  "block [] wait 20 [SEND BLO; ] 19x wait 15000 [SEND BLO; ] wait 15000 [SEND BLO; ALARM; ] "
	  "wait 300000 [SEND BLO; ALARM; ] rx BLA [] " UNBLOCK_AGAIN },
	{ "T15", "5.2.7", "2.8.2.1",
	  BLOCKED_HERE
	  "unblock [] wait 20 [SEND UBL; ] 19x wait 15000 [SEND UBL; ] "
	  "wait 15000 [SEND UBL; ALARM; ] wait 300000 [SEND UBL; ALARM; ] rx UBA [IDLE; ]" },
	{ "T17", "5.2.8", "2.9.3.1",
	  "reset [SEND RSC; ] 19x wait 15000 [SEND RSC; ] wait 15000 [SEND RSC; ALARM; ] "
	  "wait 300000 [SEND RSC; ALARM; ] rx RLC [IDLE; ]" },
	{ "T19", "5.2.9", "2.8.2.2",
	  "gblock [] wait 20 [SEND CGB; ] 19x wait 15000 [SEND CGB; ] wait 15000 [SEND CGB; ALARM; ] "
	  "wait 300000 [SEND CGB; ALARM; ] rx CGBA [] gunblock [] wait 20 [SEND CGU; ] "
	  "rx CGUA [IDLE; IDLE; IDLE; ]" },
	{ "T21", "5.2.10", "2.8.2.2",
	  "gblock [] wait 20 [SEND CGB; ] rx CGBA [] gunblock [] wait 20 [SEND CGU; ] "
	  "19x wait 15000 [SEND CGU; ] wait 15000 [SEND CGU; ALARM; ] wait 300000 [SEND CGU; ALARM; ] "
	  "rx CGUA [IDLE; IDLE; IDLE; ]" },
	{ "T23", "5.2.11", "2.9.3.2",
	  "greset [] wait 20 [SEND GRS; ] 19x wait 15000 [SEND GRS; ] wait 15000 [SEND GRS; ALARM; ] "
	  "wait 300000 [SEND GRS; ALARM; ] rx GRA [IDLE; IDLE; IDLE; ]" },
	{ "T29: congestion of the network counts once in it", "", "2.10",
	  "congested [] shed [1 of 5; ] congested [] shed [1 of 5; ] wait 600 [] congested [] "
	  "shed [2 of 5; ]" },
	{ "T30: one step back to all calls", "", "2.10",
	  "congested [] wait 600 [] congested [] shed [2 of 5; ] wait 8000 [] shed [1 of 5; ] "
	  "wait 8000 [] shed [0 of 5; ]" },
	{ "automatic congestion control: level 2 in REL", "", "2.11",
	  OUT_CALL "rx #01000c020402809027010200 [CALL REL; SEND RLC; IDLE; ] shed [3 of 5; ] "
		   "wait 5000 [] shed [2 of 5; ] wait 5000 [] shed [0 of 5; ]" },
	{ "T37", "", "2.7", IN_CALL "tx NRM [SEND NRM; ] wait 3000 [ALARM; ] " END_IN },
	{ "T39", "", "Q.731.7", IN_CALL "tx IDR [SEND IDR; ] wait 10000 [ALARM; ] " END_IN },
	{ "T28", "", "2.8.3", "test [SEND CQM; ] wait 10000 [ALARM; ]" },
	/* Signalling away and back. */
	{ "MTP-PAUSE: no seizure, a call stays", "", "2.9.2",
	  OUT_CALL "pause [] resume [] rx CPG [CALL CPG; ] " END_IN
		   "pause [] tx IAM [] resume [] " TRY_CALL },
	{ "MTP-PAUSE: REL is repeated, RSC after MTP-RESUME", "", "2.9.2",
	  OUT_CALL
	  "pause [] tx REL [SEND REL; ] wait 15000 [SEND REL; ] resume [] wait 20 [SEND RSC; ] "
	  "rx RLC [IDLE; ]" },
	{ "MTP-PAUSE: set-up ends by T7", "", "2.9.2",
	  "tx IAM [SEND IAM; ] pause [] wait 20000 [CALL REL 102 local T7; SEND REL 102; ] resume [] "
	  "wait 20 [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "MTP-PAUSE: set-up ends by T9", "", "2.9.2",
	  "tx IAM [SEND IAM; ] rx ACM [CALL ACM; ] pause [] wait 180000 "
	  "[CALL REL 19 local T9; SEND REL 19; ] resume [] wait 20 [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "the user part is unavailable, any message ends it", "8.1", "2.13",
	  "upu [] tx IAM [] rx RLC [] " TRY_CALL },
	/* What makes no sense. */
	{ "unknown message", "1.5.4", "2.9.5.2", "rx #0100fa00 [SEND CFN 97; ]" },
	{ "unknown message that says: release", "", "2.9.5.2",
	  OUT_CALL "rx #0100fa0138018300 [CALL REL 97 local; SEND REL 97; ] rx RLC [IDLE; ]" },
	{ "unknown message that says: discard", "", "2.9.5.2",
	  OUT_CALL "rx #0100fa0138018800 [] " END_IN },
	{ "unknown parameter that says: release", "", "2.9.5.3",
	  OUT_CALL
	  "rx #01002c0201fd01aa3902fd8200 [CALL REL 99 local; SEND REL 99; ] rx RLC [IDLE; ]" },
	{ "unknown parameter that says: discard, notify", "", "2.9.5.3",
	  OUT_CALL "rx #01002c0201fd01aa3902fd9400 [SEND CFN 99; CALL CPG; ] " END_IN },
	{ "damaged IAM", "", "2.9.5", "rx #0100010020010a [SEND REL 111; ] rx RLC [IDLE; ]" },
	{ "damaged ACM", "", "2.9.5",
	  "tx IAM [SEND IAM; ] rx #01000614 [SEND CFN 111; ] " END_OUT },
	{ "CFN received", "", "2.9.5", OUT_CALL "rx #01002f02000280e1 [] " END_IN },
	/* T1.113. */
	{ "ANSI: CVT received", "", "T1.113", "rx CVT [SEND CVR; ]" },
	{ "ANSI: CVT sent, the circuit is good", "", "T1.113",
	  "test [SEND CVT; ] rx #0100eb000a00 []" },
	{ "ANSI: TCVT", "", "T1.113",
	  "test [SEND CVT; ] wait 10000 [SEND CVT; ] wait 10000 [ALARM; ]" },
	{ "ANSI: UCIC in answer to CVT", "", "T1.113", "test [SEND CVT; ] rx UCIC [ALARM; ]" },
	{ "ANSI: CRM received, then IAM", "", "T1.113",
	  "rx CRM [SEND CRA; ] tx IAM [] rx IAM [CALL IAM; ] " END_IN },
	{ "ANSI: CRM received, then REL", "", "T1.113",
	  "rx CRM [SEND CRA; ] rx REL [SEND RLC; ] " TRY_CALL },
	{ "ANSI: TCRA", "", "T1.113", "rx CRM [SEND CRA; ] wait 20000 [IDLE; ] " TRY_CALL },
	{ "ANSI: CRM sent, then IAM", "", "T1.113",
	  "rtx IAM [SEND CRM; ] rx CRA [SEND IAM; ] rx REL [CALL REL; SEND RLC; IDLE; ]" },
	{ "ANSI: TCRM", "", "T1.113",
	  "rtx IAM [SEND CRM; ] wait 3000 [ALARM; LOST; SEND REL 41; ] rx RLC [IDLE; ]" },
	{ "ANSI: TCCR", "", "T1.113",
	  "tx CIAM [SEND IAM; TONE; ] wait 1900 [STOP; SEND COT; LOST; ] wait 5000 [SEND CCR; ] "
	  "wait 2000 [ALARM; ] wait 120000 [SEND CCR; ] rx LPA [TONE; ] "
	  "good [STOP; SEND REL 31; ] rx RLC [IDLE; ]" },
	{ "ANSI: EXM", "", "T1.113", "tx IAM [SEND IAM; ] rx EXM [CALL EXM; ] " END_OUT },
	{ "ANSI: answer at once is ACM and ANM", "", "T1.113",
	  "rx IAM [CALL IAM; ] tx CON [SEND ACM; SEND ANM; ] " END_IN },
	{ "ANSI: T5 of a minute", "", "T1.113",
	  OUT_CALL
	  "tx REL [SEND REL; ] 3x wait 15000 [SEND REL; ] wait 15000 [SEND RSC; ALARM; ] rx RLC [IDLE; ]" },
	{ "ANSI: T13 of a minute", "", "T1.113",
	  "block [] wait 20 [SEND BLO; ] 3x wait 15000 [SEND BLO; ] wait 15000 [SEND BLO; ALARM; ] rx BLA [] " UNBLOCK_AGAIN },
	{ "ANSI: T23 of a minute", "", "T1.113",
	  "greset [] wait 20 [SEND GRS; ] 3x wait 15000 [SEND GRS; ] wait 15000 [SEND GRS; ALARM; ] "
	  "rx GRA [IDLE; IDLE; IDLE; ]" },
};

#endif
