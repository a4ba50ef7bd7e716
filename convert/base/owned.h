// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <gio/gio.h>
#include <memory>
#include <utility>

namespace h2k {

/// How to release one C type.  One specialisation per type, in the one header that needs it.
template <typename T> struct Release;
template <> struct Release<GError> {
    void operator()(GError *p) const noexcept { g_error_free(p); }
};
template <> struct Release<char> {
    void operator()(char *p) const noexcept { g_free(p); }
};
template <> struct Release<char *> {
    void operator()(char **p) const noexcept { g_strfreev(p); }
};

/// Sole owner of a C object.
template <typename T> using Owned = std::unique_ptr<T, Release<T>>;

/// Adapts an Owned to a C out-parameter: f(out(ptr)).
template <typename T> class Out {
  public:
    explicit Out(Owned<T> &target) noexcept : target_(target) {}
    Out(const Out &) = delete;
    Out &operator=(const Out &) = delete;
    ~Out() { target_.reset(raw_); }
    operator T **() noexcept { return &raw_; }

  private:
    Owned<T> &target_;
    T *raw_ = nullptr;
};
template <typename T> [[nodiscard]] Out<T> out(Owned<T> &target) noexcept { return Out<T>{target}; }

/// Shared reference to a GObject.  The named constructors say who holds the count.
template <typename T> class Ref {
  public:
    Ref() noexcept = default;
    /// Takes over the count that the caller holds.
    [[nodiscard]] static Ref adopt(T *p) noexcept { return Ref{p}; }
    /// Adds a count of its own.
    [[nodiscard]] static Ref retain(T *p) noexcept { return Ref{p ? static_cast<T *>(g_object_ref(p)) : nullptr}; }
    Ref(const Ref &o) noexcept : Ref(retain(o.p_)) {}
    Ref(Ref &&o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
    Ref &operator=(Ref o) noexcept {
        std::swap(p_, o.p_);
        return *this;
    }
    ~Ref() { g_clear_object(&p_); }
    [[nodiscard]] T *get() const noexcept { return p_; }
    [[nodiscard]] T *release() noexcept { return std::exchange(p_, nullptr); }
    explicit operator bool() const noexcept { return p_ != nullptr; }

  private:
    explicit Ref(T *p) noexcept : p_(p) {}
    T *p_ = nullptr;
};

} // namespace h2k
