// system("no"), std::stoi and new Thing in words only.
auto a = std::make_unique<int>(1);
const char *b = "delete throw printf(";
Thing(const Thing &) = delete;
char *c = g_strdup_printf("x");
std::unique_ptr<Thing> thing{new Thing};
Result<> close();
void d(Appliance &a) { a.close(); }
void calls(const Handle &handle) { guestfs_sync(handle.call(&CallLimits::work)); }
