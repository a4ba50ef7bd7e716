#include "convert/guest/appliance.h"
