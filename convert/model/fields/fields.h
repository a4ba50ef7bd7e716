// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <concepts>
#include <optional>
#include <type_traits>
#include <vector>

// The members of a type in documents are listed once, in a function
//
//     template <class A, Is<Nic> T> void fields(A &a, T &nic)
//
// which calls these of the archive @a, in the order of writing:
//
//     required(name, value)      is always there
//     optional(name, value)      is left out where it is empty, 0, false or the first of its enumeration
//     hidden(name, value)        is only read: a fact that no document shows
//     constant(name, value)      has this one value
//     flag(name, value, word)    is this word where @value is true, and else is left out
//     merged(value)              its members stand among these; of an optional value all of them or none
//     where(condition, fill)     calls @fill for members that are only there where the condition holds, as far as the
//                                members before it say
//     dictionary(name, pairs)    an object with names of its own
//     choice(name, text, all)    is one of the texts that the function @all gives
//     members(list, all)         the members of a change, of which the function @all gives every one that there can be
//
// Values are texts, numbers, bools, enumerations with name_of(), types with fields(), and vectors and optionals of
// them. FieldWriter, FieldReader and FieldSchema are the archives.

namespace h2k {

template <class T, class Of>
concept Is = std::same_as<std::remove_const_t<T>, Of>;

template <class T> inline constexpr bool is_vector = false;
template <class T> inline constexpr bool is_vector<std::vector<T>> = true;
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;

} // namespace h2k
