#include "media/transcode/worker_link.hpp"

#include "media/transcode/encoder_choice.hpp"
#include "media/transcode/wire/coding.hpp"
#include "media/transcode/wire/message_reader.hpp"
#include "system/io/give_way.hpp"

#include <array>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace directfanz::transcode {
namespace {

/// Large enough for an access unit as a rule.
constexpr std::size_t kReadSize = 64 * 1024;
/// Read without a turn for the loop's others.
constexpr int kReadsATurn = 8;

}  // namespace

/// Held by the coroutines, too: they see that it is closed and end.
struct WorkerLink::State {
    State(io::EventLoop& l, io::ChildProcess c) : loop(l), child(std::move(c)) {}

    io::EventLoop& loop;
    io::ChildProcess child;
    Handlers handlers;
    std::optional<wire::Ready> ready;
    wire::MessageReader<wire::FromWorker> reader;
    /// Heads and payloads, in order; `written` bytes of the first have gone.
    std::deque<Blob> queue;
    std::size_t written = 0;
    std::size_t queued = 0;
    bool writing = false;
    bool closed = false;
};

Result<std::unique_ptr<WorkerLink>> WorkerLink::start(io::EventLoop& loop, Program const& program) {
    std::vector<std::string> arguments;
    if (program.encoder != kSoftwareEncoder) arguments = {"--encoder", program.encoder};
    if (program.address_space != 0) {
        arguments.emplace_back("--memory-mib");
        arguments.push_back(std::to_string(program.address_space >> 20));
    }
    auto child = io::ChildProcess::start(loop, program.path, arguments);
    if (!child) return std::unexpected(std::move(child.error()));
    auto state = std::make_shared<State>(loop, std::move(*child));
    loop.spawn(read(state));
    return std::unique_ptr<WorkerLink>(new WorkerLink(std::move(state)));
}

WorkerLink::WorkerLink(std::shared_ptr<State> state) : state_(std::move(state)) {}

WorkerLink::~WorkerLink() {
    state_->closed = true;
    state_->handlers = {};
    state_->child.kill();
    state_->child.stream().cancel();
}

void WorkerLink::set_handlers(Handlers handlers) {
    state_->handlers = std::move(handlers);
    if (state_->ready && state_->handlers.on_message) {
        auto const on_message = state_->handlers.on_message;
        on_message(*state_->ready);
    }
}

bool WorkerLink::ready() const {
    return state_->ready.has_value();
}

bool WorkerLink::lost() const {
    return state_->closed;
}

std::size_t WorkerLink::queued_bytes() const {
    return state_->queued;
}

pid_t WorkerLink::process() const {
    return state_->child.id();
}

std::optional<io::ProcessUsage> WorkerLink::usage() const {
    return state_->child.usage();
}

void WorkerLink::lose(State& state, std::string const& why) {
    if (std::exchange(state.closed, true)) return;
    state.child.kill();
    state.child.stream().cancel();
    state.queue.clear();
    state.queued = 0;
    auto const on_lost = std::exchange(state.handlers, {}).on_lost;
    if (on_lost) on_lost(why);
}

void WorkerLink::take(State& state, wire::FromWorker message) {
    if (auto const* const ready = std::get_if<wire::Ready>(&message)) state.ready = *ready;
    // Whoever is told may drop the link, and the handlers with it.
    auto const on_message = state.handlers.on_message;
    if (on_message) on_message(std::move(message));
}

io::Task<> WorkerLink::read(std::shared_ptr<State> state) {
    std::vector<std::uint8_t> buffer(kReadSize);
    auto reads = 0;
    while (!state->closed) {
        auto const outcome = state->child.stream().read(buffer);
        if (outcome.status == io::IoStatus::would_block) {
            co_await state->child.stream().ready(io::Readiness::readable);
            continue;
        }
        if (outcome.status != io::IoStatus::done) break;
        auto messages = state->reader.feed(ByteView(buffer).first(outcome.bytes));
        if (!messages) {
            lose(*state, describe(messages.error()));
            co_return;
        }
        for (auto& message : *messages) {
            if (!state->closed) take(*state, std::move(message));
        }
        if (++reads % kReadsATurn == 0) co_await io::give_way();
    }
    if (state->closed) co_return;
    // It has closed its end, so it is about to end; what does not is no better than hung.
    state->child.kill();
    auto const status = co_await state->child.ended();
    lose(*state, io::describe(status));
}

bool WorkerLink::write_now(State& state) {
    while (!state.queue.empty()) {
        std::array<iovec, io::kMaxGather> parts{};
        std::size_t count = 0;
        for (auto const& blob : state.queue) {
            if (count == parts.size()) break;
            auto const skip = count == 0 ? state.written : 0;
            parts[count++] = {.iov_base = const_cast<std::uint8_t*>(blob.data()) + skip,
                              .iov_len = blob.size() - skip};
        }
        auto const outcome = state.child.stream().write(std::span(parts).first(count));
        if (outcome.status != io::IoStatus::done) {
            // The reader hears of a broken socket, too.
            return outcome.status != io::IoStatus::would_block;
        }
        state.queued -= outcome.bytes;
        state.written += outcome.bytes;
        while (!state.queue.empty() && state.written >= state.queue.front().size()) {
            state.written -= state.queue.front().size();
            state.queue.pop_front();
        }
    }
    return true;
}

io::Task<> WorkerLink::write(std::shared_ptr<State> state) {
    while (!state->closed) {
        co_await state->child.stream().ready(io::Readiness::writable);
        if (state->closed || write_now(*state)) break;
    }
    state->writing = false;
}

WorkerLink::Sent WorkerLink::send(wire::ToWorker const& message) {
    auto& state = *state_;
    if (state.closed) return Sent::no;
    auto encoded = wire::encode(message);
    if (!encoded) return Sent::no;
    auto const size = encoded->head.size() + encoded->payload.size();
    auto const control = encoded->payload.empty();
    auto const room = kMaxQueuedBytes + (control ? kMaxControlBytes : 0);
    auto const most = kMaxQueuedMessages * (control ? 2 : 1);
    if (state.queued + size > room || state.queue.size() >= most) return Sent::full;
    state.queued += size;
    state.queue.emplace_back(std::move(encoded->head));
    if (!encoded->payload.empty()) state.queue.push_back(std::move(encoded->payload));
    if (state.writing || write_now(state)) return Sent::yes;
    state.writing = true;
    state.loop.spawn(write(state_));
    return Sent::yes;
}

}  // namespace directfanz::transcode
