#include "convert/source/ovf/ovf.h"
