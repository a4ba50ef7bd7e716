/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-appliance.h"
#include "h2k-enums.h"
#include "h2k-error.h"
#include "h2k-job.h"
#include "h2k-macros.h"
#include "h2k-options.h"
#include "h2k-request.h"
#include "h2k-version.h"
