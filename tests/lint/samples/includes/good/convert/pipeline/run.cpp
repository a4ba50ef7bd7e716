#include "config.h"
#include "convert/appliance/appliance.h"
#include "convert/plan/plan.h"
