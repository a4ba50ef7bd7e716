// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#ifndef GETTEXT_PACKAGE
#define GETTEXT_PACKAGE "virt-hyper2kvm"
#endif
#include <glib/gi18n-lib.h>
