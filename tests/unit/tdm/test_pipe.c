/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Packets of a span between processes: there and back, every length, what does not fit. */
#include "unit/support.h"
#include "tdm/pipe.h"

static struct tdm_pipe_head head_of(enum tdm_pipe_type type, enum tdm_kind kind)
{
	struct tdm_pipe_head h = { .type = type, .kind = kind, .law = TDM_MULAW, .slave = true };

	h.alarms = TDM_RAI;
	h.number = 0x89abcdef;
	for (unsigned ts = 0; ts < TDM_MAX_TS; ts++)
		h.cas[ts] = (uint8_t)(ts * 7 & 15);
	return h;
}

static void there_and_back(enum tdm_kind kind)
{
	struct tdm_pipe_head h = head_of(TDM_PIPE_BLOCK, kind), back;
	uint8_t buf[TDM_PIPE_MAX];
	struct tdm_block b;
	const uint8_t *frames;
	size_t len;

	for (unsigned i = 0; i < sizeof(b); i++)
		((uint8_t *)&b)[i] = (uint8_t)(i * 3);
	len = tdm_pipe_enc(buf, &h, &b);
	assert_int_equal(len, TDM_PIPE_HEAD + 8 * tdm_nr_ts(kind));
	assert_int_equal(tdm_pipe_dec(&back, &frames, str_n(buf, len)), 0);
	assert_int_equal(back.type, TDM_PIPE_BLOCK);
	assert_int_equal(back.kind, kind);
	assert_int_equal(back.law, TDM_MULAW);
	assert_int_equal(back.alarms, TDM_RAI);
	assert_true(back.slave);
	assert_int_equal(back.number, 0x89abcdef);
	assert_memory_equal(back.cas, h.cas, sizeof(h.cas));
	assert_int_equal(frames[0], b.octet[1][0]);
	assert_int_equal(frames[tdm_nr_ts(kind) * 8 - 1], b.octet[tdm_nr_ts(kind)][7]);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(tdm_pipe_dec(&back, &frames, str_n(buf, cut)), TG_EINVAL);
}

static void test_there_and_back(void **state)
{
	(void)state;
	there_and_back(TDM_E1);
	there_and_back(TDM_T1);
}

static void test_hello(void **state)
{
	struct tdm_pipe_head h = head_of(TDM_PIPE_HELLO, TDM_T1), back;
	uint8_t buf[TDM_PIPE_MAX];
	const uint8_t *frames;

	(void)state;
	assert_int_equal(tdm_pipe_enc(buf, &h, NULL), TDM_PIPE_HEAD);
	assert_int_equal(tdm_pipe_dec(&back, &frames, str_n(buf, TDM_PIPE_HEAD)), 0);
	assert_null(frames);
	for (unsigned at = 0; at < 6; at++) { /* kind, law, timeslots ...: none of ours */
		uint8_t was = buf[at];

		buf[at] = 0x7f;
		assert_int_equal(tdm_pipe_dec(&back, &frames, str_n(buf, TDM_PIPE_HEAD)),
				 TG_EINVAL);
		assert_int_equal(back.version, at == 0 ? 0 : at == 1 ? 0x7f : TDM_PIPE_VERSION);
		buf[at] = was;
	}
}

static void test_match(void **state)
{
	struct tdm_pipe_head ours = { .law = TDM_ALAW }, theirs = ours;
	struct tg_diag d = TG_DIAG_NONE;

	(void)state;
	assert_int_equal(tdm_pipe_match(&ours, &theirs, &d), 0);
	theirs.law = TDM_MULAW;
	assert_int_equal(tdm_pipe_match(&ours, &theirs, &d), TG_EINVAL);
	assert_string_equal(d.text, "its law is mu-law, ours is a-law");
	theirs.kind = TDM_T1;
	assert_int_equal(tdm_pipe_match(&ours, &theirs, &d), TG_EINVAL);
	assert_string_equal(d.text, "its span is of type t1, ours of type e1");
	theirs = ours;
	theirs.slave = true;
	assert_int_equal(tdm_pipe_match(&ours, &theirs, &d), 0);
	ours.slave = true;
	assert_int_equal(tdm_pipe_match(&ours, &theirs, &d), TG_EINVAL);
	assert_non_null(strstr(d.text, "clock slave"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
