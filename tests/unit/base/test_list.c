/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list: both ends, taking out while walking, and links that are in no list. */
#include "base/list.h"
#include "unit/support.h"

struct thing {
	int nr;
	struct list link;
};

static int digits(struct list *head)
{
	struct thing *t;
	int v = 0;

	list_for_each(t, head, link)
		v = v * 10 + t->nr;
	return v;
}

static void test_order(void **state)
{
	struct list head = LIST_INIT(head);
	struct thing t[3] = { { .nr = 1 }, { .nr = 2 }, { .nr = 3 } };

	(void)state;
	assert_true(list_empty(&head));
	assert_null(list_first(&head, struct thing, link));
	assert_int_equal(digits(&head), 0);
	list_add_tail(&head, &t[0].link);
	list_add_tail(&head, &t[1].link);
	list_add(&head, &t[2].link);
	assert_int_equal(digits(&head), 312);
	assert_ptr_equal(list_first(&head, struct thing, link), &t[2]);
	list_del(&t[0].link);
	assert_int_equal(digits(&head), 32);
}

static void test_links_in_no_list(void **state)
{
	struct list head = LIST_INIT(head);
	struct thing t = { 0 };

	(void)state;
	assert_false(list_linked(&t.link));
	list_del(&t.link);
	list_add_tail(&head, &t.link);
	assert_true(list_linked(&t.link));
	list_del(&t.link);
	list_del(&t.link);
	assert_false(list_linked(&t.link));
	assert_true(list_empty(&head));
}

static void test_take_out_while_walking(void **state)
{
	struct list head = LIST_INIT(head);
	struct thing t[4], *pos, *tmp;

	(void)state;
	for (int i = 0; i < 4; i++) {
		t[i].nr = i + 1;
		list_add_tail(&head, &t[i].link);
	}
	list_for_each_safe(pos, tmp, &head, link)
		if (pos->nr % 2)
			list_del(&pos->link);
	assert_int_equal(digits(&head), 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_links_in_no_list),
		cmocka_unit_test(test_take_out_while_walking),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
