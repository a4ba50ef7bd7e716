// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <libxml/tree.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

template <> struct Release<xmlDoc> {
    void operator()(xmlDocPtr p) const noexcept { xmlFreeDoc(p); }
};

/// An element of an XmlDocument, or none: then it is false and everything in it is empty.  It must not outlive its
/// document.  Names are local ones: prefixes and namespaces are ignored.
class XmlElement {
  public:
    explicit XmlElement(xmlNodePtr node = nullptr) noexcept : node_(node) {}
    explicit operator bool() const noexcept { return node_ != nullptr; }
    [[nodiscard]] std::string name() const;
    /// The first child element of that name.
    [[nodiscard]] XmlElement child(std::string_view name) const;
    /// All child elements of that name, in order; an empty @name: all.
    [[nodiscard]] std::vector<XmlElement> children(std::string_view name = {}) const;
    /// "" if the element has no such attribute.
    [[nodiscard]] std::string attribute(std::string_view name) const { return find(name).value_or(""); }
    [[nodiscard]] std::optional<std::string> find(std::string_view attribute) const;
    /// The element's own text, without that of its children and without blanks around it.
    [[nodiscard]] std::string text() const;

  private:
    xmlNodePtr node_;
};

/// A document that was read whole and has a root.
class XmlDocument {
  public:
    explicit XmlDocument(Owned<xmlDoc> doc) noexcept : doc_(std::move(doc)) {}
    [[nodiscard]] XmlElement root() const { return XmlElement{xmlDocGetRootElement(doc_.get())}; }

  private:
    Owned<xmlDoc> doc_;
};

/// The longest document that is read, in bytes.
constexpr std::size_t longest_xml = 8u << 20;

/// Reads untrusted XML 1.0: UTF-8, UTF-16 with a byte order mark, or an encoding with ASCII that it declares; a prefix
/// need not be declared, nor a namespace be a valid URI.  Nothing but @text is ever read: no document type, hence no
/// entities except the five of XML itself, no XInclude, no network.  At most 8 MiB, 64 elements deep, 100000 elements
/// with 200000 attributes, 1024 attributes and 128 namespaces of one.  @name: what the document is called in the
/// message.  Everything else is H2K_ERROR_SOURCE.
[[nodiscard]] Result<XmlDocument> parse_xml(std::string_view text, const std::string &name);
/// As parse_xml(), for any number of elements without a common root: they are the children of the one given here.
/// An undeclared prefix is part of a name.
[[nodiscard]] Result<XmlDocument> parse_xml_fragments(std::string_view text, const std::string &name);

} // namespace h2k
