// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace h2k::text {

/// The modules of one kernel, from modules.dep(5) and modules.builtin (kbuild.rst) of its modules folder.
/// All names are as module_name() gives them.
class KernelModules {
  public:
    [[nodiscard]] static KernelModules parse(std::string_view modules_dep, std::string_view modules_builtin);

    /// Does the kernel have @name, as a module or built in?
    [[nodiscard]] bool has(const std::string &name) const;
    [[nodiscard]] bool is_builtin(const std::string &name) const;
    /// The file of the loadable module @name below the modules' folder, "kernel/drivers/block/virtio_blk.ko.xz"; empty:
    /// it has none.
    [[nodiscard]] std::string file_of(const std::string &name) const;
    /// The loadable modules among @names and all that they depend on, sorted, each once.  What is built in or missing
    /// is left out.
    [[nodiscard]] std::vector<std::string> closure(const std::vector<std::string> &names) const;

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> needs_; ///< loadable module → what it depends on
    std::map<std::string, std::string, std::less<>> files_;
    std::set<std::string, std::less<>> builtin_;
};

} // namespace h2k::text
