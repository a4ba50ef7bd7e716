// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/compress/cluster_codec.h"
#include "convert/base/owned.h"
#include <limits>
// Input that is only read is const, as zlib has it on request.
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

namespace h2k {

template <> struct Release<ZSTD_CCtx> {
    void operator()(ZSTD_CCtx *p) const noexcept { ZSTD_freeCCtx(p); }
};

namespace {

// qemu reads raw deflate data, and with no more than this window.
constexpr int window_bits = -12;

class Deflate : public ClusterCodec {
  public:
    explicit Deflate(int level)
        : ready_(deflateInit2(&stream_, level, Z_DEFLATED, window_bits, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK) {}
    Deflate(const Deflate &) = delete;
    Deflate &operator=(const Deflate &) = delete;
    ~Deflate() override {
        if (ready_)
            deflateEnd(&stream_);
    }
    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] std::size_t compress(std::string_view cluster, std::span<char> to) override {
        constexpr auto most = std::numeric_limits<uInt>::max();
        if (cluster.size() > most || to.size() > most || deflateReset(&stream_) != Z_OK)
            return 0;
        stream_.next_in = reinterpret_cast<const Bytef *>(cluster.data());
        stream_.avail_in = static_cast<uInt>(cluster.size());
        stream_.next_out = reinterpret_cast<Bytef *>(to.data());
        stream_.avail_out = static_cast<uInt>(to.size());
        return deflate(&stream_, Z_FINISH) == Z_STREAM_END ? to.size() - stream_.avail_out : 0;
    }

  private:
    z_stream stream_{};
    bool ready_;
};

class Zstandard : public ClusterCodec {
  public:
    explicit Zstandard(int level) : context_(ZSTD_createCCtx()) {
        if (context_ && ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level)))
            context_.reset();
    }
    [[nodiscard]] bool ready() const { return context_ != nullptr; }
    [[nodiscard]] std::size_t compress(std::string_view cluster, std::span<char> to) override {
        const auto n = ZSTD_compress2(context_.get(), to.data(), to.size(), cluster.data(), cluster.size());
        return ZSTD_isError(n) ? 0 : n;
    }

  private:
    Owned<ZSTD_CCtx> context_;
};

template <typename T> std::unique_ptr<ClusterCodec> ready_or_null(std::unique_ptr<T> codec) {
    return codec->ready() ? std::unique_ptr<ClusterCodec>{std::move(codec)} : nullptr;
}

} // namespace

int highest_level(Compression compression) {
    switch (compression) {
    case Compression::none: break;
    case Compression::zlib: return 9;
    case Compression::zstd: return 19; // what is above needs far more memory
    }
    return 0;
}

std::unique_ptr<ClusterCodec> cluster_codec(Compression compression, int level) {
    return compression == Compression::zstd ? ready_or_null(std::make_unique<Zstandard>(level))
                                            : ready_or_null(std::make_unique<Deflate>(level));
}

} // namespace h2k
