// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/xml/xml_document.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static std::string refusal(const std::string &text) {
    return test::message_of(parse_xml(text, "a.xml"), H2K_ERROR_SOURCE);
}

static std::string repeated(std::string_view part, unsigned times) {
    std::string all;
    for (unsigned i = 0; i < times; i++)
        all += part;
    return all;
}

static void reads_names_and_text() {
    const auto document = unwrap(parse_xml("<?xml version='1.0' encoding='UTF-8'?>\n"
                                           "<o:Envelope xmlns:o='urn:o' xmlns='urn:d' o:id='x &amp; &#65; &lt;' no=''>"
                                           "<!-- not this --><Disk o:file='f1'/><o:Disk file='f2'> two <b>no</b>\n"
                                           "and <![CDATA[<three>]]>&gt;</o:Disk><Nic/></o:Envelope>",
                                           "a.xml"));
    const auto root = document.root();
    assert_equal(root.name(), "Envelope");
    assert_equal(root.attribute("id"), "x & A <");
    g_assert_true(root.find("no").has_value());
    g_assert_false(root.find("yes").has_value());
    g_assert_cmpuint(root.children("Disk").size(), ==, 2);
    g_assert_cmpuint(root.children().size(), ==, 3);
    assert_equal(root.child("Disk").attribute("file"), "f1");
    assert_equal(root.children("Disk")[1].text(), "two \nand <three>>");
    assert_equal(root.child("Disk").text(), "");
}

static void none_is_empty() {
    const XmlElement none;
    g_assert_false(static_cast<bool>(none));
    g_assert_false(static_cast<bool>(none.child("a").child("b")));
    g_assert_true(none.children().empty());
    assert_equal(none.name() + none.text() + none.attribute("a"), "");
}

static void reads_encodings() {
    const std::string text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>ü𝄞</a>";
    assert_equal(unwrap(parse_xml("\xef\xbb\xbf" + text, "a.xml")).root().text(), "ü𝄞");
    for (const auto &[name, mark] : {std::pair{"UTF-16LE", "\xff\xfe"}, std::pair{"UTF-16BE", "\xfe\xff"}}) {
        gsize size = 0;
        const Owned<char> wide{
            g_convert(text.data(), static_cast<gssize>(text.size()), name, "UTF-8", nullptr, &size, nullptr)};
        const auto whole = mark + std::string{wide.get(), size};
        assert_equal(unwrap(parse_xml(whole, "a.xml")).root().text(), "ü𝄞");
        assert_equal(
            refusal(whole.substr(0, 13)),
            "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares.");
    }
    assert_equal(
        refusal("<a>\xe4</a>"),
        "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares.");
    assert_equal(
        refusal(std::string{"<a>\0</a>", 8}),
        "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares.");
    assert_equal(
        refusal(""),
        "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares.");
}

static void reads_declared_encodings() {
    const auto text = [](const std::string &encoding, const std::string &content) {
        return unwrap(
                   parse_xml("<?xml version=\"1.0\" encoding = '" + encoding + "' ?><a b='" + content + "'/>", "a.xml"))
            .root()
            .attribute("b");
    };
    assert_equal(text("ISO-8859-1", "M\xfcller"), "Müller");
    assert_equal(text("windows-1252", "5 \x80"), "5 €");
    assert_equal(text("GBK", "\xb2\xe2\xca\xd4"), "测试");
    assert_equal(text("Shift_JIS", "\x83\x65\x83\x58\x83\x67"), "テスト");
    // This is valid UTF-8 by chance, and the encoding has no such characters of one byte.
    assert_equal(text("GBK", "\xc1\xaa\xcd\xa8"), "联通");
    // Programs declare such an encoding and write UTF-8.
    for (const auto *encoding : {"ISO-8859-1", "windows-1252", "us-ascii", "utf8", "UTF-16", "no-such"})
        assert_equal(text(encoding, "Müller"), "Müller");
    for (const auto *encoding :
         {"UTF-8", "no-such", "../../x", "UTF-16", "UTF-32", "EBCDIC-US", "ISO-8859-1//IGNORE", ""})
        assert_equal(refusal("<?xml version=\"1.0\" encoding=\"" + std::string{encoding} + "\"?><a>\xfc</a>"),
                     "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it "
                     "declares.");
    // No declaration.
    for (const std::string start :
         {"<?xml encoding", "<?xml encoding=", "<?xml encoding=\"latin1", "<!-- encoding='latin1' -->"})
        refusal(start + "<a>\xfc</a>");
}

static void needs_no_namespaces() {
    const auto document =
        unwrap(parse_xml("<o:Envelope xmlns='not a URI' xmlns:v='%%'><x:Disk x:id='1' xsi:type='T' v:n='2'>t</x:Disk>"
                         "</o:Envelope>",
                         "a.xml"));
    assert_equal(document.root().name(), "Envelope");
    const auto disk = document.root().child("Disk");
    assert_equal(disk.attribute("id") + disk.attribute("type") + disk.attribute("n") + disk.text(), "1T2t");
    refusal("<o:a></p:a>");
}

static void refuses_document_types() {
    const std::string sentence = "“a.xml” declares a document type, which is refused for safety.";
    std::string laughs = "<!DOCTYPE l [<!ENTITY l0 \"lol\">";
    for (int i = 1; i < 10; i++) {
        const auto below = "&l" + std::to_string(i - 1) + ";";
        laughs += "<!ENTITY l" + std::to_string(i) + " \"" + repeated(below, 10) + "\">";
    }
    for (const auto &text : {
             std::string{"<!DOCTYPE a><a/>"},
             std::string{"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>"},
             std::string{"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>"},
             std::string{"<!DOCTYPE a [<!ENTITY % e SYSTEM 'file:///etc/passwd'> %e;]><a/>"},
             laughs + "]><l>&l9;</l>",
         })
        assert_equal(refusal(text), sentence);
}

static void includes_nothing() {
    const auto document = unwrap(parse_xml(
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd' parse='text'/></a>", "a.xml"));
    assert_equal(document.root().child("include").attribute("href"), "/etc/passwd");
    assert_equal(document.root().text(), "");
}

static void reads_fragments() {
    const auto document = unwrap(
        parse_xml_fragments("<?xml version='1.0'?>\n<!-- two -->\n<a><p:x>1</p:x></a>\n<a q='' p:q='2'/>\n", "a.xml"));
    const auto all = document.root().children("a");
    g_assert_cmpuint(all.size(), ==, 2);
    assert_equal(all[0].child("p:x").text(), "1");
    g_assert_true(unwrap(parse_xml_fragments("", "a.xml")).root().children().empty());
    for (const auto *text : {"<a>", "</fragments><a/><fragments>", "<!DOCTYPE a><a/>", "<a/>&e;"})
        test::message_of(parse_xml_fragments(text, "a.xml"), H2K_ERROR_SOURCE);
    assert_equal(
        test::message_of(parse_xml_fragments("<a>\xe4</a>", "a.xml"), H2K_ERROR_SOURCE),
        "“a.xml” is not an XML document: it is neither UTF-8 nor UTF-16, nor in the encoding that it declares.");
}

static void refuses_what_is_too_much() {
    assert_equal(refusal("<a>" + std::string(100u << 20, 'x') + "</a>"),
                 "“a.xml” is longer than 8 MiB, the limit for the description of a machine.");
    const auto longest = std::string(longest_xml - 7, 'x');
    g_assert_cmpuint(unwrap(parse_xml("<a>" + longest + "</a>", "a.xml")).root().text().size(), ==, longest.size());

    const auto nested = [](unsigned depth) { return repeated("<a>", depth) + repeated("</a>", depth); };
    unwrap(parse_xml(nested(64), "a.xml"));
    for (const unsigned depth : {65u, 300u, 500000u})
        assert_equal(refusal(nested(depth)), "“a.xml” nests its XML elements deeper than 64.");

    unwrap(parse_xml("<a>" + repeated("<b/>", 99999) + "</a>", "a.xml"));
    assert_equal(refusal("<a>" + repeated("<b/>", 100000) + "</a>"), "“a.xml” has more than 100000 XML elements.");

    std::string attributes;
    for (unsigned i = 0; i < 1024; i++)
        attributes += " a" + std::to_string(i) + " =\n'>'";
    unwrap(parse_xml("<a" + attributes + "/>", "a.xml"));
    assert_equal(refusal("<a" + attributes + " b=''/>"), "“a.xml” has an element with more than 1024 attributes.");
    assert_equal(refusal("<a>" + repeated("<b c='' d='' e='' f=''/>", 50001) + "</a>"),
                 "“a.xml” has more than 200000 XML attributes.");
}

/// libxml2 searches all namespaces that are in scope for each name with a prefix.
static void bounds_namespaces() {
    std::string names;
    for (unsigned i = 0; i < 128; i++)
        names += " xmlns:n" + std::to_string(i) + "='u'";
    const auto many = "<a" + names + ">" + repeated("<n0:b/>", 1000);
    unwrap(parse_xml(many + "</a>", "a.xml"));
    const std::string refused = "“a.xml” declares more than 128 XML namespaces for one element.";
    assert_equal(refusal(many + "<b xmlns:m='u'/></a>"), refused);
    assert_equal(refusal("<a" + names + " xmlns='u'/>"), refused);
    // What another element declares does not count.
    unwrap(parse_xml("<a>" + repeated("<b" + names + "/>", 20) + "</a>", "a.xml"));
}

static void refuses_malformed() {
    // What follows the line is libxml2's own wording.
    for (const auto &[text, line] : {std::pair{" ", "1"},
                                     {"x", "1"},
                                     {"<a>", "1"},
                                     {"<a>\n<b></a>", "2"},
                                     {"<a/><b/>", "1"},
                                     {"<a b='1' b='2'/>", "1"},
                                     {"<o:a></p:a>", "1"},
                                     {"<a>&#0;</a>", "1"},
                                     {"<a>&e;</a>", "1"}}) {
        const auto start = std::string{"“a.xml” is not a well-formed XML document: line "} + line + ": ";
        const auto sentence = refusal(text);
        assert_equal(sentence.substr(0, start.size()), start);
        g_assert_cmpuint(sentence.size(), >, start.size() + 5);
    }
    g_assert_true(test::message_of(parse_xml("<a>", "b\n"), H2K_ERROR_SOURCE).starts_with("“b?” is"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/xml/read", reads_names_and_text);
    g_test_add_func("/xml/none", none_is_empty);
    g_test_add_func("/xml/encoding", reads_encodings);
    g_test_add_func("/xml/declared-encoding", reads_declared_encodings);
    g_test_add_func("/xml/namespaces", needs_no_namespaces);
    g_test_add_func("/xml/doctype", refuses_document_types);
    g_test_add_func("/xml/xinclude", includes_nothing);
    g_test_add_func("/xml/fragments", reads_fragments);
    g_test_add_func("/xml/limits", refuses_what_is_too_much);
    g_test_add_func("/xml/many-namespaces", bounds_namespaces);
    g_test_add_func("/xml/malformed", refuses_malformed);
    return g_test_run();
}
