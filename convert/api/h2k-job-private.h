// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/api/h2k-job.h"
#include "convert/base/owned.h"
#include "convert/pipeline/job.h"
#include <atomic>

/// The C++ members of a job.
struct H2kJobData {
    h2k::Ref<H2kRequest> request;          ///< null where the job was constructed without one
    h2k::Request copy;                     ///< of the request's values, made at construction
    H2kAction action = H2K_ACTION_INSPECT; ///< always a known one: GObject checks the property
    std::unique_ptr<h2k::Job> job;         ///< made when the job starts, and safe to read once it has ended
    std::atomic<H2kJobState> state = H2K_JOB_STATE_NEW;

    [[nodiscard]] bool has_ended() const { return state > H2K_JOB_STATE_RUNNING; }
};

struct _H2kJob {
    GObject parent_instance;
    H2kJobData data; // constructed in init, destroyed in finalize
};

/// Emit on the calling thread.
void h2k_job_emit_progress(H2kJob *self, const std::string &stage, double fraction, const std::string &message);
void h2k_job_emit_warning(H2kJob *self, const std::string &stage, const h2k::Notice &notice);
void h2k_job_notify_state(H2kJob *self);
