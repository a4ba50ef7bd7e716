/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In the source tree; convert/base/codes.h is installed under this name. */
#pragma once
#include "convert/base/codes.h"
