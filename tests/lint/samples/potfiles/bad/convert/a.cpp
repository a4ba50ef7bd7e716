auto a = N_("A sentence.");
