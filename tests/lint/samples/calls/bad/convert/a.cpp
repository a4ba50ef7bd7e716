void f() { system("ls"); }
int a = std::stoi("1");
auto b = new Thing;
void g() { throw 1; }
void h(char *p) { g_free(p); }
void i() { printf("x"); }
void j() { run({"sh", "-c", "ls"}); }
auto k = v.at(1);
void l(Thing *t) { delete t; }
void m(int fd) { close(fd); }
void n(int fd) { ::close(fd); }
void o() { (void)H2K_TRY(f()); }
void p() { [[maybe_unused]] const auto x = H2K_TRY(f()); }
void q(Handle &h) { guestfs_h *g = h.call(); guestfs_sync(g); }
