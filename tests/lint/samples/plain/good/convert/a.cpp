// Mushrooms; a teller; the wishbone.
const char *intel = "Intel's screw";
int take(int back);
