// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/text.h"
#include "tests/support/source_images.h"

namespace h2k::test {

/// Makes the image @name in the folder, of a format of qemu, a subformat of VMDK, "mbr" or "iso".
inline void make_image(const std::string &folder, const std::string &name, const std::string &format,
                       const std::string &size) {
    const auto path = folder + "/" + name;
    unwrap(make_folder(folder_of(path), 0755));
    const bool whole = format == "qcow2" || format == "raw" || format == "vpc" || format == "vhdx" || format == "vdi";
    if (whole)
        run({"qemu-img", "create", "-q", "-f", format, path, size});
    else if (format == "mbr") { // raw, and recognised as such
        run({"qemu-img", "create", "-q", "-f", "raw", path, size});
        patch(path, 510, "\x55\xaa");
    } else if (format == "iso") {
        run({"qemu-img", "create", "-q", "-f", "raw", path, size});
        patch(path, 16 * 2048, "\1CD001");
    } else if (format != "streamOptimized")
        run({"qemu-img", "create", "-q", "-f", "vmdk", "-o", "subformat=" + format, path, size});
    else {
        run({"qemu-img", "create", "-q", "-f", "raw", path + ".raw", size});
        run({"qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=" + format, path + ".raw", path});
        std::filesystem::remove(path + ".raw");
    }
}

inline void make_image(const TestFolder &folder, const std::string &name, const std::string &format,
                       const std::string &size) {
    make_image(folder.path(), name, format, size);
}

/// Compresses the file @name of the folder, which keeps its name, and cuts it into parts of so many bytes.
inline void pack_image(const std::string &folder, const std::string &name, bool gzip, const std::string &chunk) {
    const auto path = folder + "/" + name;
    if (gzip) {
        std::filesystem::rename(path, path + ".plain"); // gzip refuses files that are called *.gz
        run({"gzip", "-n9", path + ".plain"});
        std::filesystem::rename(path + ".plain.gz", path);
    }
    if (!chunk.empty()) {
        run({"split", "-b", chunk, "-d", "-a", "9", path, path + "."});
        std::filesystem::remove(path);
    }
}

/// An image as a line "NAME FORMAT SIZE [gzip] [chunk=BYTES] [on=PARENT]" of a list "disks" says.  The name comes
/// first and may have blanks.
inline void make_listed_image(const std::string &folder, const std::string &line) {
    auto parts = split(line, ' ');
    bool gzip = false;
    std::string chunk, parent;
    for (; parts.back() == "gzip" || parts.back().contains('='); parts.pop_back()) {
        const auto &word = parts.back();
        const auto value = word.substr(word.find('=') + 1);
        if (word == "gzip")
            gzip = true;
        else
            (word.starts_with("on=") ? parent : chunk) = value;
    }
    g_assert_cmpuint(parts.size(), >=, 3);
    const auto size = parts.back(), format = parts[parts.size() - 2];
    parts.resize(parts.size() - 2);
    const auto name = join(parts, " ");
    if (parent.empty())
        make_image(folder, name, format, size);
    else
        run({"qemu-img", "create", "-q", "-f", format, "-b", parent, "-F", format, folder + "/" + name, size});
    pack_image(folder, name, gzip, chunk);
}

/// A folder as tests/data/metadata/@name describes it: its files, with the images of its list "disks", and as a tar
/// archive where "archive" lists the archive's name and its members, a line each.
inline void make_case(const std::string &folder, const std::string &name) {
    const auto from = std::string{g_test_get_dir(G_TEST_DIST)} + "/data/metadata/" + name;
    std::filesystem::copy(from, folder, std::filesystem::copy_options::recursive);
    for (const auto *ours : {"archive", "digests", "disks", "expected.json", "source"})
        std::filesystem::remove(folder + "/" + ours);
    for (const auto &line : lines(content_of(from + "/disks")))
        make_listed_image(folder, line);
    if (!path_exists(from + "/archive"))
        return;
    auto members = lines(content_of(from + "/archive"));
    const auto archive = folder + "/" + members.front();
    members.erase(members.begin());
    std::vector<std::string> argv{"tar", "--format=ustar", "-C", folder, "-cf", archive};
    argv.insert(argv.end(), members.begin(), members.end());
    run(argv);
    for (const auto &member : members)
        std::filesystem::remove(folder + "/" + member);
}

inline void make_case(const TestFolder &folder, const std::string &name) { make_case(folder.path(), name); }

/// What a plan says, a line for each device, to be compared.  The folder's own path is left out.
inline std::string summary_of(const CarryPlan &plan, const TestFolder &folder) {
    const auto &m = plan.source;
    std::string text = plan.kind + " “" + m.name + "” " + m.uuid + "\n";
    text += std::to_string(m.vcpus) + " processors, " + std::to_string(m.cores) + " cores, " +
            std::to_string(m.memory >> 20) + " MiB, " + name_of(m.firmware) + (m.secure_boot ? " secure" : "") +
            (m.tpm ? " tpm" : "") + ", " + m.os_type + "\n";
    if (!m.description.empty())
        text += "“" + m.description + "”\n";
    for (const auto &disk : m.disks)
        text += disk.id + " " + name_of(disk.bus) + " " + replace_all(disk.top.path, folder.path() + "/", "") + " " +
                std::to_string(disk.top.bytes >> 20) + " MiB\n";
    for (const auto &nic : m.nics)
        text += "nic " + nic.mac + " “" + nic.model + "” “" + nic.network + "”\n";
    for (std::size_t i = 0; i < m.cdroms.size(); ++i) {
        const auto iso = std::ranges::find(m.isos, i, &IsoImage::drive);
        text += std::string{"cdrom "} + name_of(m.cdroms[i]) + (iso == m.isos.end() ? "" : " " + iso->name) + "\n";
    }
    for (const auto &notice : plan.notices)
        text += "! " + notice.text + "\n";
    return text;
}

inline void assert_case(const std::string &name, const std::string &source, std::string_view expected,
                        const char *file = __builtin_FILE(), int line = __builtin_LINE()) {
    const TestFolder folder;
    make_case(folder, name);
    const auto plan = unwrap(describe_file(source == "." ? folder.path() : folder / source), file, line);
    assert_equal(summary_of(plan, folder), expected, file, line);
}

} // namespace h2k::test
