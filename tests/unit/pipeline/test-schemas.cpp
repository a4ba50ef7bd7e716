// SPDX-License-Identifier: LGPL-2.1-or-later
// The schemas that are installed, and the one document that convert/apply writes; tests/lint/documents.py holds all
// examples to the schemas.
#include "convert/model/fields/schema.h"
#include "convert/model/fields/writer.h"
#include "convert/pipeline/report/document_types.h"
#include "convert/pipeline/report/report_document.h"
#include "tests/support/golden.h"

using namespace h2k;
using test::check_golden;

static void schemas_are_those_of_the_documents() {
    check_golden("docs/schema/inspection.schema.json", schema_of<InspectionDocument>("Inspection"));
    check_golden("docs/schema/plan.schema.json", schema_of<PlanDocument>("Plan"));
    check_golden("docs/schema/report.schema.json", schema_of<ReportDocument>("Report"));
    check_golden("docs/schema/journal.schema.json", schema_of<JournalDocument>("Journal in the guest"));
}

static void journal_is_stable() {
    JournalDocument journal{
        .job = "20260102-030405-app", .error = "The guest's disk is full.", .files = {}, .changes = {}};
    journal.files = {
        {.path = "/etc/fstab",
         .first = "kept",
         .copy = "/var/lib/virt-hyper2kvm/20260102-030405-app/files/etc/fstab",
         .link = {},
         .left_link = std::nullopt,
         .left_sha256 = "02"},
        {.path = "/etc/new", .first = "absent", .copy = {}, .link = {}, .left_link = "to", .left_sha256 = {}}};
    const Change run{.fixer = "linux.grub",
                     .reason = "Its menu is old.",
                     .action = RunInGuest{.argv = {"update-grub"}, .changes = {}, .removes = {"/a"}, .makes = {"/b"}}};
    const Change label{.fixer = "linux.selinux",
                       .reason = "The policy asks for it.",
                       .action = SetLabels{{{"/etc/fstab", "system_u:object_r:etc_t:s0"}}},
                       .may_fail = true};
    journal.changes = {{entry_of(run), "done", {journal.files[0].copy}, {}},
                       {entry_of(label), "failed", {}, "It has no labels."}};
    check_golden("tests/data/documents/journal.json", document_of(journal));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/schemas/documents", schemas_are_those_of_the_documents);
    g_test_add_func("/schemas/journal", journal_is_stable);
    return g_test_run();
}
