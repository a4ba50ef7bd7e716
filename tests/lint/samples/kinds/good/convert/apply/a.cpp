// A comment may say get_if<WriteFile>.
auto a = std::get_if<std::string>(&value);
Change b{.action = WriteFile{}};
auto c = std::visit([](const auto &one) { return size_of(one); }, value);
