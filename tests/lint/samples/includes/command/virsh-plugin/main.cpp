#include "convert/base/error.h"
#include "convert/appliance/appliance.h"
