// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/fields/fields.h"
#include "convert/model/plans.h"

namespace h2k {

template <class A, Is<FixerResult> T> void fields(A &a, T &result) {
    a.required("fixer", result.fixer);
    a.required("outcome", result.outcome);
    a.optional("why", result.why);
}

template <class A, Is<Offer> T> void fields(A &a, T &offer) {
    a.optional("id", offer.id);
    a.optional("name", offer.name);
    a.required("chosen", offer.chosen);
}

template <class A, Is<LaneNote> T> void fields(A &a, T &lane) {
    a.required("name", lane.name);
    a.optional("why", lane.why);
}

template <class A, Is<OsinfoChoice> T> void fields(A &a, T &choice) {
    a.optional("id", choice.id);
    a.required("how", choice.how);
}

} // namespace h2k
