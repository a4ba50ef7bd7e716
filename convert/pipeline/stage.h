// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
namespace h2k {

/// The stages of a job, in the only order there is.  A stage can be left out, never moved.
enum class Stage { describe, fetch, flatten, inspect, plan, fix, convert, validate };

[[nodiscard]] constexpr const char *name_of(Stage stage) {
    switch (stage) {
    case Stage::describe: return "describe";
    case Stage::fetch: return "fetch";
    case Stage::flatten: return "flatten";
    case Stage::inspect: return "inspect";
    case Stage::plan: return "plan";
    case Stage::fix: return "fix";
    case Stage::convert: return "convert";
    case Stage::validate: return "validate";
    }
    return "";
}

} // namespace h2k
