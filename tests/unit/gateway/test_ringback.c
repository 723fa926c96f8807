/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ringback: the tone that a caller hears while the other end rings (RFC 3398 8.2.3, Q.764 2.1.4). */
#include "gateway/leg_sip.h"
#include "unit/gateway/world.h"

static struct world w;

static void tones(struct gw_config *c)
{
	c->trunk[0].ringback = DSP_RINGBACK_ETSI;
	c->peer[0].flow.ringback = DSP_RINGBACK_US;
}

/* Towards the trunk. ---------------------------------------------------------------------------- */
static void test_until_the_answer(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	trunk_iam(&w, 5, "200", "100");
	saw(&w, "INVITE+");
	phone_progress(&w, 180, false);
	saw(&w, "ACM:5 ring:5:etsi");
	phone_answer(&w);
	saw(&w, "ANM:5 ring:5:none open:5:both ACK");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 close BYE/16 ended");
	world_close(&w);
}

/* The tone goes on behind the path, where the first packet ends it (media/ring.c). */
static void test_with_early_media(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, true);
	saw(&w, "INVITE+ ACM:5 ring:5:etsi open:5:from-rtp");
	phone_answer(&w);
	saw(&w, "ANM:5 ring:5:none modify:5:both ACK");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

static void test_progress_is_no_ringing(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 183, true);
	saw(&w, "INVITE+ ACM:5 open:5:from-rtp");
	phone_progress(&w, 180, false);
	saw(&w, "CPG:5 ring:5:etsi");
	phone_progress(&w, 183, true);
	saw(&w, "CPG:5");
	trunk_rel(&w, 5, 16);
	saw(&w, "RLC:5 ring:5:none close CANCEL/16 ended");
	world_close(&w);
}

/* The record that ends it is what the end of the call waits for. */
static void test_released_while_ringing(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	saw(&w, "INVITE+ ACM:5 ring:5:etsi");
	phone_reject(&w, 486, NULL);
	saw(&w, "REL:5/17 ring:5:none ended");
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	trunk_rel(&w, 5, 16);
	saw(&w, "INVITE+ ACM:5 ring:5:etsi RLC:5 ring:5:none CANCEL/16 ended");
	world_close(&w);
}

static void test_none(void **state)
{
	(void)state;
	world_open(&w);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	saw(&w, "INVITE+ ACM:5");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* The default of a trunk; it may change while there are calls. */
static void test_default_and_change(void **state)
{
	struct gw_config *c;
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	world_open_with(&w, tones);
	assert_int_equal(gw_config_ringback(w.cfg, "east"), DSP_RINGBACK_ETSI);
	assert_int_equal(gw_config_ringback(w.cfg, "nobody"), DSP_RINGBACK_ETSI);
	assert_int_equal(gw_config_trunk_add(w.cfg, "new")->ringback, DSP_RINGBACK_ETSI);
	w.cfg->nr_trunks--;
	c = gw_config_copy(w.mem, w.cfg);
	c->trunk[0].ringback = DSP_RINGBACK_UK;
	assert_int_equal(gw_config_swap(w.gw, c, &d), 0);
	trunk_iam(&w, 5, "200", "100");
	phone_progress(&w, 180, false);
	saw(&w, "INVITE+ ACM:5 ring:5:uk");
	trunk_rel(&w, 5, 16);
	world_close(&w);
}

/* Towards SIP. ---------------------------------------------------------------------------------- */
static void test_caller_of_sip(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	saw(&w, "IAM:1 ring:1:us:rtp open:1:to-rtp 180+");
	trunk_says(&w, ISUP_ANM, 1);
	saw(&w, "ring:1:none:rtp modify:1:both 200+");
	phone_hangup(&w, NULL);
	saw(&w, "REL:1/16 close ended");
	world_close(&w);
}

static void test_caller_of_sip_hears_the_trunk(void **state)
{
	(void)state;
	world_open_with(&w, tones);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, true); /* in-band information: the network's own tone */
	saw(&w, "IAM:1 open:1:to-rtp 180+");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 close 486/17 ended");
	phone_call(&w, "100");
	trunk_acm(&w, 1, 0, false);
	trunk_cpg(&w, 1, 1);
	saw(&w, "IAM:1 open:1:to-rtp 183+ ring:1:us:rtp 180+");
	trunk_cpg(&w, 1, 3); /* an announcement now */
	saw(&w, "ring:1:none:rtp 183+");
	trunk_rel(&w, 1, 17);
	saw(&w, "RLC:1 close 486/17 ended");
	world_close(&w);
}

/* Memory. --------------------------------------------------------------------------------------- */
static void ring_once(void *ctx)
{
	(void)ctx;
	w.loose = true;
	if (!world_try_open(&w, tones)) {
		mem_free(w.mem);
		return;
	}
	trunk_iam(&w, 5, "200", "100");
	if (strstr(w.trace, "INVITE"))
		phone_progress(&w, 180, true);
	trunk_rel(&w, 5, 16);
	phone_call(&w, "100");
	trunk_acm(&w, 1, 1, false);
	trunk_rel(&w, 1, 17);
	world_wait(&w, 100000);
	world_check_empty(&w);
	gw_free(w.gw);
	mem_free(w.mem);
}

static void test_no_memory(void **state)
{
	(void)state;
	assert_true(walk_allocations(ring_once, NULL) > 0);
	w.loose = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_until_the_answer),
		cmocka_unit_test(test_with_early_media),
		cmocka_unit_test(test_progress_is_no_ringing),
		cmocka_unit_test(test_released_while_ringing),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_default_and_change),
		cmocka_unit_test(test_caller_of_sip),
		cmocka_unit_test(test_caller_of_sip_hears_the_trunk),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
