// #include "convert/plan/plan.h" is only a comment.
#include "convert/appliance/appliance.h"
#include <guestfs.h>
#include <sys/stat.h>
#include <vector>
