void compares() {
    g_assert_cmpstr(text(1).c_str(), ==, "1");
    g_assert_cmpstr(name.c_str(), ==, "1");
}
