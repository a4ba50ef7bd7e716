// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/process/subprocess.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <thread>

namespace h2k {

namespace {

constexpr std::size_t chunk_size = 64u << 10;
constexpr std::size_t errors_kept = 64u << 10;

Ref<GSubprocess> spawn(const Command &command, GError **error) {
    auto flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
    if (!command.input.empty())
        flags = static_cast<GSubprocessFlags>(flags | G_SUBPROCESS_FLAGS_STDIN_PIPE);
    const auto launcher =
        Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(static_cast<GSubprocessFlags>(flags)));
    g_subprocess_launcher_setenv(launcher.get(), "LC_ALL", "C", TRUE);
    for (const auto &[name, value] : command.environment)
        g_subprocess_launcher_setenv(launcher.get(), name.c_str(), value.c_str(), TRUE);
    // A killed job must not leave its programs running.  The thread that starts one waits for it, so it does not end
    // earlier.
    g_subprocess_launcher_set_child_setup(
        launcher.get(), [](gpointer) { prctl(PR_SET_PDEATHSIG, SIGKILL); }, nullptr, nullptr);
    for (const auto &file : command.files)
        if (const int copy = fcntl(file.get(), F_DUPFD_CLOEXEC, 0); copy >= 0)
            g_subprocess_launcher_take_fd(launcher.get(), copy, file.get());
    std::vector<const char *> argv;
    for (const auto &word : command.argv)
        argv.push_back(word.c_str());
    argv.push_back(nullptr);
    return Ref<GSubprocess>::adopt(g_subprocess_launcher_spawnv(launcher.get(), argv.data(), error));
}

/// Reads @stream to its end; @take gets each chunk.
void drain(GInputStream *stream, const std::function<void(std::string_view)> &take) {
    std::string buffer(chunk_size, '\0');
    for (;;) {
        const gssize n = g_input_stream_read(stream, buffer.data(), buffer.size(), nullptr, nullptr);
        if (n <= 0)
            return;
        take(std::string_view{buffer}.substr(0, static_cast<std::size_t>(n)));
    }
}

void feed(GSubprocess *process, const std::string &input) {
    auto *pipe = g_subprocess_get_stdin_pipe(process);
    g_output_stream_write_all(pipe, input.data(), input.size(), nullptr, nullptr, nullptr);
    g_output_stream_close(pipe, nullptr, nullptr);
}

void kill_process(GCancellable *, gpointer process) { g_subprocess_force_exit(G_SUBPROCESS(process)); }

int status_of(GSubprocess *process) {
    return g_subprocess_get_if_exited(process) ? g_subprocess_get_exit_status(process)
                                               : 128 + g_subprocess_get_term_sig(process);
}

} // namespace

Result<Finished> run_command(const Command &command, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    GError *error = nullptr;
    const auto process = spawn(command, &error);
    if (!process)
        return std::unexpected(Error::take(error));
    const gulong watch =
        cancel ? g_cancellable_connect(cancel, G_CALLBACK(kill_process), g_object_ref(process.get()), g_object_unref)
               : 0;

    Finished done;
    bool too_much = false;
    std::jthread errors{[&] {
        drain(g_subprocess_get_stderr_pipe(process.get()), [&](std::string_view chunk) {
            done.errors += chunk;
            if (done.errors.size() > errors_kept)
                done.errors.erase(0, done.errors.size() - errors_kept);
        });
    }};
    std::jthread input;
    if (!command.input.empty())
        input = std::jthread{[&] { feed(process.get(), command.input); }};
    drain(g_subprocess_get_stdout_pipe(process.get()), [&](std::string_view chunk) {
        if (command.on_output)
            return command.on_output(chunk);
        if (done.output.size() + chunk.size() > command.output_limit) {
            too_much = true;
            return g_subprocess_force_exit(process.get());
        }
        done.output += chunk;
    });
    errors.join();
    if (input.joinable())
        input.join();
    g_subprocess_wait(process.get(), nullptr, nullptr);
    if (watch)
        g_cancellable_disconnect(cancel, watch);
    H2K_CHECK(check_cancelled(cancel));
    if (too_much)
        return fail(H2K_ERROR_FAILED, _("%s printed more than %zu bytes."), command.argv.front().c_str(),
                    command.output_limit);
    done.status = status_of(process.get());
    return done;
}

Result<std::string> require_command(const Command &command, GCancellable *cancel) {
    auto done = H2K_TRY(run_command(command, cancel));
    if (done.status == 0)
        return std::move(done.output);
    const auto said = lines(trim(done.errors));
    return fail(H2K_ERROR_FAILED, _("%s failed with status %d: %s"), command.argv.front().c_str(), done.status,
                said.empty() ? "-" : said.back().c_str());
}

} // namespace h2k
