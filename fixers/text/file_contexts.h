// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h2k::text {

/// The labels that an SELinux policy gives to files: selabel_file(5).
class FileContexts {
  public:
    enum class Type { file, folder, link };

    /// Reads one more file; those that libselinux reads later are added later.  Lines that cannot be parsed are
    /// skipped, and so is what comes after the 20000th rule.
    void add_rules(std::string_view file);
    /// file_contexts.subs and file_contexts.subs_dist: paths that are labelled like others.
    void add_subs(std::string_view file);
    void add_subs_dist(std::string_view file);

    /// The label of @path, which has no link in it; nullopt: the policy gives none.
    [[nodiscard]] std::optional<std::string> label(const std::string &path, Type type) const;
    [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  private:
    struct Rule {
        std::string pattern, stem, label; ///< @stem: what each path that it fits begins with
        char type = 0;                    ///< '-', 'd', 'l' …; 0: any
        bool exact = false;               ///< the pattern is a path
    };
    using Substitutes = std::vector<std::pair<std::string, std::string>>;
    [[nodiscard]] static bool fits(const Rule &rule, const std::string &path);
    static void read_substitutes(std::string_view file, Substitutes &into);
    [[nodiscard]] static std::optional<std::string> substituted(const Substitutes &from, const std::string &path);

    std::vector<Rule> rules_; ///< in file order
    Substitutes subs_, subs_dist_;
};

} // namespace h2k::text
