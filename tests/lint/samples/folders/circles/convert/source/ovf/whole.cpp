#include "convert/source/ovf/whole.h"
#include "convert/source/ovf/parts.h"
