/* SPDX-License-Identifier: GPL-3.0-or-later */
/* io/file: whole files in and out, and what is said when it does not work. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <trunkgate/base/err.h>

#include "io/file.h"
#include "unit/support.h"

static char folder[] = "/tmp/trunkgate-test-XXXXXX";
static char path[64];

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void test_what_is_written_is_read(void **state)
{
	struct mem *m = mem_root("test");
	struct tg_diag d = TG_DIAG_NONE;
	char big[10000];
	struct str got;

	(void)state;
	memset(big, 'x', sizeof(big));
	assert_int_equal(io_file_write(path, str_n(big, sizeof(big)), &d), 0);
	assert_int_equal(io_file_read(m, path, sizeof(big), &got, &d), 0);
	assert_str_equal(got, str_n(big, sizeof(big)));
	assert_int_equal(got.p[got.len], '\0');
	assert_int_equal(io_file_write(path, STR("short"), &d), 0);
	assert_int_equal(io_file_read(m, path, 100, &got, &d), 0);
	assert_str_equal(got, STR("short"));
	mem_free(m);
}

static void test_too_long_is_refused(void **state)
{
	struct mem *m = mem_root("test");
	struct tg_diag d = TG_DIAG_NONE;
	struct str got;

	(void)state;
	assert_int_equal(io_file_write(path, STR("12345"), &d), 0);
	assert_int_equal(io_file_read(m, path, 5, &got, &d), 0);
	assert_int_equal(io_file_read(m, path, 4, &got, &d), TG_ELIMIT);
	assert_non_null(strstr(d.text, "longer than 4 octets"));
	mem_free(m);
}

static void test_missing_and_forbidden(void **state)
{
	struct mem *m = mem_root("test");
	struct tg_diag d = TG_DIAG_NONE;
	struct str got;

	(void)state;
	assert_int_equal(io_file_read(m, "/no/such/file", 10, &got, &d), TG_ENOENT);
	assert_string_equal(d.text, "/no/such/file: No such file or directory");
	assert_int_equal(io_file_read(m, "/tmp", 10, &got, &d), TG_EIO);
	assert_string_equal(d.text, "/tmp: Is a directory");
	assert_int_equal(io_file_write("/no/such/file", STR("x"), &d), TG_ENOENT);
	mem_free(m);
}

static void test_mode_is_kept_and_nothing_is_left(void **state)
{
	struct tg_diag d = TG_DIAG_NONE;
	char command[128];
	struct stat st;

	(void)state;
	assert_int_equal(io_file_write(path, STR("a"), &d), 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(io_file_write(path, STR("b"), &d), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	snprintf(command, sizeof(command), "test $(ls %s | wc -l) = 1", folder);
	assert_int_equal(system(command), 0);
}

static void read_once(void *ctx)
{
	struct mem *m = mem_root("test");
	struct str got;

	(void)ctx;
	if (m)
		io_file_read(m, path, 1 << 20, &got, NULL);
	mem_free(m);
}

static void test_out_of_memory(void **state)
{
	char big[20000];

	(void)state;
	memset(big, 'y', sizeof(big));
	assert_int_equal(io_file_write(path, str_n(big, sizeof(big)), NULL), 0);
	assert_true(walk_allocations(read_once, NULL) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_too_long_is_refused),
		cmocka_unit_test(test_missing_and_forbidden),
		cmocka_unit_test(test_mode_is_kept_and_nothing_is_left),
		cmocka_unit_test(test_out_of_memory),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
