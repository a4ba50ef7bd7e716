#include "convert/appliance/appliance.h"
