// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/source_link.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

std::unexpected<Error> SourceLink::refused() {
    stop();
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is damaged, or made to do harm: the program that unpacks it gives invalid answers."),
                name().c_str());
}

Result<> SourceLink::give_bytes() {
    if (held_.empty())
        held_ = H2K_TRY(from_.next());
    const auto part = held_.substr(0, longest_message);
    held_.remove_prefix(part.size());
    given_ += part.size();
    if (given_ > most_)
        return fail(H2K_ERROR_SOURCE, _("“%s” is damaged: the header of a member is missing."), name().c_str());
    H2K_CHECK(link_.send({.word = ArchiveWord::bytes}, part));
    if (!part.empty())
        link_.count_step();
    return {};
}

std::uint64_t SourceLink::skip(std::uint64_t count) {
    const auto held = std::min<std::uint64_t>(count, held_.size());
    held_.remove_prefix(static_cast<std::size_t>(held));
    return held == count ? held : held + from_.skip(count - held);
}

/// Does what the program asks for.
Result<> SourceLink::serve(const ArchiveMessage &request) {
    if (request.size == 0 && request.word == ArchiveWord::need)
        return give_bytes();
    if (request.size == 0 && request.word == ArchiveWord::skip)
        return link_.send({.word = ArchiveWord::skipped, .number = skip(request.number)}, {});
    const auto size = from_.size();
    if (request.size != 0 || request.word != ArchiveWord::seek || !size || request.number > *size)
        return refused();
    held_ = {};
    from_.go_to(request.number);
    return {};
}

Result<ArchiveMessage> SourceLink::answered(const ArchiveMessage &question, std::string &bytes) {
    given_ = 0;
    link_.count_step();
    H2K_CHECK(link_.send(question, {}));
    for (;;) {
        const auto answer = H2K_TRY(link_.receive(bytes));
        if (answer.word >= ArchiveWord::opened && answer.word <= ArchiveWord::failed)
            return answer;
        H2K_CHECK(serve(answer));
    }
}

Result<ArchiveMessage> SourceLink::ask(const ArchiveMessage &question, std::string &bytes) {
    auto answer = answered(question, bytes);
    if (!answer)
        stop();
    return answer;
}

} // namespace h2k
