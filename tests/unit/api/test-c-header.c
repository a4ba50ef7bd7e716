/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "convert/api/hyper2kvm.h"

#if !H2K_CHECK_VERSION(0, 1, 0) || H2K_CHECK_VERSION(H2K_MAJOR_VERSION, H2K_MINOR_VERSION, H2K_MICRO_VERSION + 1) ||   \
    H2K_CHECK_VERSION(H2K_MAJOR_VERSION, H2K_MINOR_VERSION + 1, 0) || H2K_CHECK_VERSION(H2K_MAJOR_VERSION + 1, 0, 0)
#error "the version macros do not compare"
#endif

static void test_version(void) {
    g_autofree char *version = g_strdup_printf("%d.%d.%d", H2K_MAJOR_VERSION, H2K_MINOR_VERSION, H2K_MICRO_VERSION);
    g_assert_cmpstr(version, ==, PROJECT_VERSION);
}

static void assert_value(GType type, int value, const char *name, const char *nick) {
    g_autoptr(GEnumClass) values = g_type_class_ref(type);
    const GEnumValue *found = g_enum_get_value(values, value);
    g_assert_nonnull(found);
    g_assert_cmpstr(found->value_name, ==, name);
    g_assert_cmpstr(found->value_nick, ==, nick);
}

static void test_enums(void) {
    assert_value(H2K_TYPE_ACTION, 0, "H2K_ACTION_IMPORT", "import");
    assert_value(H2K_TYPE_ACTION, 3, "H2K_ACTION_BOOT_TEST", "boot-test");
    assert_value(H2K_TYPE_ERROR, 3, "H2K_ERROR_NOT_PROVEN", "not-proven");
    assert_value(H2K_TYPE_SEVERITY, 1, "H2K_SEVERITY_WARNING", "warning");
    assert_value(H2K_TYPE_JOB_STATE, 2, "H2K_JOB_STATE_SUCCEEDED", "succeeded");
}

static void test_request(void) {
    g_autoptr(H2kRequest) request = h2k_request_new();
    g_autoptr(GError) error = NULL;
    g_assert_false(h2k_request_set(request, "format", "floppy", &error));
    g_assert_error(error, H2K_ERROR, H2K_ERROR_USAGE);
    g_assert_cmpstr(g_quark_to_string(error->domain), ==, "h2k-error-quark");
    g_assert_true(h2k_request_add_source(request, "one", NULL));
    g_assert_true(h2k_request_add_source(request, "two", NULL));
    g_auto(GStrv) sources = h2k_request_dup_sources(request);
    g_assert_cmpstrv(sources, ((const char *const[]){"one", "two", NULL}));
}

static void test_job(void) {
    g_autoptr(H2kRequest) request = h2k_request_new();
    g_autoptr(H2kJob) job = h2k_job_new(request, H2K_ACTION_PLAN);
    g_assert_true(h2k_job_get_request(job) == request);
    g_assert_cmpint(h2k_job_get_action(job), ==, H2K_ACTION_PLAN);
    g_assert_cmpint(h2k_job_get_state(job), ==, H2K_JOB_STATE_NEW);
    g_assert_null(h2k_job_dup_report_json(job));
    g_assert_null(h2k_job_dup_report_text(job, FALSE));
}

/* What bindings refuse by themselves, C has to be protected from. */
static void test_misuse(void) {
    g_autoptr(H2kRequest) request = h2k_request_new();
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*H2K_IS_REQUEST*");
    g_assert_null(h2k_job_new(NULL, H2K_ACTION_PLAN));
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*action*");
    g_assert_null(h2k_job_new(request, (H2kAction)77));
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*known*");
    g_assert_false(h2k_request_check(request, (H2kAction)77, NULL));
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*path*");
    g_assert_false(h2k_request_add_source(request, NULL, NULL));
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*option*");
    g_assert_false(h2k_request_set(request, NULL, NULL, NULL));
    g_test_expect_message(NULL, G_LOG_LEVEL_CRITICAL, "*H2K_IS_JOB*");
    g_assert_false(h2k_job_run((H2kJob *)(void *)request, NULL, NULL));
    g_test_assert_expected_messages();
}

/* The public headers are plain C and enough by themselves. */
int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/c/version", test_version);
    g_test_add_func("/c/enums", test_enums);
    g_test_add_func("/c/request", test_request);
    g_test_add_func("/c/job", test_job);
    g_test_add_func("/c/misuse", test_misuse);
    return g_test_run();
}
