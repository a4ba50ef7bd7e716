// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/secrets/secret.h"
#include "convert/base/descriptor.h"
#include "convert/base/i18n.h"
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>

namespace h2k {

namespace {

/// How many bytes of @file were read into @space; less than its size: there are no more.
Result<std::size_t> fill(const Descriptor &file, std::string &space) {
    std::size_t got = 0;
    while (got < space.size()) {
        const ssize_t n = ::read(file.get(), space.data() + got, space.size() - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(H2K_ERROR_FAILED, "%s", g_strerror(errno));
        if (n == 0)
            break;
        got += static_cast<std::size_t>(n);
    }
    return got;
}

} // namespace

void wipe(std::string &text) noexcept {
    explicit_bzero(text.data(), text.capacity());
    text.clear();
}

void forbid_core_dumps() noexcept {
    // A limit of one byte and not of none: the kernel passes a dump to a program in core_pattern whatever the limit,
    // except with this one (do_coredump() in fs/coredump.c), and writes no file with either.
    rlimit limit{};
    if (getrlimit(RLIMIT_CORE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max == 0 ? 0 : 1;
    setrlimit(RLIMIT_CORE, &limit);
}

Secret::Secret(std::string &&bytes) {
    auto block = std::make_shared<Block>(bytes.size());
    std::memcpy(block->bytes.data(), bytes.data(), bytes.size());
    wipe(bytes);
    block_ = std::move(block);
}

Result<Secret> Secret::read(const std::string &path, std::size_t limit) {
    forbid_core_dumps();
    const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!file)
        return fail(H2K_ERROR_FAILED, "%s", g_strerror(errno));
    Block space{limit + 1};
    const auto size = H2K_TRY(fill(file, space.bytes));
    if (size > limit)
        return fail(H2K_ERROR_FAILED, _("“%s” is longer than %zu bytes."), path.c_str(), limit);
    auto block = std::make_shared<Block>(size);
    std::memcpy(block->bytes.data(), space.bytes.data(), size);
    return Secret{std::shared_ptr<const Block>{std::move(block)}};
}

std::string_view Secret::view() const noexcept { return block_ ? std::string_view{block_->bytes} : ""; }

Secret Secret::without_line_end() const {
    if (!view().ends_with('\n'))
        return *this;
    auto block = std::make_shared<Block>(view().size() - 1);
    std::memcpy(block->bytes.data(), view().data(), block->bytes.size());
    return Secret{std::shared_ptr<const Block>{std::move(block)}};
}

Secret Secret::with_line_end() const {
    auto block = std::make_shared<Block>(view().size() + 1);
    std::memcpy(block->bytes.data(), view().data(), view().size());
    block->bytes.back() = '\n';
    return Secret{std::shared_ptr<const Block>{std::move(block)}};
}

} // namespace h2k
