// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/text/colon_table.h"
#include "fixers/text/hosts.h"
#include <cstdlib>

using namespace h2k::text;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string_view file{reinterpret_cast<const char *>(data), size};
    ColonTable table{file, 4};
    require(table.file() == file); // what is not changed stays
    table.remove("ann");
    require(!table.find("ann"));
    table.add({"ann", "x", "1", ""});
    require(table.find("ann") && (*table.find("ann"))[2] == "1");
    ColonTable again{table.file(), 4};
    require(again.find("ann") && again.file() == table.file());

    const auto hosts = add_host(rename_host(file, "old", "web", "example.com"), "10.0.0.1", {"db", "db.example.com"});
    require(names_host(hosts, "db"));
    require(add_host(hosts, "10.0.0.1", {"db", "db.example.com"}) == hosts);
    require(rename_host(hosts, "old", "web", "example.com") == hosts);
    return 0;
}
