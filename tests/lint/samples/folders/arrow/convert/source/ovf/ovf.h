
#include "convert/source/vmx/vmx.h"
