#include <string>
#include "convert/plan/plan.h"
