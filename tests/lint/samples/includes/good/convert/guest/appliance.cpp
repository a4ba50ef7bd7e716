// #include "convert/plan/plan.h" is only a comment.
#include "convert/guest/appliance.h"
#include <guestfs.h>
#include <sys/stat.h>
#include <vector>
