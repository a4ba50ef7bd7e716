// SPDX-License-Identifier: LGPL-2.1-or-later
// What is hidden in lines that are shown, and how passphrases are kept.
#include "convert/base/secrets/mask.h"
#include "convert/base/secrets/secret.h"
#include "tests/support/test.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

void are_hidden_by_their_names() {
    const std::pair<const char *, const char *> lines[] = {
        {"//srv/x /mnt cifs username=u,password=abc,uid=1000 0 0",
         "//srv/x /mnt cifs username=u,password=[hidden],uid=1000 0 0"},
        {"//srv/x /mnt cifs user=u,pass=abc 0 0", "//srv/x /mnt cifs user=u,pass=[hidden] 0 0"},
        {"//srv/x /mnt cifs credentials=/root/c 0 0", "//srv/x /mnt cifs credentials=/root/c 0 0"},
        {"//srv/x /mnt cifs credentials=u:abc 0 0", "//srv/x /mnt cifs credentials=[hidden] 0 0"},
        {"psk=my long phrase, really", "psk=[hidden]"},
        {"    wpa-psk \"a b\"", "    wpa-psk [hidden]"},
        {"\twireless-key s:abc", "\twireless-key [hidden]"},
        {"wep-key0=abc", "wep-key0=[hidden]"},
        {"        password: \"s3 cret\"", "        password: [hidden]"},
        {"- password: a: b", "- password: [hidden]"},
        {"      auth: {key-management: psk, password: \"a b\", identity: x}",
         "      auth: {key-management: psk, password: [hidden], identity: x}"},
        {"{\"passwd\": \"a\\\"b\", \"name\": \"x\"}", "{\"passwd\": [hidden]b\", \"name\": \"x\"}"},
        {"private-key-password=x", "private-key-password=[hidden]"},
        {"PrivateKey = abc=", "PrivateKey = [hidden]"},
        {"password_pbkdf2 root grub.pbkdf2.sha512.10000.AB.CD", "password_pbkdf2 [hidden]"},
        {"password --md5 $1$a$b", "password [hidden]"},
        {"set superusers=\"root\"", "set superusers=\"root\""},
        {"GRUB_CMDLINE_LINUX=\"quiet token=abc ro\"", "GRUB_CMDLINE_LINUX=\"quiet token=[hidden] ro\""},
        {"http_proxy=http://u:abc@proxy:3128/", "http_proxy=http://u:[hidden]@proxy:3128/"},
        {"Could not open '/tmp/secret': Permission denied", "Could not open '/tmp/secret': Permission denied"},
        {"password=", "password="},
        {"# <file system> <mount point> <type> <options> <dump> <pass>",
         "# <file system> <mount point> <type> <options> <dump> <pass>"},
        {"UUID=1 / ext4 defaults,passno 0 1", "UUID=1 / ext4 defaults,passno 0 1"},
        {"PasswordAuthentication yes", "PasswordAuthentication yes"},
        {"iface eth0 inet static", "iface eth0 inet static"},
    };
    for (const auto &[line, shown] : lines) {
        assert_equal(without_secrets(line), shown);
        assert_equal(without_secrets(without_secrets(line)), shown);
    }
}

void are_hidden_by_their_form() {
    const std::pair<const char *, const char *> lines[] = {
        {"root:$6$salt$hash:19000:0:99999:7:::", "root:[hidden]:19000:0:99999:7:::"},
        {"ann:!$y$j9T$a$b:19000:0:99999:7:::", "ann:![hidden]:19000:0:99999:7:::"},
        {"old:ab12CD34ef56g:19000:0:99999:7:::", "old:[hidden]:19000:0:99999:7:::"},
        {"old:ab12CD34ef56g:0:0:Root:/root:/bin/sh", "old:[hidden]:0:0:Root:/root:/bin/sh"},
        {"root:x:0:0:Root:/root:/bin/sh", "root:x:0:0:Root:/root:/bin/sh"},
        {"daemon:*:19000:0:99999:7:::", "daemon:*:19000:0:99999:7:::"},
        {"    hash: {SSHA}abc", "    hash: [hidden]"},
        {"swap /dev/sda2 s3cret luks,discard", "swap /dev/sda2 [hidden] luks,discard"},
        {"root UUID=1 none luks", "root UUID=1 none luks"},
        {"root UUID=1 /etc/key luks", "root UUID=1 /etc/key luks"},
        {"swap /dev/sda2 /dev/urandom swap,cipher=aes", "swap /dev/sda2 /dev/urandom swap,cipher=aes"},
        {"b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAABlwAA", "[hidden]"},
        {"  MIIEpAIBAAKCAQEAx+abc/def0123456789ABCDEFGHIJKLMNOPQRSTUVWX==", "[hidden]"},
        {"/usr/lib/x86/modules/kernel/drivers/block/virtio", "/usr/lib/x86/modules/kernel/drivers/block/virtio"},
        {"0123456789abcdef0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef0123456789abcdef"},
    };
    for (const auto &[line, shown] : lines)
        assert_equal(without_secrets(line), shown);
    assert_equal(without_secrets("a\npsk=x\r\n\nb"), "a\npsk=[hidden]\r\n\nb");
    assert_equal(without_secrets(""), "");
}

void messages_have_none() {
    const Result<> failed = fail(H2K_ERROR_SOURCE, "“%s”", "//srv/x /mnt cifs password=abc,ro");
    assert_equal(failed.error().message(), "“//srv/x /mnt cifs password=[hidden],ro”");
}

void are_one_block() {
    std::string text{"a passphrase that is long enough for memory of its own"};
    const std::string before = text;
    const char *bytes = text.data();
    const Secret secret{std::move(text)};
    assert_equal(secret.view(), before);
    g_assert_cmpint(bytes[0], ==, 0); // the string still has its memory
    const Secret copy = secret;
    g_assert_true(copy.view().data() == secret.view().data());
    assert_equal(copy.c_str(), before);
    assert_equal(secret.with_line_end().view(), before + "\n");
    assert_equal(secret.with_line_end().without_line_end().view(), before);
    assert_equal(secret.without_line_end().view(), before);
    g_assert_true(Secret{}.empty() && Secret{}.c_str()[0] == 0);
    std::string plain{"short"};
    wipe(plain);
    g_assert_true(plain.empty() && plain.data()[1] == 0);
}

void are_read_without_a_dump() {
    const Owned<char> folder{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    const auto path = std::string{folder.get()} + "/key";
    rlimit limit{};
    g_assert_cmpint(getrlimit(RLIMIT_CORE, &limit), ==, 0);
    limit.rlim_cur = limit.rlim_max;
    g_assert_cmpint(setrlimit(RLIMIT_CORE, &limit), ==, 0);
    g_assert_true(g_file_set_contents(path.c_str(), "x\ny\n", -1, nullptr));
    assert_equal(unwrap(Secret::read(path, 4)).view(), "x\ny\n");
    g_assert_cmpint(getrlimit(RLIMIT_CORE, &limit), ==, 0);
    g_assert_cmpuint(limit.rlim_cur, <=, 1);
    test::message_of(Secret::read(path, 3), H2K_ERROR_FAILED);
    test::message_of(Secret::read(path + ".missing", 3), H2K_ERROR_FAILED);
    unlink(path.c_str());
    rmdir(folder.get());
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/secrets/names", are_hidden_by_their_names);
    g_test_add_func("/secrets/forms", are_hidden_by_their_form);
    g_test_add_func("/secrets/messages", messages_have_none);
    g_test_add_func("/secrets/block", are_one_block);
    g_test_add_func("/secrets/read", are_read_without_a_dump);
    return g_test_run();
}
