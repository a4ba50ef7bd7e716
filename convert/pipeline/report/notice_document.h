// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/fields/fields.h"

// A notice in documents, as docs/json.md describes it.
namespace h2k {

template <class A, Is<Notice> T> void fields(A &a, T &notice) {
    a.required("id", notice.id);
    a.required("severity", notice.severity);
    a.required("message", notice.text);
}

} // namespace h2k
