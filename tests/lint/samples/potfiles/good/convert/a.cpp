auto a = _("A sentence.");
