auto b = std::visit(Match{[](const WriteFile &) { return 1; }, [](const RemoveFile &) { return 2; }}, change.action);
