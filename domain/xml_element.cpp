// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/xml_element.h"
#include "convert/base/text.h"
#include <libxml/chvalid.h>

namespace h2k {

Element Element::add_in(const char *uri, const char *prefix, const char *name) const {
    xmlNodePtr child = xmlNewChild(node_, nullptr, BAD_CAST name, nullptr);
    xmlSetNs(child, xmlNewNs(child, BAD_CAST uri, BAD_CAST prefix));
    return Element{child};
}

ElementTree new_tree(const char *root) {
    Owned<xmlDoc> doc{xmlNewDoc(BAD_CAST "1.0")};
    xmlNodePtr node = xmlNewDocNode(doc.get(), nullptr, BAD_CAST root, nullptr);
    xmlDocSetRootElement(doc.get(), node);
    return {std::move(doc), Element{node}};
}

std::string to_text(const ElementTree &tree) {
    const std::unique_ptr<xmlBuffer, decltype(&xmlBufferFree)> buffer{xmlBufferCreate(), xmlBufferFree};
    xmlNodeDump(buffer.get(), tree.doc.get(), xmlDocGetRootElement(tree.doc.get()), 0, 1);
    return reinterpret_cast<const char *>(xmlBufferContent(buffer.get())) + std::string{"\n"};
}

bool is_xml_line(const std::string &text) {
    if (!is_utf8(text))
        return false;
    for (const char *at = text.c_str(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        if (c < 0x20 || c == 0x7f || !xmlIsCharQ(c))
            return false;
    }
    return true;
}

std::string xml_text(const std::string &text) {
    constexpr std::size_t longest = 4096;
    const Owned<char> valid{g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()))};
    std::string kept;
    for (const char *at = valid.get(); *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        const std::string_view bytes{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
        if (kept.size() + bytes.size() > longest)
            break;
        if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7f && xmlIsCharQ(c)))
            kept += bytes;
    }
    return kept;
}

} // namespace h2k
