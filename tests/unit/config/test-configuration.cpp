// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/config/configuration.h"
#include "convert/config/options.h"
#include "tests/support/test.h"
#include <glib/gstdio.h>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

static const std::string hash = "$6$saltsalt$" + std::string(86, 'x');
static const std::string key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl user@host";

static Configuration parsed(const std::string &text) { return unwrap(parse_configuration(text, "f.yaml")); }
static std::string refused(const std::string &text) {
    return message_of(parse_configuration(text, "f.yaml"), H2K_ERROR_USAGE);
}
static std::string user(const std::string &members) { return "users: {create: [{name: ann, " + members + "}]}"; }

static void manifests_are_read() {
    const auto text = replace_all(R"({
  "version": "1.0", "source": {"type": "vmdk", "path": "/d.vmdk"},
  "configuration": {
    "users": {"create": [{"name": "sysadmin", "uid": 1001, "password": "HASH", "groups": ["wheel", "docker"],
	  "shell": "\/bin\/bash", "ssh_authorized_keys": ["KEY"]}]},
    "services": {"enable": ["sshd", "docker"], "disable": ["vmware-tools"]},
    "hostname": {"hostname": "webserver01", "domain": "example.com",
      "hosts": [{"ip": "127.0.0.1", "hostname": "localhost"},
                {"ip": "10.0.0.10", "hostname": "webserver01.example.com webserver01"}]},
    "network": {"systemd_networkd": [{"filename": "10-eth0.network", "content": "[Match]\nName=eth0\n\n[Network]\nDHCP=yes"}]}
  }})",
                                  "HASH", hash);
    const auto made = parsed(replace_all(text, "KEY", key));
    const auto &account = made.users.at(0);
    assert_equal(account.name, "sysadmin");
    g_assert_cmpuint(account.uid.value_or(0), ==, 1001);
    assert_equal(join(account.groups, " "), "wheel docker");
    assert_equal(account.shell, "/bin/bash");
    assert_equal(account.password_hash, hash);
    assert_equal(account.ssh_keys.at(0), key);
    assert_equal(join(made.enable_services, " "), "sshd.service docker.service");
    assert_equal(made.hostname + " " + made.domain, "webserver01 example.com");
    g_assert_cmpuint(made.hosts.size(), ==, 2);
    assert_equal(join(made.hosts[1].second, " "), "webserver01.example.com webserver01");
    assert_equal(made.networkd.at(0).content, "[Match]\nName=eth0\n\n[Network]\nDHCP=yes\n");
}

static void other_spellings_are_read() {
    const auto made = parsed(replace_all(R"(
users:
  users:
    - {username: ann, ssh_keys: KEY, sudo_nopasswd: yes, groups: "wheel, docker", gid: 100, comment: Ann, lock: true,
       home: /srv/ann/, create_home: false}
  disable_users: [bob]
  delete_users: carl
services: {mask: [cups.socket, "getty@tty1"]}
hostname:
  fqdn: web.example.com
  hosts: {10.0.0.1: a.example.com a, "::1": [b, c]}
network:
  network_files: [{name: eth0, content: "[Match]"}, {name: br0, type: netdev, priority: 5, content: x}]
  nm_connections: [{name: lan, content: "[connection]"}]
  enable_networkd: true
  enable_network_manager: false
firstboot:
  scripts:
    - {name: late, order: 90, content: "echo late"}
    - {name: early, order: 1, content: "#!/usr/bin/python3\npass\n"}
  keep_enabled: false
  script: |
    echo only
)",
                                         "KEY", key));
    g_assert_true(made.users.empty() == false);
    const auto &account = made.users[0];
    g_assert_true(account.sudo && account.lock && !account.create_home);
    assert_equal(join(account.groups, " "), "wheel docker");
    assert_equal(account.home, "/srv/ann");
    assert_equal(made.disable_users.at(0) + made.delete_users.at(0), "bobcarl");
    assert_equal(join(made.mask_services, " "), "cups.socket getty@tty1.service");
    assert_equal(made.hostname + " " + made.domain, "web example.com");
    assert_equal(join(made.hosts.at(1).second, " "), "b c");
    assert_equal(made.networkd.at(0).name + " " + made.networkd.at(1).name, "50-eth0.network 05-br0.netdev");
    assert_equal(made.network_manager.at(0).name, "lan.nmconnection");
    assert_equal(join(made.enable_services, " "), "systemd-networkd.service");
    std::string scripts;
    for (const auto &script : made.first_boot)
        scripts += std::to_string(script.order) + " " + script.name + " " + script.content;
    assert_equal(scripts, "20 early #!/usr/bin/python3\npass\n21 script #!/bin/sh\necho only\n22 late "
                          "#!/bin/sh\necho late\n");
}

static void places_are_named() {
    assert_equal(refused("users:\n  creat:\n    - {}\n"), "f.yaml:3: Unknown key “creat”; did you mean “create”?");
    assert_equal(refused("a: [1"), "f.yaml:2: This is neither YAML nor JSON: did not find expected ',' or ']'.");
    assert_equal(refused("a: 1\na: 2\n"), "f.yaml:2: The key “a” is repeated.");
    assert_equal(refused(user("home: /a, homedir: /b")), "f.yaml:1: “homedir” means the same as another key here.");
    assert_equal(refused("x: &a [1]\ny: *a\n"), "f.yaml:2: Aliases (*NAME) are not supported; write the value out.");
    assert_equal(refused("users: ~\n---\nusers: ~\n"),
                 "f.yaml:2: A second document begins here; a file may hold only one.");
    assert_equal(refused("zzzzzzzzz: 1"), "f.yaml:1: Unknown key “zzzzzzzzz”.");
    refused(std::string(2000, '[') + std::string(2000, ']'));
    refused("a: \xff");
    refused("- a");
    refused("a: \"\\0\"");
    parsed("");
    parsed("{}");
    parsed("users:\nservices: null\n");
}

static void accounts_are_checked() {
    assert_equal(refused(user("password: secret")).find("secret") == std::string::npos ? "" : "shown", "");
    for (const auto *bad :
         {"uid: 0", "uid: -1", "uid: 65535", "uid: 4294967295", "uid: x", "shell: bash", "shell: '/a:b'",
          "home: /a/../b", "home: /", "groups: ['a b']", "groups: ['-a']", "comment: 'a:b'",
          "ssh_keys: [ssh-rsa AAAAB3]", "ssh_keys: ['ssh-ed25519 AAAA\nx']", "sudo: maybe", "password: '$6$salt$short'",
          "password: '!'", "comment: \"a\\nb\"", "sudo: ALL"})
        refused(user(bad));
    for (const auto *bad : {"'Ann Lee'", "-a", "1a", "''", "a/b", "a:b", "aaaaaaaaaabbbbbbbbbbccccccccccddd"})
        refused("users: [{name: " + std::string{bad} + "}]");
    refused("users: [{uid: 5}]");
    refused("users: [{name: a}, {name: a}]");
    refused("users: [{name: a, uid: 7}, {name: b, uid: 7}]");
    refused("users: {create: [{name: a}], delete_users: [a]}");
    refused("users: {delete_users: [root]}");
    parsed(user("password: '" + hash + "'"));
    parsed(user("password: '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$" + std::string(43, 'z') + "'"));
    assert_equal(
        parsed("users: [{name: root, ssh_keys: ['from=\"10.0.0.1, b\" " + key + "']}]").users.at(0).ssh_keys.at(0),
        "from=\"10.0.0.1, b\" " + key);
}

static void other_blocks_are_checked() {
    for (const auto *bad : {"services: {enable: ['a b']}",
                            "services: {enable: ['../a']}",
                            "services: {enable: ['-x']}",
                            "services: {enable: [a], mask: [a.service]}",
                            "hostname: {hostname: a_b}",
                            "hostname: -a",
                            "hostname: a..b",
                            "hostname: {domain: x.y}",
                            "hostname: {fqdn: a}",
                            "hostname: {hostname: b, fqdn: a.x}",
                            "hostname: {hosts: {300.0.0.1: a}}",
                            "hostname: {hosts: [{ip: 10.0.0.1}]}",
                            "hostname: {hosts: {10.0.0.1: a_b}}",
                            "network: {systemd_networkd: [{filename: ../a.network, content: x}]}",
                            "network: {systemd_networkd: [{filename: a.conf, content: x}]}",
                            "network: {systemd_networkd: [{filename: .network, content: x}]}",
                            "network: {network_files: [{name: a, type: b, content: x}]}",
                            "network: {nm_connections: [{name: a, content: x}, {name: a.nmconnection, content: y}]}",
                            "firstboot: {scripts: [{name: a/b, content: x}]}",
                            "firstboot: {scripts: [{name: a}]}",
                            "firstboot: {keep_enabled: true}",
                            "firstboot: {service_name: x}",
                            "firstboot: {script: \"#!/bin/sh\\r\\n\"}"})
        refused(bad);
    refused("firstboot: {script: \"" + std::string((1u << 20) + 1, 'x') + "\"}");
    assert_equal(parsed("hostname: web.example.com").hostname, "web.example.com");
    assert_equal(parsed("services: {enable: docker.io}").enable_services.at(0), "docker.io.service");
}

static void the_option_reads_a_file() {
    Request request;
    message_of(set_option(request, "configuration", "/nonexistent/f"), H2K_ERROR_USAGE);
    const Owned<char> path{g_build_filename(g_get_tmp_dir(), "h2k-test-configuration.json", nullptr)};
    unwrap(write_file(path.get(), R"({"hostname": {"hostname": "web"}})"));
    unwrap(set_option(request, "configuration", path.get()));
    assert_equal(request.repair.configuration.hostname, "web");
    g_remove(path.get());
    message_of(set_option(request, "machine-id", "renew"), H2K_ERROR_USAGE);
    unwrap(set_option(request, "machine-id", "new"));
    g_assert_true(request.repair.machine_id == MachineId::renew);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/configuration/manifest", manifests_are_read);
    g_test_add_func("/configuration/spellings", other_spellings_are_read);
    g_test_add_func("/configuration/places", places_are_named);
    g_test_add_func("/configuration/accounts", accounts_are_checked);
    g_test_add_func("/configuration/blocks", other_blocks_are_checked);
    g_test_add_func("/configuration/option", the_option_reads_a_file);
    return g_test_run();
}
