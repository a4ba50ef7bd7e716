// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/owned.h"
#include <optional>
#include <set>
#include <string>
#include <vector>
// libosinfo's headers have no extern "C", and GIO's must not be included through them.
#include <gio/gio.h>
extern "C" {
#include <osinfo/osinfo.h>
}

namespace h2k {

/// The system's database of libosinfo with our additions, whole or in part.  The whole one has some 900 files, which
/// take 0.35 s to load; those that one distribution needs take some 0.03 s.  A part that cannot be read is left out.
/// The part of a system holds what it refers to: what it is derived from or an upgrade of, devices and scripts.
class OsinfoData {
  public:
    /// Everything, loaded once.
    [[nodiscard]] static OsinfoData &whole();
    /// The systems of the vendors that have one whose file's name begins with one of @names and a '-'
    /// ("os/debian.org/debian-11.xml").  nullopt: there are none, or only the whole database can say what it says,
    /// since the administrator or the user has additions of their own.
    [[nodiscard]] static std::optional<OsinfoData> of_products(const std::vector<std::string> &names);
    /// The system @id; nullopt as above.
    [[nodiscard]] static std::optional<OsinfoData> of_system(const std::string &id);

    [[nodiscard]] OsinfoDb *db() const { return osinfo_loader_get_db(loader_.get()); }

  private:
    OsinfoData() : loader_(Ref<OsinfoLoader>::adopt(osinfo_loader_new())) {}
    void load(const std::string &folder);
    /// @files: "os/debian.org/debian-11.xml"; with all that they refer to.
    [[nodiscard]] static std::optional<OsinfoData> of_files(std::vector<std::string> files);

    Ref<OsinfoLoader> loader_;
};

} // namespace h2k
