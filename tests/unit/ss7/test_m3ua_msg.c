/* SPDX-License-Identifier: GPL-3.0-or-later */
/* m3ua_msg: vectors laid out by hand from the figures of RFC 4666 clause 3, and what is refused. */
#include <trunkgate/base/err.h>

#include "ss7/m3ua_msg.h"
#include "unit/support.h"

/* 3.3.1: network appearance 5, routing context 7, 1 to 2, ISUP, national, SLS 9, three octets. */
#define DATA                                                                        \
	"01 00 01 01 00 00 00 2c  02 00 00 08 00 00 00 05  00 06 00 08 00 00 00 07" \
	"02 10 00 13 00 00 00 01 00 00 00 02 05 02 00 09 11 22 33 00"

static struct m3ua_msg m;

static int dec(const char *hex, enum m3ua_error *error)
{
	struct tg_diag diag = TG_DIAG_NONE;

	return m3ua_msg_dec(&m, octets_of(hex), error, &diag);
}

static void test_data(void **state)
{
	enum m3ua_error error;
	struct mtp_prim p;
	uint32_t v;

	(void)state;
	assert_int_equal(dec(DATA, &error), 0);
	assert_int_equal(m.type, M3UA_DATA);
	assert_true(m3ua_get_u32(&m, M3UA_P_NETWORK_APPEARANCE, 0, &v));
	assert_int_equal(v, 5);
	assert_true(m3ua_get_u32(&m, M3UA_P_ROUTING_CONTEXT, 0, &v));
	assert_int_equal(v, 7);
	assert_false(m3ua_get_u32(&m, M3UA_P_ROUTING_CONTEXT, 1, &v));
	m3ua_get_transfer(&m, &p);
	assert_int_equal(p.label.opc, 1);
	assert_int_equal(p.label.dpc, 2);
	assert_int_equal(p.label.si, MTP_SI_ISUP);
	assert_int_equal(p.label.ni, 2);
	assert_int_equal(p.label.sls, 9);
	assert_octets_equal(p.sif, OCTETS("11 22 33"));
}

static void test_data_back(void **state)
{
	struct mtp_prim p = { .type = MTP_TRANSFER,
			      .label = { .opc = 1, .dpc = 2, .si = 5, .ni = 2, .sls = 9 },
			      .sif = OCTETS("11 22 33") };
	uint8_t buf[100];
	struct wr w = wr_init(buf, sizeof(buf));

	(void)state;
	m3ua_put_header(&w, M3UA_DATA);
	m3ua_put_u32(&w, M3UA_P_NETWORK_APPEARANCE, 5);
	m3ua_put_u32(&w, M3UA_P_ROUTING_CONTEXT, 7);
	m3ua_put_transfer(&w, &p);
	m3ua_put_end(&w);
	assert_false(w.err);
	assert_octets_equal(wr_str(&w), octets_of(DATA));
}

static void test_good(void **state)
{
	static const struct {
		const char *hex;
		enum m3ua_type type;
	} rows[] = {
		{ "01 00 03 01 00 00 00 08", M3UA_ASPUP },			   /* 3.5.1 */
		{ "01 00 03 01 00 00 00 10 00 11 00 08 00 00 00 63", M3UA_ASPUP }, /* an id */
		{ "01 00 03 03 00 00 00 10 00 09 00 06 ab cd 00 00", M3UA_BEAT },  /* 3.5.5 */
		{ "01 00 03 03 00 00 00 0e 00 09 00 06 ab cd 00 00", M3UA_BEAT },  /* 3.1.4 */
		{ "01 00 03 03 00 00 00 0e 00 09 00 06 ab cd", M3UA_BEAT },	   /* 3.1.4 */
		{ "01 00 02 01 00 00 00 14 00 12 00 0c 00 00 00 07 03 00 00 10", M3UA_DUNA },
		{ "01 00 00 01 00 00 00 10 00 0d 00 08 00 01 00 03", M3UA_NTFY }, /* 3.8.2 */
		{ "01 ff 03 04 00 00 00 0c 12 34 00 04", M3UA_ASPUP_ACK }, /* an unknown one */
	};
	enum m3ua_error error;

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		assert_int_equal(dec(rows[i].hex, &error), 0);
		assert_int_equal(m.type, rows[i].type);
	}
}

static void test_bad(void **state)
{
	static const struct {
		const char *hex;
		enum m3ua_error error;
	} rows[] = {
		{ "01 00 03", M3UA_E_PROTOCOL },
		{ "02 00 03 01 00 00 00 08", M3UA_E_VERSION },
		{ "01 00 07 01 00 00 00 08", M3UA_E_CLASS },
		{ "01 00 03 09 00 00 00 08", M3UA_E_TYPE },
		{ "01 00 03 01 00 00 00 00", M3UA_E_PROTOCOL },
		{ "01 00 03 01 00 00 00 07", M3UA_E_PROTOCOL },
		{ "01 00 03 01 00 00 00 09", M3UA_E_PROTOCOL },
		{ "01 00 03 01 00 01 00 08", M3UA_E_PROTOCOL },
		{ "01 00 03 01 00 00 00 0c 00 11 00 00", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 0c 00 11 00 01", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 0c 00 11 00 02", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 0a 00 11", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 08 00 00 00 00", M3UA_E_PROTOCOL },
		{ "01 00 03 01 00 00 00 0c 00 11 00 08", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 0c 00 11 00 03", M3UA_E_FIELD },
		{ "01 00 03 01 00 00 00 10 00 11 00 07 00 00 00 00", M3UA_E_FIELD },
		{ "01 00 01 01 00 00 00 08", M3UA_E_MISSING },
		{ "01 00 02 05 00 00 00 10 00 12 00 08 00 00 00 01", M3UA_E_MISSING },
		{ "01 00 01 01 00 00 00 10 02 10 00 08 00 00 00 01", M3UA_E_FIELD },
	};
	enum m3ua_error error;

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		error = 0;
		assert_int_equal(dec(rows[i].hex, &error), TG_EPROTO);
		assert_int_equal(error, rows[i].error);
	}
}

static void test_frame(void **state)
{
	(void)state;
	assert_int_equal(m3ua_frame_len(OCTETS("01 00 03 01 00 00 00")), 0);
	assert_int_equal(m3ua_frame_len(OCTETS("01 00 03 01 00 00 00 08 01")), 8);
	assert_int_equal(m3ua_frame_len(OCTETS("01 00 03 01 00 00 00 07")), TG_EPROTO);
	assert_int_equal(m3ua_frame_len(OCTETS("01 00 03 01 00 10 00 00")), TG_EPROTO);
	assert_int_equal(m3ua_frame_len(OCTETS("47 45 54 20 2f 20 48 54")), TG_EPROTO);
}

static void test_tables(void **state)
{
	(void)state;
	for (int i = 0; i < M3UA_NR_TYPES; i++)
		assert_non_null(m3ua_msg_row((enum m3ua_type)i)->name);
	for (int i = 0; i < M3UA_NR_PARAMS; i++) {
		assert_non_null(m3ua_param_row((enum m3ua_param)i)->name);
		for (int k = 0; k < i; k++)
			assert_int_not_equal(m3ua_param_row((enum m3ua_param)i)->tag,
					     m3ua_param_row((enum m3ua_param)k)->tag);
	}
	assert_string_equal(m3ua_error_name(0x1a), "No Configured AS for ASP");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data),  cmocka_unit_test(test_data_back),
		cmocka_unit_test(test_good),  cmocka_unit_test(test_bad),
		cmocka_unit_test(test_frame), cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
