#include <guestfs.h>
#include <json-glib/json-glib.h>
#include <somewhere/else.h>
