#include "plan.h"
#include "../base/error.h"
