/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conformance through the gateway: the call list of Q.784.1 with a phone on the other side, so that
 * each case says what becomes of it in SIP (RFC 3398). A script is steps, each with what is seen at
 * the phone, the exchange and the media side in brackets (tests/unit/gateway/world.h). Names are
 * ours. The run writes doc/conformance-sip.md (TG_GOLDEN_UPDATE=1), which is compared.
 *
 * The phone: "call", "progress STATUS", "answer", "reject STATUS", "hangup". The exchange, on CIC 1
 * for calls from the phone and CIC 5 for its own: "iam", "iam CIC"; "rx MESSAGE CIC", "rel CAUSE CIC",
 * "acm STATUS CIC" (Q.763 3.5: 1 free). "wait MS"; "mute", "speak": the exchange sends no RLC.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/gateway/world.h"

struct sim_case {
	const char *name, *clause, *script;
};

#define TALK	"call [IAM:1] rx ACM 1 [open:1:to-rtp 180+] rx ANM 1 [modify:1:both 200+] "
#define TALK_IN "iam [INVITE+] progress 180 [ACM:5] answer [ANM:5 open:5:both ACK] "
#define BYE	"rel 16 1 [RLC:1 close BYE/16 ended] "
#define BYE_IN	"rel 16 5 [RLC:5 close BYE/16 ended] "
#define HANGUP	"hangup [REL:1/16 close ended] "

static const struct sim_case cases[] = {
#include "sim/q784_sip_cases.def"
};

static struct world w;

static uint8_t type_of(const char *name)
{
	char buf[8];

	for (unsigned t = 1; t < 255; t++)
		if (strcmp(isup_msg_name((uint8_t)t, buf), name) == 0)
			return (uint8_t)t;
	fail_msg("no message %s", name);
	return 0;
}

static bool phone_step(const char *word, unsigned n)
{
	if (!strcmp(word, "call"))
		phone_call(&w, "100");
	else if (!strcmp(word, "progress"))
		phone_progress(&w, n, n == 183);
	else if (!strcmp(word, "answer"))
		phone_answer(&w);
	else if (!strcmp(word, "reject"))
		phone_reject(&w, n, NULL);
	else if (!strcmp(word, "hangup"))
		phone_hangup(&w, NULL);
	else
		return false;
	return true;
}

static void rx(uint8_t type, uint16_t cic)
{
	struct isup_msg m = trunk_msg(type);

	if (type == ISUP_SUS || type == ISUP_RES) /* of the network */
		isup_put_u8(&m, ISUP_P_SUSPEND_RESUME, 1);
	trunk_send(&w, &m, cic);
}

static void step(const char *word, const char *arg, uint16_t cic)
{
	unsigned n = (unsigned)atoi(arg);

	if (phone_step(word, n))
		return;
	if (!strcmp(word, "iam"))
		trunk_iam(&w, n ? (uint16_t)n : 5, "200", "100");
	else if (!strcmp(word, "rx"))
		rx(type_of(arg), cic);
	else if (!strcmp(word, "rel"))
		trunk_rel(&w, cic, (uint8_t)n);
	else if (!strcmp(word, "acm"))
		trunk_acm(&w, cic, (uint8_t)n, false);
	else if (!strcmp(word, "wait"))
		world_wait(&w, n);
	else if (!strcmp(word, "mute") || !strcmp(word, "speak"))
		w.mute_trunk = word[0] == 'm';
	else
		fail_msg("no step %s", word);
}

/* One step; what follows it in the script, NULL at the end or where it differs (*ok). */
static const char *run_step(const char *p, bool *ok)
{
	char word[16], arg[16] = "", want[400] = "";
	const char *open = strchr(p, '['), *close = open ? strchr(open, ']') : NULL;
	unsigned cic = 0;

	if (!close)
		return NULL;
	if (sscanf(p, "%15s %15s %u", word, arg, &cic) < 2)
		return NULL;
	memcpy(want, open + 1, (size_t)(close - open - 1));
	step(word, arg, (uint16_t)cic);
	*ok = strcmp(w.trace, want) == 0;
	if (!*ok)
		print_error("%.24s...: wanted '%s', saw '%s'\n", p, want, w.trace);
	w.trace[0] = '\0';
	return *ok ? close + 1 : NULL;
}

static bool run_case(const struct sim_case *k)
{
	bool ok = true;

	world_open(&w);
	for (const char *p = k->script; p;)
		p = run_step(p, &ok);
	if (ok)
		world_close(&w);
	else
		mem_free(w.mem);
	return ok;
}

static void test_conformance(void **state)
{
	static char text[16000];
	size_t len = 0;
	int failed = 0;

	(void)state;
	len += (size_t)snprintf(
		text, sizeof(text),
		"# Conformance of calls between SIP and ISUP\n\n"
		"Written by tests/sim/sim_q784_sip. Clauses are of Q.764 and of RFC "
		"3398 (R).\n\n"
		"| case | clause | result |\n|---|---|---|\n");
	for (size_t i = 0; i < NR_OF(cases); i++) {
		bool ok = run_case(&cases[i]);
		failed += !ok;
		if (!ok)
			print_error("failed: %s\n", cases[i].name);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "| %s | %s | %s |\n",
					cases[i].name, cases[i].clause, ok ? "pass" : "FAIL");
	}
	print_message("# %zu cases, %d failed\n", NR_OF(cases), failed);
	check_golden(str_n(text, len), "../../doc/conformance-sip.md");
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_conformance) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
