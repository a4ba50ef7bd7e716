// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/fields/change.h"
#include "convert/model/fields/guest.h"
#include "convert/model/fields/machine.h"
#include "convert/model/fields/plans.h"
#include "convert/pipeline/report/notice_document.h"

// Inspection and plan as docs/json.md describes them.
namespace h2k {

struct InspectionDocument {
    std::string source_kind;
    std::vector<Offer> machines, configurations;
    Machine source;
    std::optional<Inspection> guest;
    std::vector<Notice> warnings;
};

struct PlannedChange {
    ChangeEntry change;
    std::string diff;
};

struct PlanDocument {
    std::string source_kind;
    std::vector<Offer> machines, configurations;
    Machine source;
    Inspection guest;
    OsinfoChoice osinfo;
    LaneNote lane;
    std::vector<FixerResult> fixers;
    std::vector<PlannedChange> changes;
    std::optional<Machine> target;
    std::vector<Notice> warnings;
};

template <class A, Is<InspectionDocument> T> void fields(A &a, T &document) {
    a.constant("version", CarryPlan::version);
    a.constant("kind", "inspection");
    a.required("source_kind", document.source_kind);
    a.optional("machines", document.machines);
    a.optional("configurations", document.configurations);
    a.required("source", document.source);
    a.optional("guest", document.guest);
    a.required("warnings", document.warnings);
}

template <class A, Is<PlannedChange> T> void fields(A &a, T &planned) {
    a.merged(planned.change);
    a.optional("diff", planned.diff);
}

template <class A, Is<PlanDocument> T> void fields(A &a, T &document) {
    a.constant("version", RepairPlan::version);
    a.constant("kind", "plan");
    a.required("source_kind", document.source_kind);
    a.optional("machines", document.machines);
    a.optional("configurations", document.configurations);
    a.required("source", document.source);
    a.required("guest", document.guest);
    a.required("osinfo", document.osinfo);
    a.required("lane", document.lane);
    a.required("fixers", document.fixers);
    a.required("changes", document.changes);
    a.optional("target", document.target);
    a.required("warnings", document.warnings);
}

} // namespace h2k
