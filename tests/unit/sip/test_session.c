/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the INVITE session; what it does is shown by test_stack_*. */
#include "sip/session.h"

#include "unit/support.h"

static void test_table(void **state)
{
	(void)state;
	check_fsm(&sip_session_def, "sip_session");
}

static void test_parts(void **state)
{
	(void)state;
	check_fsm(&sip_offer_def, "sip_offer");
	check_fsm(&sip_rel_def, "sip_rel");
	check_fsm(&sip_expiry_def, "sip_expiry");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
