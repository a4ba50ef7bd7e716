// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/xml/xml_document.h"
#include <libxml/tree.h>
#include <string>

namespace h2k {

/// An element of a tree that a document owns.  libxml2 escapes all text.
class Element {
  public:
    explicit Element(xmlNodePtr node) noexcept : node_(node) {}
    Element add(const char *name) const { return Element{xmlNewChild(node_, nullptr, BAD_CAST name, nullptr)}; }
    Element add(const char *name, const std::string &text) const {
        return Element{xmlNewTextChild(node_, nullptr, BAD_CAST name, BAD_CAST text.c_str())};
    }
    /// A child in a namespace of its own.  @text may be null.
    [[nodiscard]] Element add_in(const char *uri, const char *prefix, const char *name) const;
    const Element &set(const char *attribute, const std::string &value) const {
        xmlNewProp(node_, BAD_CAST attribute, BAD_CAST value.c_str());
        return *this;
    }

  private:
    xmlNodePtr node_;
};

/// A tree with the one element @root.
struct ElementTree {
    Owned<xmlDoc> doc;
    Element root;
};
[[nodiscard]] ElementTree new_tree(const char *root);
/// Indented, without an XML declaration, ending in a newline.
[[nodiscard]] std::string to_text(const ElementTree &tree);
/// Can XML carry @text: UTF-8 of printable characters?  A line break in a name or path is refused as well.
[[nodiscard]] bool is_xml_line(const std::string &text);

/// @text as far as XML allows it: lines of valid UTF-8, at most 4096 bytes.
[[nodiscard]] std::string xml_text(const std::string &text);

} // namespace h2k
