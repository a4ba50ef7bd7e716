void f() { g_print("x"); }
