// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Unpacks an archive for the process at the other end of the socket that is its standard input, which reads the file
// and takes what comes out of it: see convert/format/archive/wire.h.  It is started confined, opens nothing, and may be
// killed at any time.
#include "convert/base/error.h"
#include "convert/format/archive/program/initramfs.h"
#include "convert/format/archive/program/parent.h"
#include "convert/format/archive/program/unpacker.h"
#include <clocale>
#include <new>

namespace {

using namespace h2k;

/// Opens @from, which must outlive what is returned.
Outcome<std::unique_ptr<Content>> open_content(PackedBytes &from, PackedKind kind) {
    if (kind == PackedKind::initramfs)
        return std::make_unique<InitramfsNames>(from);
    return std::make_unique<Unpacker>(H2K_TRY(Unpacker::open(from, kind)));
}

/// Answers the questions about one archive.
class Session {
  public:
    explicit Session(Parent &parent) : parent_(parent) {}
    /// Returns when a question cannot be answered.
    [[nodiscard]] Outcome<void> run();

  private:
    [[nodiscard]] Outcome<void> next();
    [[nodiscard]] Outcome<void> read();
    void say(ArchiveMessage message, std::string_view bytes = {}) {
        message.header = content_->header_position();
        message.position = content_->position();
        parent_.answer(message, bytes);
    }
    Parent &parent_;
    std::unique_ptr<Content> content_;
    Content::Block rest_; ///< of a block that is too long for one message
};

Outcome<void> Session::run() {
    using namespace archive_flags;
    const auto open = parent_.question();
    const auto size = open.flags & sized ? std::optional{open.number} : std::nullopt;
    ParentBytes bytes{parent_, size};
    content_ = H2K_TRY(open_content(bytes, static_cast<PackedKind>(open.flags & ~sized)));
    say({.word = ArchiveWord::opened, .flags = content_->reads_to_skip() ? reads_to_skip : 0});
    for (;;)
        H2K_CHECK(parent_.question().word == ArchiveWord::next ? next() : read());
}

Outcome<void> Session::next() {
    rest_ = {};
    const auto entry = H2K_TRY(content_->next());
    if (entry)
        say({.word = ArchiveWord::entry, .flags = entry->flags, .number = entry->size},
            std::string_view{entry->name}.substr(0, longest_text));
    else
        say({.word = ArchiveWord::over});
    return {};
}

Outcome<void> Session::read() {
    if (rest_.bytes.empty()) {
        const auto block = H2K_TRY(content_->read());
        if (!block) {
            say({.word = ArchiveWord::over});
            return {};
        }
        rest_ = *block;
    }
    const auto part = rest_.bytes.substr(0, longest_message);
    const auto offset = rest_.offset;
    rest_ = {.bytes = rest_.bytes.substr(part.size()), .offset = offset + part.size()};
    say({.word = ArchiveWord::block, .number = offset}, part);
    return {};
}

/// The libraries report this themselves; here is what our own code does.
[[noreturn]] void report_no_memory() { Parent{}.fail(ArchiveFailure::memory, {}); }

} // namespace

int main() {
    std::set_new_handler(report_no_memory);
    // libarchive converts the names of a pax archive from UTF-8 to this character set.
    setlocale(LC_CTYPE, "C.UTF-8");
    Parent parent;
    auto done = Session{parent}.run();
    parent.fail(done.error().why, done.error().text);
}
