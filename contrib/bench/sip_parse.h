/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The message of contrib/bench/sip-parse, the sum over its values, and the clock. One program for each
 * library defines parse_once; all sums must be equal. Of a text the sum takes its length and its ends,
 * so that it costs the same for every library.
 */
#ifndef TRUNKGATE_BENCH_SIP_PARSE_H
#define TRUNKGATE_BENCH_SIP_PARSE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char sdp_text[] = "v=0\r\n"
			       "o=- 3724394400 3724394405 IN IP4 198.51.100.1\r\n"
			       "s=call\r\n"
			       "c=IN IP4 198.51.100.1\r\n"
			       "t=0 0\r\n"
			       "m=audio 49170 RTP/AVP 8 0 101\r\n"
			       "a=rtpmap:8 PCMA/8000\r\n"
			       "a=rtpmap:0 PCMU/8000\r\n"
			       "a=rtpmap:101 telephone-event/8000\r\n"
			       "a=fmtp:101 0-15\r\n"
			       "a=ptime:20\r\n"
			       "a=sendrecv\r\n";

static const char head_text[] =
	"INVITE sip:+4930123456@gw.example.com:5060;user=phone SIP/2.0\r\n"
	"Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds.1;rport\r\n"
	"Via: SIP/2.0/UDP 198.51.100.1:5062;branch=z9hG4bKnashds8;received=198.51.100.1\r\n"
	"Max-Forwards: 69\r\n"
	"From: \"Alice\" <sip:+4940987654@example.com>;tag=1928301774\r\n"
	"To: <sip:+4930123456@gw.example.com>\r\n"
	"Call-ID: a84b4c76e66710@198.51.100.1\r\n"
	"CSeq: 314159 INVITE\r\n"
	"Contact: <sip:alice@198.51.100.1:5062>\r\n"
	"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK\r\n"
	"Supported: 100rel, timer, replaces\r\n"
	"Session-Expires: 1800;refresher=uac\r\n"
	"Min-SE: 90\r\n"
	"P-Asserted-Identity: <sip:+4940987654@example.com>\r\n"
	"Privacy: none\r\n"
	"User-Agent: softphone/1.0\r\n"
	"Content-Type: application/sdp\r\n";

static inline uint64_t sum_u(uint64_t h, uint64_t v)
{
	return h * 31 + v;
}

static inline uint64_t sum_n(uint64_t h, const char *p, size_t len)
{
	return len ? h * 31 + len * 65536 + (uint8_t)p[0] * 256u + (uint8_t)p[len - 1] : h * 31;
}

static inline uint64_t sum_z(uint64_t h, const char *z)
{
	return z ? sum_n(h, z, strlen(z)) : h * 31;
}

/* Parses and returns the sum; 0 is a fault. */
static uint64_t parse_once(const char *message, size_t len);

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* NAME messages: prints "ns-per-message sum octets". */
static int run(int argc, char **argv)
{
	static char message[2048];
	long nr = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
	int len = snprintf(message, sizeof(message), "%sContent-Length: %zu\r\n\r\n%s", head_text,
			   sizeof(sdp_text) - 1, sdp_text);
	uint64_t sum = parse_once(message, (size_t)len);
	int64_t start;

	for (long i = 0; i < nr / 10; i++)
		parse_once(message, (size_t)len);
	start = now_ns();
	for (long i = 0; i < nr; i++)
		if (parse_once(message, (size_t)len) != sum)
			return 1;
	printf("%.1f %llx %d\n", (double)(now_ns() - start) / (double)nr, (unsigned long long)sum,
	       len);
	return sum == 0;
}

#endif
