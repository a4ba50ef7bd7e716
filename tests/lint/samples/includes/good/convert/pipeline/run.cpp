#include "config.h"
#include "convert/guest/appliance.h"
#include "convert/plan/plan.h"
