#include "convert/source/ovf/whole.h"
