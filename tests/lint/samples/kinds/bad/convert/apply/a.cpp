auto a = std::get_if<WriteFile>(&change.action);
auto b = std::holds_alternative<h2k::RemoveFile>(change->action);
auto c = std::get< const WriteFile >(one);
auto d = std::visit(
    [](const auto &one) { return one.path; },
    change.action);
