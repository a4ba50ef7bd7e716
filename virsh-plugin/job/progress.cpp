// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/job/progress.h"
#include "virsh-plugin/print.h"
#include <cmath>
#include <cstdio>
#include <json-glib/json-glib.h>
#include <unistd.h>

namespace cli {

namespace {

constexpr int bar_width = 30;

void print_object(JsonObject *object) {
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    json_node_take_object(node, object);
    g_autofree char *text = json_to_string(node, FALSE);
    print((std::string{text} + "\n").c_str());
}

JsonObject *line_of(const char *type, const char *stage) {
    JsonObject *object = json_object_new();
    json_object_set_string_member(object, "type", type);
    json_object_set_string_member(object, "stage", stage);
    return object;
}

void print_json_progress(const char *stage, double fraction, const char *message) {
    JsonObject *object = line_of("progress", stage);
    if (fraction >= 0)
        json_object_set_double_member(object, "fraction", fraction);
    json_object_set_string_member(object, "message", one_line(message).c_str());
    print_object(object);
}

void print_json_warning(const char *stage, const char *id, H2kSeverity severity, const char *message) {
    JsonObject *object = line_of("warning", stage);
    json_object_set_string_member(object, "id", id);
    json_object_set_string_member(object, "severity", severity == H2K_SEVERITY_NOTE ? "note" : "warning");
    json_object_set_string_member(object, "message", one_line(message).c_str());
    print_object(object);
}

} // namespace

void print_json_result(const char *report) {
    // Line ends stand only between the tokens of a JSON text.
    std::string line = "{\"type\":\"result\",\"report\":";
    for (const char *at = report ? report : "null"; *at; ++at)
        if (*at != '\n')
            line += *at;
    print((line + "}\n").c_str());
}

ProgressView::ProgressView(H2kJob *job, const OutputOptions &output, bool json_lines, Warnings warnings)
    : output_(output), json_lines_(json_lines),
      bar_(!json_lines && !output.quiet && !output.verbose && isatty(STDERR_FILENO)), warnings_(warnings) {
    g_signal_connect(job, "progress", G_CALLBACK(on_progress), this);
    g_signal_connect(job, "warning", G_CALLBACK(on_warning), this);
}

ProgressView::~ProgressView() { clear(); }

void ProgressView::on_progress(H2kJob *, const char *stage, double fraction, const char *message, gpointer data) {
    auto *self = static_cast<ProgressView *>(data);
    if (*message)
        self->message_ = one_line(message);
    if (self->json_lines_)
        print_json_progress(stage, fraction, message);
    else if (self->bar_)
        self->draw(fraction);
    else if (self->output_.verbose && *message)
        std::fprintf(stderr, "[%s] %s\n", stage, self->message_.c_str());
}

void ProgressView::on_warning(H2kJob *, const char *stage, const char *id, H2kSeverity severity, const char *message,
                              gpointer data) {
    auto *self = static_cast<ProgressView *>(data);
    if (self->json_lines_)
        return print_json_warning(stage, id, severity, message);
    if (self->output_.quiet)
        return;
    if (self->warnings_ == Warnings::with_document) {
        self->waiting_.emplace_back(severity, message);
        return;
    }
    self->clear();
    print_notice(severity, message);
}

void ProgressView::print_waiting() {
    clear();
    for (const auto &[severity, message] : waiting_)
        print_notice(severity, message.c_str());
}

/// One line that is drawn over; the fraction as a bar, or dots where it cannot be known.
void ProgressView::draw(double fraction) {
    std::string bar;
    if (fraction >= 0) {
        const auto full = static_cast<int>(std::lround(std::min(fraction, 1.0) * bar_width));
        for (int i = 0; i < bar_width; ++i)
            bar += i < full ? '#' : ' ';
        std::fprintf(stderr, "\r\033[K[%s] %3ld%% %.80s", bar.c_str(), std::lround(std::min(fraction, 1.0) * 100),
                     message_.c_str());
    } else {
        std::fprintf(stderr, "\r\033[K%.110s …", message_.c_str());
    }
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressView::clear() {
    if (!drawn_)
        return;
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

} // namespace cli
