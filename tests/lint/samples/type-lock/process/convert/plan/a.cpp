auto r = run_command({.argv = {"true"}}, nullptr);
