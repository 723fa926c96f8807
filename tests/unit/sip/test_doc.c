/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doc/sip-messages.md: how messages are read, and the headers that header.def has. With
 * TG_GOLDEN_UPDATE=1 in the environment it is written anew. */
#include <stdio.h>

#include <trunkgate/sip/headers.h>

#include "sip/scan.h"
#include "unit/support.h"

static const char intro[] =
	"# SIP: messages\n\n"
	"Made by `tests/unit/sip/test_doc` from this text and from `include/trunkgate/sip/header.def`.\n\n"
	"- **Framing and parsing** (`sip/frame.h`, `sip/msg.h`). On streams `sip_msg_frame` says where a\n"
	"  message ends; it reads lines and names by the parser's own steps, each octet once. A bare CR, LF\n"
	"  or NUL in front of the body, a second Content-Length, one that is no plain number or none: 400,\n"
	"  and the stream is closed (RFC 3261 18.3). What was framed, `sip_msg_parse_stream` reads to the\n"
	"  same end or refuses.\n"
	"- **Values** (`sip/headers.h`). A header's value is parsed when it is asked for: one value by\n"
	"  `sip_value_parse` or `sip_msg_value`, all of a line by `sip_header_next`. Views point into the\n"
	"  message. A bad value of a header that nobody asks for does not harm.\n"
	"- **Bodies** (`sip/multipart.h`). `sip_part_next` gives the parts that are no containers, to a\n"
	"  depth of 8; `sip_multipart_add` puts parts together.\n"
	"- **Digest** (`sip/digest.h`). Pure functions; a nonce is the time and an HMAC over it, so that the\n"
	"  server keeps no state for it. A nonce count can be used again within the nonce's lifetime unless\n"
	"  the caller remembers the last one.\n"
	"- **What it costs**: `contrib/bench/sip-parse`, side by side with libosip2 and sofia-sip.\n\n"
	"## Where RFC 4475's messages get something else than expected at first sight\n\n"
	"| message | answer | why |\n"
	"|---|---|---|\n"
	"| 3.1.1.1 wsinv | 481 | its To has the tag of a dialog that is not there (RFC 3261 12.2.2) |\n"
	"| 3.1.2.1 badinv01 | none | the fault is in its only Via: nobody knows where to answer |\n"
	"| 3.1.2.12 baddate | as if it had no Date | Date is not used; its typed value is refused |\n"
	"| 3.3.15 sdp01 | goes to the user | 406 is allowed, not asked for |\n"
	"| 3.4.1 inv2543 | 400 | an INVITE without Contact (RFC 3261 8.1.1.8); RFC 2543 is not supported |\n"
	"| 3.1.2.2 clerr on a stream | none yet | the rest of the body may follow |\n"
	"| 3.1.2.15 baddn on a stream | none yet | the published copy lacks the empty line |\n\n"
	"## Headers\n\n"
	"Once: a second line is an error. List: values with commas between, and several lines. Lines:\n"
	"several lines, whose commas belong to the value (RFC 3261 7.3.1).\n\n"
	"| header | compact | how often | value | clause |\n"
	"|---|---|---|---|---|\n";

static char text[20000];

static void test_document(void **state)
{
	static const struct {
		const char *name, *compact, *repeat, *value;
	} rows[] = {
#define SIP_HDR_ROW(id, name, compact, repeat, value, clause) { name, compact, #repeat, #value },
#include <trunkgate/sip/header.def>
#undef SIP_HDR_ROW
	};
	int n = snprintf(text, sizeof(text), "%s", intro);

	(void)state;
	for (size_t i = 0; i < NR_OF(rows); i++) {
		char value[32];
		size_t k = 0;

		for (; rows[i].value[k]; k++)
			value[k] = rows[i].value[k] == '_' ? ' ' : (char)(rows[i].value[k] | 0x20);
		value[k] = '\0';
		n += snprintf(text + n, sizeof(text) - (size_t)n, "| %s | %s | %s | %s | %s |\n",
			      rows[i].name, rows[i].compact,
			      rows[i].repeat[0] == 'O'	 ? "once"
			      : rows[i].repeat[2] == 'S' ? "list"
							 : "lines",
			      value, sip_hdr_clause(sip_hdr_of(str_of(rows[i].name))));
	}
	check_golden(str_n(text, (size_t)n), "../../doc/sip-messages.md");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_document) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
