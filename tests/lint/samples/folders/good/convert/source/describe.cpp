#include "convert/source/describe.h"
#include "convert/source/ovf/ovf.h"
#include "convert/source/vmx/vmx.h"
