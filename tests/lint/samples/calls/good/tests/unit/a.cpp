void f() { system("x"); }
