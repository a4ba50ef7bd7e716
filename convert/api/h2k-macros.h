/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Marks what the shared library exports. */
#ifndef H2K_PUBLIC
#define H2K_PUBLIC __attribute__((visibility("default")))
#endif
