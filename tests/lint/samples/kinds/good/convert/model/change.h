struct Change {
    std::variant<WriteFile,
                 RemoveFile>
        action;
};
