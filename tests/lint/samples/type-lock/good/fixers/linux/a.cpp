#include "convert/model/guest.h"
// A Guest & would be wrong here.
int f(const GuestView &guest) { return guest.read("Guest &") ? 1 : 0; }
