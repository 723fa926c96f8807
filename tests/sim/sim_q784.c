/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conformance: a basic call list after Q.784.1, supervision, and the expiry of each timer, each case
 * a list of what happens and what the stack says to it. The names are ours; the number is what is
 * believed to be that of Q.784.1. The run writes doc/conformance.md (TG_GOLDEN_UPDATE=1), which is
 * compared.
 *
 * A script is words: tx and rx with a message, and what the stack says in brackets behind each;
 * "wait 15000" (ms, to the next deadline), "reset", "block", "unblock", with g for CICs 1 to 3, with h
 * for hardware; "test", "pause", "resume", "upu" (user part unavailable). "rx #0100..." is octets,
 * "19x" before a step repeats it. Messages about groups stand for CICs 1 to 3 (H before them: for
 * hardware), and are answered for CIC 1 alone when that is what was asked.
 * "good": the tone of a check came back. CIAM announces a check, PIAM one on a circuit before, SIAM a
 * segment; "congested" is an MTP-STATUS, "shed" how many of five calls are kept back; "rtx" is tx of a
 * stack that sends CRM before it. BCOT is a failed COT; with tx CIAM the stack checks its calls.
 */
#include <stdlib.h>

#include "unit/isup/world.h"

struct sim_case {
	const char *name, *believed, *clause, *script;
};

#define OUT_CALL "tx IAM [SEND IAM; ] rx ACM [CALL ACM; ] rx ANM [CALL ANM; ] "
#define IN_CALL	 "rx IAM [CALL IAM; ] tx ACM [SEND ACM; ] tx ANM [SEND ANM; ] "
#define END_IN	 "rx REL [CALL REL; SEND RLC; IDLE; ] "
#define END_OUT	 "tx REL [SEND REL; ] rx RLC [IDLE; ] "
#define T1_19                                                                                   \
	"wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 "   \
	"[SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] " \
	"wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 "   \
	"[SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] " \
	"wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 [SEND REL; ] wait 15000 "   \
	"[SEND REL; ] wait 15000 [SEND REL; ] "

static const struct sim_case cases[] = {
	{ "RSC on an idle circuit", "1.2.1", "2.9.3.1", "rx RSC [SEND RLC; ]" },
	{ "RSC sent", "1.2.2", "2.9.3.1", "reset [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "RSC on a circuit that we block", "1.2.3", "2.9.3.1",
	  "block [] wait 20 [SEND BLO; ] rx BLA [] rx RSC [SEND RLC; ] wait 20 [SEND BLO; ] "
	  "rx BLA [] unblock [] wait 20 [SEND UBL; ] rx UBA [IDLE; ]" },
	{ "RSC on a circuit that the peer blocks", "1.2.4", "2.9.3.1",
	  "rx BLO [SEND BLA; ] rx RSC [SEND RLC; ] " OUT_CALL END_IN },
	{ "GRS received", "1.2.5", "2.9.3.2", "rx GRS [SEND GRA; ]" },
	{ "GRS sent", "1.2.6", "2.9.3.2",
	  "greset [] wait 20 [SEND GRS; ] rx GRA [IDLE; IDLE; IDLE; ]" },
	{ "GRS on circuits that the peer blocks", "1.2.7", "2.9.3.2",
	  "rx CGB [SEND CGBA; ] rx GRS [SEND GRA; ] wait 5000 [] " OUT_CALL END_IN },
	{ "CGB and CGU received", "1.3.1.1", "2.8.2.2",
	  "rx CGB [SEND CGBA; ] rx CGU [SEND CGUA; ] " OUT_CALL END_IN },
	{ "CGB and CGU sent", "1.3.1.2", "2.8.2.2",
	  "gblock [] wait 20 [SEND CGB; ] rx CGBA [] gunblock [] wait 20 [SEND CGU; ] "
	  "rx CGUA [IDLE; IDLE; IDLE; ]" },
	{ "BLO and UBL received", "1.3.2.1", "2.8.2.1",
	  "rx BLO [SEND BLA; ] rx UBL [SEND UBA; ] " OUT_CALL END_IN },
	{ "BLO and UBL sent", "1.3.2.2", "2.8.2.1",
	  "block [] wait 20 [SEND BLO; ] rx BLA [] unblock [] wait 20 [SEND UBL; ] rx UBA [IDLE; ]" },
	{ "blocked from both ends, one takes it back", "1.3.2.3", "2.8.2.1",
	  "block [] wait 20 [SEND BLO; ] rx BLA [] rx BLO [SEND BLA; ] rx UBL [SEND UBA; ] "
	  "rx IAM [] wait 20 [SEND BLO; ] rx BLA [] unblock [] wait 20 [SEND UBL; ] rx UBA [IDLE; ]" },
	{ "IAM on a circuit that the peer blocks", "1.3.2.4", "2.8.2.3",
	  "rx BLO [SEND BLA; ] rx IAM [CALL IAM; ] " END_IN OUT_CALL END_IN },
	{ "unexpected messages on an idle circuit", "1.5.1", "2.9.5.1",
	  "rx RLC [] rx REL [SEND RLC; ] rx ACM [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "RLC during set-up", "1.5.2", "2.9.5.1",
	  "tx IAM [SEND IAM; ] rx RLC [CALL REL 101 local; SEND REL 101; ] rx RLC [IDLE; ]" },
	{ "IAM in a call", "1.5.3", "2.9.5.1", IN_CALL "rx IAM [] " END_IN },
	{ "outgoing call, en bloc", "2.2.1", "2.1", OUT_CALL END_OUT },
	{ "incoming call, en bloc", "2.2.1", "2.1", IN_CALL END_IN },
	{ "outgoing call, overlap", "2.2.2", "2.1.2",
	  "tx IAM [SEND IAM; ] tx SAM [SEND SAM; ] tx SAM [SEND SAM; ] rx ACM [CALL ACM; ] "
	  "rx ANM [CALL ANM; ] " END_OUT },
	{ "incoming call, overlap", "2.2.2", "2.1.2",
	  "rx IAM [CALL IAM; ] rx SAM [CALL SAM; ] tx ACM [SEND ACM; ] tx ANM [SEND ANM; ] " END_IN },
	{ "ACM, CPG, ANM", "2.3.2", "2.1.5",
	  "tx IAM [SEND IAM; ] rx ACM [CALL ACM; ] rx CPG [CALL CPG; ] rx ANM [CALL ANM; ] " END_OUT },
	{ "CON", "2.3.3", "2.1.5", "tx IAM [SEND IAM; ] rx CON [CALL CON; ] " END_OUT },
	{ "CGB for maintenance in a call", "2.3.6", "2.8.2.2",
	  OUT_CALL "rx CGB [SEND CGBA; ] rx CPG [CALL CPG; ] " END_IN },
	{ "CGB for hardware in a call", "", "2.8.2.2",
	  OUT_CALL "rx HCGB [CALL REL 31 local; IDLE; SEND CGBA; ] rx HCGU [SEND CGUA; ]" },
	{ "the caller clears before ACM", "3.1", "2.3", "tx IAM [SEND IAM; ] " END_OUT },
	{ "the caller clears before the answer", "3.2", "2.3",
	  "tx IAM [SEND IAM; ] rx ACM [CALL ACM; ] " END_OUT },
	{ "the caller clears after the answer", "3.3", "2.3", IN_CALL END_IN },
	{ "the called clears", "3.4", "2.3", OUT_CALL END_IN },
	{ "SUS and RES", "3.5", "2.4",
	  OUT_CALL "rx SUS [CALL SUS; ] rx RES [CALL RES; ] " END_OUT },
	{ "SUS of the network, T6", "3.6", "2.4",
	  OUT_CALL
	  "rx NSUS [CALL SUS; ] wait 120000 [CALL REL 102 local T6; SEND REL 102; ] rx RLC "
	  "[IDLE; ]" },
	{ "SUS of the subscriber, T2", "", "2.4",
	  OUT_CALL "rx SUS [CALL SUS; ] wait 180000 [CALL REL 102 local T2; SEND REL 102; ] rx RLC "
		   "[IDLE; ]" },
	{ "collision of REL", "3.7", "2.3.1",
	  OUT_CALL "tx REL [SEND REL; ] rx REL [SEND RLC; ] rx RLC [IDLE; ]" },
	{ "call refused", "4.1", "2.2", "tx IAM [SEND IAM; ] " END_IN },
	{ "no RLC: T1, T5, T17", "5.1", "2.9.6",
	  OUT_CALL
	  "tx REL [SEND REL; ] " T1_19
	  "wait 15000 [SEND RSC; ALARM; ] wait 300000 [SEND RSC; ALARM; ] rx RLC [IDLE; ]" },
	{ "T7", "5.2.1", "2.1.4",
	  "tx IAM [SEND IAM; ] wait 20000 [CALL REL 102 local T7; SEND REL 102; ] rx RLC [IDLE; ]" },
	{ "T9", "5.2.2", "2.1.4",
	  "tx IAM [SEND IAM; ] rx ACM [CALL ACM; ] wait 180000 [CALL REL 19 local T9; SEND REL 19; ] "
	  "rx RLC [IDLE; ]" },
	{ "T8", "5.2.5", "2.1.8",
	  "rx CIAM [LOOP; CALL IAM; ] wait 10000 [STOP; CALL REL 41 local T8; SEND REL 41; ] rx RLC [IDLE; ]" },
	{ "T12", "5.2.6", "2.8.2.1",
	  "block [] wait 20 [SEND BLO; ] wait 15000 [SEND BLO; ] rx BLA [] unblock [] wait 20 [SEND UBL; ] "
	  "rx UBA [IDLE; ]" },
	{ "T14", "5.2.7", "2.8.2.1",
	  "block [] wait 20 [SEND BLO; ] rx BLA [] unblock [] wait 20 [SEND UBL; ] wait 15000 [SEND UBL; ] "
	  "rx UBA [IDLE; ]" },
	{ "T16", "5.2.8", "2.9.3.1", "reset [SEND RSC; ] wait 15000 [SEND RSC; ] rx RLC [IDLE; ]" },
	{ "T18", "5.2.9", "2.8.2.2",
	  "gblock [] wait 20 [SEND CGB; ] wait 15000 [SEND CGB; ] rx CGBA [] gunblock [] wait 20 "
	  "[SEND CGU; ] rx CGUA [IDLE; IDLE; IDLE; ]" },
	{ "T20", "5.2.10", "2.8.2.2",
	  "gblock [] wait 20 [SEND CGB; ] rx CGBA [] gunblock [] wait 20 [SEND CGU; ] wait 15000 "
	  "[SEND CGU; ] rx CGUA [IDLE; IDLE; IDLE; ]" },
	{ "T22", "5.2.11", "2.9.3.2",
	  "greset [] wait 20 [SEND GRS; ] wait 15000 [SEND GRS; ] rx GRA [IDLE; IDLE; IDLE; ]" },
	{ "T33", "", "2.1.6",
	  "rx IAM [CALL IAM; ] tx INR [SEND INR; ] wait 12000 [CALL REL 41 local T33; SEND REL 41; ] "
	  "rx RLC [IDLE; ]" },
	{ "RSC in an outgoing call", "5.3.1", "2.9.3.1",
	  OUT_CALL "rx RSC [CALL REL 31 local; SEND RLC; IDLE; ]" },
	{ "GRS over a call", "5.3.2", "2.9.3.2",
	  IN_CALL "rx GRS [CALL REL 31 local; IDLE; SEND GRA; ]" },
	{ "COT awaited, successful", "6.1.1", "2.1.8",
	  "rx CIAM [LOOP; CALL IAM; ] rx COT [STOP; CALL COT; ] tx ACM [SEND ACM; ] " END_IN },
	{ "the caller clears while COT is awaited", "6.1.3", "2.1.8",
	  "rx CIAM [LOOP; CALL IAM; ] rx REL [STOP; CALL REL; SEND RLC; IDLE; ]" },
	{ "COT awaited, failed", "6.1.4", "2.1.8",
	  "rx CIAM [LOOP; CALL IAM; ] rx BCOT [STOP; CALL REL 41 local; ] rx CCR [LOOP; ] "
	  "rx REL [STOP; SEND RLC; IDLE; ]" },
	{ "COT of a circuit before", "6.1.2", "2.1.8",
	  "rx PIAM [CALL IAM; ] rx COT [CALL COT; ] tx ACM [SEND ACM; ] " END_IN },
	{ "check of an outgoing circuit", "1.4.2", "2.1.8",
	  "tx CIAM [SEND IAM; TONE; ] good [STOP; SEND COT; ] rx ACM [CALL ACM; ] " END_IN },
	{ "check of an outgoing circuit fails; T24, T25, T26", "1.4.4", "2.1.8",
	  "tx CIAM [SEND IAM; TONE; ] wait 1900 [STOP; SEND COT; LOST; ] wait 5000 [SEND CCR; TONE; ] "
	  "wait 1900 [STOP; SEND COT; ALARM; ] wait 120000 [SEND CCR; TONE; ] "
	  "good [STOP; SEND REL 31; ] rx RLC [IDLE; ]" },
	{ "CCR received", "1.4.1", "2.1.8", "rx CCR [LOOP; ] rx REL [STOP; SEND RLC; IDLE; ]" },
	{ "CCR received, unsuccessful, T27", "1.4.3", "2.1.8",
	  "rx CCR [LOOP; ] rx BCOT [STOP; ] rx CCR [LOOP; ] rx BCOT [STOP; ] wait 240000 "
	  "[SEND RSC; ALARM; ] rx RLC [IDLE; ]" },
	{ "T36", "", "2.1.8", "rx CCR [LOOP; ] wait 10000 [STOP; SEND RSC; ] rx RLC [IDLE; ]" },
	{ "SGM received, and T34", "6.5", "2.1.12",
	  "rx SIAM [] rx SGM [CALL IAM; ] " END_IN "rx SIAM [] wait 3000 [CALL IAM; ] " END_IN },
	{ "OLM and T3", "", "2.11",
	  "tx IAM [SEND IAM; ] rx OLM [LOST; ] wait 120000 [SEND REL 42; ] rx RLC [IDLE; ]" },
	{ "dual seizure, the peer controls", "6.2.1", "2.9.1.4",
	  "tx IAM [SEND IAM; ] rx IAM [LOST; CALL IAM; ] " END_IN },
	{ "dual seizure, we control", "6.3.1", "2.9.1.4",
	  "tx IAM [SEND IAM; ] rx IAM [] rx ACM [CALL ACM; ] " END_IN },
	{ "BLO in answer to IAM", "6.2.2", "2.8.1",
	  "tx IAM [SEND IAM; ] rx BLO [SEND BLA; LOST; SEND REL 31; ] rx RLC [IDLE; ] rx UBL [SEND UBA; ]" },
	{ "RSC in answer to IAM", "6.2.3", "2.8.1",
	  "tx IAM [SEND IAM; ] rx RSC [LOST; SEND RLC; IDLE; ]" },
	{ "UPT", "8.2", "2.13", "rx UPT [SEND UPA; ]" },
};

#include "sim/q784_supervision.h"

static struct mem *mem;
static struct isup *x;
static isup_circuit_id id[3];

static uint8_t type_of(const char *name)
{
	char buf[8];

	for (unsigned t = 1; t < 255; t++)
		if ((isup_msg_row(world_v, (uint8_t)t) || isup_msg_row(&isup_itu, (uint8_t)t)) &&
		    strcmp(isup_msg_name((uint8_t)t, buf), name) == 0)
			return (uint8_t)t;
	fail_msg("no message %s", name);
	return 0;
}

static void rx_plain(struct isup_msg m)
{
	uint8_t buf[300];
	int len = isup_msg_enc(&m, world_v, buf, sizeof(buf), NULL);

	isup_rx(x, world_now, DPC, str_n(buf, (size_t)len));
}

static void rx_name(const char *name)
{
	bool hardware = name[0] == 'H';
	struct isup_msg m;

	if (name[0] == '#') {
		isup_rx(x, world_now, DPC, octets_of(name + 1));
		return;
	}
	if (hardware || !strncmp(name, "CG", 2) || !strcmp(name, "GRA") || !strcmp(name, "GRS")) {
		bool answer = hardware && name[strlen(name) - 1] == 'A';
		rx_group(x, type_of(name + hardware), 1, answer ? 1 : 2, hardware,
			 answer			? 1
			 : !strcmp(name, "GRS") ? -1
			 : !strcmp(name, "GRA") ? 0
						: 7);
		return;
	}
	if (!strcmp(name, "TIAM")) {
		m = a_msg(ISUP_IAM, 1);
		isup_put_u8(&m, ISUP_P_CPC, 13);
	} else if (!strcmp(name, "NSUS")) {
		m = a_msg(ISUP_SUS, 1);
		isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
	} else if (!strcmp(name, "CIAM") || !strcmp(name, "PIAM")) {
		m = a_checked_iam(name[0] == 'C' ? 1 : 2);
	} else if (!strcmp(name, "SIAM")) {
		m = a_msg(ISUP_IAM, 1);
		isup_put_u8(&m, ISUP_P_OFCI, 4);
	} else if (!strcmp(name, "BCOT")) {
		m = a_cot(false);
	} else {
		m = a_msg(type_of(name), 1);
	}
	rx_plain(m);
}

static bool operate_one(const char *word)
{
	if (!strcmp(word, "reset"))
		isup_circuit_reset(x, world_now, id[0]);
	else if (!strcmp(word, "test"))
		isup_circuit_test(x, world_now, id[0]);
	else if (!strcmp(word, "pause") || !strcmp(word, "resume"))
		isup_mtp_available(x, world_now, DPC, word[0] == 'r');
	else if (!strcmp(word, "good"))
		isup_continuity(x, world_now, id[0], true);
	else if (!strcmp(word, "congested"))
		isup_mtp_congested(x, world_now, DPC);
	else if (!strcmp(word, "upu"))
		isup_user_part_unavailable(x, world_now, DPC);
	else
		return false;
	return true;
}

static void operate(const char *word)
{
	unsigned nr = word[0] == 'g' ? 3 : 1;
	bool hardware = word[0] == 'h';
	const char *what = word + (word[0] == 'g' || hardware);

	if (operate_one(word))
		return;
	for (unsigned i = 0; i < nr; i++)
		if (!strcmp(what, "reset"))
			isup_circuit_reset_soon(x, world_now, id[i]);
		else
			isup_circuit_block(x, world_now, id[i],
					   hardware ? ISUP_HARDWARE : ISUP_MAINTENANCE,
					   !strcmp(what, "block"));
}

static bool wait_ms(const char *ms)
{
	world_now = tick_add_ms(world_now, atoi(ms));
	if (!tick_before(isup_deadline(x), world_now))
		isup_tick(x, world_now);
	else
		isup_tick(x, isup_deadline(x));
	return true;
}

/* Of the next five calls. */
static const char *shed(void)
{
	static char kept[20];
	unsigned nr = 0;

	for (int i = 0; i < 5; i++)
		nr += isup_sheds(x, world_now, DPC);
	snprintf(kept, sizeof(kept), "%u of 5; ", nr);
	return kept;
}

static void do_step(const char *word, const char *arg)
{
	if (!strcmp(word, "rx"))
		rx_name(arg);
	else if (!strcmp(word, "tx"))
		tx(x, id[0], type_of(arg + (arg[0] == 'C' && arg[1] == 'I')));
	else if (!strcmp(word, "rtx")) /* with CRM before it: run_case */
		tx(x, id[0], type_of(arg));
	else if (!strcmp(word, "wait"))
		wait_ms(arg);
	else
		operate(word);
}

/* Takes one step of the script and compares; where it differs, or NULL at the end. */
static const char *step(const char *p, bool *ok)
{
	char word[16], arg[80] = "", want[200] = "";
	const char *open = strchr(p, '['), *close;
	int times = 1, skip = 0;

	if (sscanf(p, "%dx %n", &times, &skip) == 1)
		p += skip;
	if (sscanf(p, "%15s %79s", word, arg) < 1 || !open)
		return NULL;
	close = strchr(open, ']');
	memcpy(want, open + 1, (size_t)(close - open - 1));
	for (; times && *ok; times--) {
		do_step(word, arg);
		const char *got = strcmp(word, "shed") ? outs(x) : shed();
		*ok = strcmp(got, want) == 0;
		if (!*ok)
			print_error("%.20s...: wanted '%s', got '%s'\n", p, want, got);
	}
	return close + 1;
}

static bool run_case(const struct sim_case *k)
{
	bool ok = true;

	world_now = TICK_ZERO;
	world_v = strncmp(k->clause, "T1.113", 6) ? &isup_itu : &isup_ansi95;
	mem = mem_root("case");
	world_cfg = (struct isup_cfg){
		.continuity_percent = strstr(k->script, "tx CIAM") ? 100 : 0,
		.reserve = strstr(k->script, "rtx IAM") != NULL,
	};
	/* who has the higher point code controls the even CICs: CIC 1 is ours, but in 6.2.1 */
	x = a_stack(mem, strcmp(k->believed, "6.2.1") ? OPC : DPC + 1, DPC, 3, id);
	for (const char *p = k->script; p && ok;)
		p = step(p, &ok);
	for (int i = 0; i < 3 && ok; i++)
		ok = isup_circuit_state(x, id[i]) == ISUP_IDLE;
	if (ok)
		assert_nothing_left(x);
	mem_free(mem);
	return ok;
}

static char text[32000];
static size_t len;
static int failed;

static void run_cases(const struct sim_case *c, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		bool ok = run_case(&c[i]);
		failed += !ok;
		if (!ok)
			print_error("failed: %s\n", c[i].name);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "| %s | %s | %s | %s |\n",
					c[i].name, c[i].believed[0] ? c[i].believed : "-",
					c[i].clause, ok ? "pass" : "FAIL");
		assert_true(len < sizeof(text));
	}
}

static void test_conformance(void **state)
{
	(void)state;
	len += (size_t)snprintf(
		text, sizeof(text),
		"# Conformance of call control and circuit supervision\n\n"
		"Written by tests/sim/sim_q784. The number is what is believed to be that of "
		"Q.784.1; clauses are of Q.764.\n\n"
		"| case | believed number | clause | result |\n|---|---|---|---|\n");
	run_cases(cases, NR_OF(cases));
	run_cases(supervision_cases, NR_OF(supervision_cases));
	print_message("# %zu cases, %d failed\n", NR_OF(cases) + NR_OF(supervision_cases), failed);
	check_golden(str_n(text, len), "../../doc/conformance.md");
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_conformance) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
