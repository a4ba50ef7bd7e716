#include "convert/api/hyper2kvm.h"
