#include "convert/base/error.h"
