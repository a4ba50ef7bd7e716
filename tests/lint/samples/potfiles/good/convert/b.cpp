// _("not code")
