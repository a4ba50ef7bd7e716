// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/xml/xml_document.h"
#include "convert/base/characters/encoding.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <array>
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <vector>

namespace h2k {

template <> struct Release<xmlParserCtxt> {
    void operator()(xmlParserCtxtPtr p) const noexcept { xmlFreeParserCtxt(p); }
};

namespace {

constexpr unsigned deepest = 64;
constexpr unsigned most_elements = 100000;
constexpr unsigned most_attributes = 1024;
constexpr unsigned most_attributes_in_all = 200000;
constexpr unsigned most_namespaces = 128; ///< that one element sees

std::string_view view(const xmlChar *text) {
    return text ? std::string_view{reinterpret_cast<const char *>(text)} : std::string_view{};
}

/// Why the parser was stopped, and the counters for that.
struct Watch {
    unsigned depth = 0, elements = 0, attributes = 0, namespaces = 0;
    std::array<unsigned, deepest + 2> declared{}; ///< namespaces, by the element at each depth
    bool doctype = false, deep = false, many = false;
    bool attributed = false, named = false; ///< too many attributes, namespaces
    bool local = false;                     ///< prefixes that are not declared are no part of a name
};

Watch &watch_of(void *context) { return *static_cast<Watch *>(static_cast<xmlParserCtxtPtr>(context)->_private); }

/// Called before the parser processes what a document type declares.
void on_doctype(void *context, const xmlChar *, const xmlChar *, const xmlChar *) {
    watch_of(context).doctype = true;
    xmlStopParser(static_cast<xmlParserCtxtPtr>(context));
}

/// libxml2 makes a prefix that is not declared a part of the name.  @values: five for each attribute: its name, prefix
/// and URI, and both ends of its value.
void drop_undeclared(const xmlChar *&prefix, const xmlChar *uri, std::vector<const xmlChar *> &values) {
    if (!uri)
        prefix = nullptr;
    for (std::size_t i = 0; i + 4 < values.size(); i += 5)
        if (!values[i + 2])
            values[i + 1] = nullptr;
}

void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
              const xmlChar **declared, int attributes, int defaulted, const xmlChar **values) {
    auto &watch = watch_of(context);
    watch.deep = ++watch.depth > deepest;
    watch.many = ++watch.elements > most_elements;
    watch.attributed = (watch.attributes += static_cast<unsigned>(attributes)) > most_attributes_in_all;
    // libxml2 searches all that are in scope for each name with a prefix.
    watch.named = (watch.namespaces += static_cast<unsigned>(namespaces)) > most_namespaces;
    if (watch.deep || watch.many || watch.attributed || watch.named)
        return xmlStopParser(static_cast<xmlParserCtxtPtr>(context));
    watch.declared[watch.depth] = static_cast<unsigned>(namespaces);
    std::vector<const xmlChar *> all{values, values + std::size_t{5} * static_cast<unsigned>(attributes)};
    if (watch.local)
        drop_undeclared(prefix, uri, all);
    xmlSAX2StartElementNs(context, name, prefix, uri, namespaces, declared, attributes, defaulted, all.data());
}

void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    auto &watch = watch_of(context);
    watch.namespaces -= std::exchange(watch.declared[watch.depth], 0);
    watch.depth--;
    xmlSAX2EndElementNs(context, name, prefix, uri);
}

/// libxml2 compares each attribute of an element with each before it, so they are counted first.
bool has_many_attributes(std::string_view text) {
    unsigned found = 0;
    bool after_equals = false;
    for (const char c : text) {
        if (c == '<')
            found = 0;
        if ((c == '"' || c == '\'') && after_equals && ++found > most_attributes)
            return true;
        after_equals = c == '=' || (after_equals && g_ascii_isspace(c));
    }
    return false;
}

/// The encoding that the declaration at the start of @text names, "" without one: XML 1.0, section 4.3.3.
std::string declared_encoding(std::string_view text) {
    constexpr std::size_t longest = 1024;
    constexpr std::string_view key = "encoding";
    if (!text.starts_with("<?xml"))
        return {};
    const auto end = text.substr(0, longest).find("?>");
    auto rest = text.substr(0, end == std::string_view::npos ? 0 : end);
    const auto at = rest.find(key);
    rest = at == std::string_view::npos ? std::string_view{} : trim(rest.substr(at + key.size()));
    rest = rest.starts_with('=') ? trim(rest.substr(1)) : std::string_view{};
    if (!rest.starts_with('"') && !rest.starts_with('\''))
        return {};
    const auto close = rest.find(rest.front(), 1);
    return close == std::string_view::npos ? std::string{} : std::string{rest.substr(1, close - 1)};
}

/// @text as UTF-8 without a byte order mark.
Result<std::string> decoded(std::string_view text, const std::string &name) {
    const bool little = text.starts_with("\xff\xfe"), big = text.starts_with("\xfe\xff");
    std::optional<std::string> plain;
    if (little || big)
        plain = converted(text.substr(2), little ? "UTF-16LE" : "UTF-16BE");
    else if (text.starts_with("\xef\xbb\xbf"))
        plain = is_utf8(text) ? std::optional<std::string>{text.substr(3)} : std::nullopt;
    else
        plain = as_declared(text, declared_encoding(text));
    if (plain && !plain->empty())
        return *std::move(plain);
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares."),
                name.c_str());
}

std::unexpected<Error> malformed(xmlParserCtxtPtr context, const std::string &name) {
    const auto *error = xmlCtxtGetLastError(context);
    const auto says = error && error->message ? printable(trim(error->message)) : std::string{"-"};
    return fail(H2K_ERROR_SOURCE, _("“%s” is not a well-formed XML document: line %d: %s"), name.c_str(),
                error ? error->line : 0, says.c_str());
}

enum class Prefixes { local, free };

/// Parses @plain, which is UTF-8; @name is safe to print.
Result<XmlDocument> parsed(const std::string &plain, const std::string &name, Prefixes prefixes) {
    if (has_many_attributes(plain))
        return fail(H2K_ERROR_SOURCE, _("“%s” has an element with more than %u attributes."), name.c_str(),
                    most_attributes);
    const Owned<xmlParserCtxt> context{xmlNewParserCtxt()};
    Watch watch;
    watch.local = prefixes == Prefixes::local;
    context->_private = &watch;
    context->sax->internalSubset = on_doctype;
    context->sax->startElementNs = on_start;
    context->sax->endElementNs = on_end;
    constexpr int how =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC;
    Owned<xmlDoc> doc{
        xmlCtxtReadMemory(context.get(), plain.data(), static_cast<int>(plain.size()), nullptr, "UTF-8", how)};
    if (watch.doctype)
        return fail(H2K_ERROR_SOURCE, _("“%s” declares a document type, which is refused for safety."), name.c_str());
    if (watch.deep)
        return fail(H2K_ERROR_SOURCE, _("“%s” nests its XML elements deeper than %u."), name.c_str(), deepest);
    if (watch.many)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %u XML elements."), name.c_str(), most_elements);
    if (watch.attributed)
        return fail(H2K_ERROR_SOURCE, _("“%s” has more than %u XML attributes."), name.c_str(), most_attributes_in_all);
    if (watch.named)
        return fail(H2K_ERROR_SOURCE, _("“%s” declares more than %u XML namespaces for one element."), name.c_str(),
                    most_namespaces);
    if (!doc || !xmlDocGetRootElement(doc.get()))
        return malformed(context.get(), name);
    return XmlDocument{std::move(doc)};
}

/// @text as UTF-8 without a byte order mark; fails if it is too long.
Result<std::string> bounded(std::string_view text, const std::string &name) {
    if (text.size() > longest_xml)
        return fail(H2K_ERROR_SOURCE, _("“%s” is longer than 8 MiB, the limit for the description of a machine."),
                    name.c_str());
    return decoded(text, name);
}

/// The text in the list of nodes that starts with @first.
std::string plain_text(const xmlNode *first) {
    std::string all;
    for (const auto *at = first; at; at = at->next)
        if (at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE)
            all += view(at->content);
    return all;
}

} // namespace

Result<XmlDocument> parse_xml(std::string_view text, const std::string &name) {
    const auto shown = printable(name);
    return parsed(H2K_TRY(bounded(text, shown)), shown, Prefixes::local);
}

Result<XmlDocument> parse_xml_fragments(std::string_view text, const std::string &name) {
    const auto shown = printable(name);
    auto plain = text.empty() ? std::string{} : H2K_TRY(bounded(text, shown));
    // A declaration is valid only at the very beginning.
    if (const auto end = plain.find("?>"); plain.starts_with("<?xml ") && end != std::string::npos)
        plain.erase(0, end + 2);
    return parsed("<fragments>" + plain + "</fragments>", shown, Prefixes::free);
}

std::string XmlElement::name() const { return node_ ? std::string{view(node_->name)} : std::string{}; }

XmlElement XmlElement::child(std::string_view name) const {
    for (auto *at = node_ ? node_->children : nullptr; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && view(at->name) == name)
            return XmlElement{at};
    return XmlElement{};
}

std::vector<XmlElement> XmlElement::children(std::string_view name) const {
    std::vector<XmlElement> found;
    for (auto *at = node_ ? node_->children : nullptr; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && (name.empty() || view(at->name) == name))
            found.emplace_back(at);
    return found;
}

std::optional<std::string> XmlElement::find(std::string_view attribute) const {
    for (const auto *at = node_ ? node_->properties : nullptr; at; at = at->next)
        if (view(at->name) == attribute)
            return plain_text(at->children);
    return std::nullopt;
}

std::string XmlElement::text() const { return node_ ? std::string{trim(plain_text(node_->children))} : std::string{}; }

} // namespace h2k
