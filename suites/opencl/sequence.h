// OpenCL calls one after the other, of which the first that fails ends the sequence.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "suites/opencl/session.h"

namespace vfqual::opencl {

struct Range {
  cl_uint dimensions = 1;
  std::array<std::size_t, 2> global{1, 1};
  std::array<std::size_t, 2> local{1, 1};
};

// At least `count` items in work-groups of 64, the same size for all one-dimensional kernels.
Range Items(std::size_t count);
// At least `columns` x `rows` items in work-groups of 8 x 8.
Range Items(std::size_t columns, std::size_t rows);

// After a failure every call returns at once (with empty handles), and Done tells the failure. The session, the program
// and the queue (by default the session's) must outlive the object.
class Sequence {
 public:
  Sequence(const Session& session, const Program& program) : Sequence(session, program, session.queue.get()) {}
  Sequence(const Session& session, const Program& program, cl_command_queue queue)
      : session_(session), program_(program), queue_(queue) {}

  Buffer Allocate(std::size_t bytes);
  template <class T>
  Buffer Upload(std::span<const T> values) {
    auto buffer = Allocate(values.size_bytes());
    if (buffer) WriteBytes(buffer.get(), values.size_bytes(), values.data());
    return buffer;
  }

  // Enqueues `kernel` with its arguments: an Owner, a cl_mem or a value each. `event` gets the command's where asked.
  template <class... Arguments>
  void Run(const char* kernel, const Range& range, const Arguments&... arguments) {
    RunTimed(kernel, range, nullptr, {}, arguments...);
  }
  template <class... Arguments>
  void RunTimed(const char* kernel, const Range& range, Event* event, std::span<const cl_event> wait_for,
                const Arguments&... arguments) {
    const auto made = Prepare(kernel);
    if (made) Note("clSetKernelArg", SetArguments(made, Raw(arguments)...));
    if (made) Enqueue(made, range, event, wait_for);
  }
  void Enqueue(const Kernel& kernel, const Range& range, Event* event, std::span<const cl_event> wait_for);
  Kernel Prepare(const char* kernel);

  // Waits for the data, and so for what was enqueued before it in an in-order queue.
  template <class T>
  void Read(const Buffer& buffer, std::span<T> values, std::size_t offset_bytes = 0) {
    ReadBytes(buffer.get(), offset_bytes, values.size_bytes(), values.data());
  }
  template <class T>
  void WriteOne(const Buffer& buffer, std::size_t index, const T& value) {
    WriteBytes(buffer.get(), sizeof value, &value, index * sizeof value);
  }
  void Finish();

  // For calls that this class has no function for. True where all went well so far.
  bool Note(const char* call, cl_int status);
  bool Ok() const { return done_.has_value(); }
  Result<void> Done() const { return done_; }
  cl_command_queue Queue() const { return queue_; }

 private:
  template <class T>
  static const T& Raw(const T& value) {
    return value;
  }
  static cl_mem Raw(const Buffer& buffer) { return buffer.get(); }
  void ReadBytes(cl_mem buffer, std::size_t offset, std::size_t bytes, void* values);
  void WriteBytes(cl_mem buffer, std::size_t bytes, const void* values, std::size_t offset = 0);

  const Session& session_;
  const Program& program_;
  cl_command_queue queue_;
  Result<void> done_;
};

}  // namespace vfqual::opencl
