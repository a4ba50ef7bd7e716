// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/unpack.h"
#include "convert/fetch/unpack_pass.h"
#include <algorithm>
#include <list>

namespace h2k {

namespace {

/// The pass that reads the bytes of @wanted; opens it if necessary.
template <typename T>
Result<UnpackPass *> pass_for(const T &wanted, const Fetch &from, std::list<UnpackPass> &passes, GCancellable *cancel) {
    auto pass = std::ranges::find_if(passes, [&](const UnpackPass &one) { return one.takes(wanted); });
    if (pass == passes.end())
        pass = passes.insert(passes.end(), H2K_TRY(UnpackPass::open(from, cancel)));
    return &*pass;
}

Result<std::list<UnpackPass>> passes_of(const std::vector<Unpacking> &orders, const std::vector<Digest> &digests,
                                        GCancellable *cancel) {
    std::list<UnpackPass> passes;
    for (const auto &order : orders) {
        auto *pass = H2K_TRY(pass_for(order.from, order.from, passes, cancel));
        H2K_CHECK(pass->want(order));
    }
    // Packed content is hashed while it is unpacked.
    for (const auto &digest : digests)
        if (!digest.from.members.empty())
            H2K_CHECK(pass_for(digest, digest.from, passes, cancel));
    return passes;
}

} // namespace

Result<> unpack(const std::vector<Unpacking> &orders, std::vector<Digest> &digests,
                const std::function<void(double)> &fraction, GCancellable *cancel) {
    auto passes = H2K_TRY(passes_of(orders, digests, cancel));
    std::vector<Digest> others;
    for (const auto &digest : digests) {
        const auto pass = std::ranges::find_if(passes, [&](const UnpackPass &one) { return one.takes(digest); });
        if (pass != passes.end())
            pass->want(digest);
        else
            others.push_back(digest);
    }
    std::uint64_t total = 0, done = 0;
    for (const auto &pass : passes)
        total += pass.packed_bytes();
    double last = 0; // a zip archive is read back and forth
    for (auto &pass : passes) {
        H2K_CHECK(pass.run([&](std::uint64_t position) {
            const auto all = std::max({total, done + position, std::uint64_t{1}});
            last = std::max(last, static_cast<double>(done + position) / static_cast<double>(all));
            if (fraction)
                fraction(last);
        }));
        done += pass.packed_bytes();
    }
    for (auto &pass : passes)
        pass.keep();
    digests = std::move(others);
    if (fraction)
        fraction(1);
    return {};
}

} // namespace h2k
