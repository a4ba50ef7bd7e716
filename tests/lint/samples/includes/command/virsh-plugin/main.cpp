#include "convert/base/error.h"
#include "convert/guest/appliance.h"
