// How many multiplications and additions a device does in a second.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "suites/opencl/session.h"

namespace vfqual::bench {

enum class Arithmetic { kFp32, kFp16, kInt32 };

// How a work-item computes.
struct Shape {
  std::size_t width = 0;   // of its vectors; 0: of those that the device computes with
  std::size_t chains = 8;  // that do not depend on each other: 8 or 1
};

class Throughput {
 public:
  // Builds the kernel, finds how much work takes it a few milliseconds,
  // and verifies what it computed. The session must outlive the object.
  static opencl::Result<Throughput> Make(const opencl::Session& session, Arithmetic arithmetic, Shape shape = {});

  // Computes once and waits for the end.
  opencl::Result<void> Pass() const;
  // Compares what the last pass left with the host's.
  opencl::Result<void> Verify() const;

  double OperationsPerPass() const;  // a multiplication and an addition are two
  std::size_t Width() const { return width_; }
  std::size_t Rounds() const { return rounds_; }
  std::size_t Chains() const { return chains_; }

 private:
  explicit Throughput(const opencl::Session& session, Arithmetic arithmetic)
      : session_(&session), arithmetic_(arithmetic) {}
  opencl::Result<void> SetRounds(std::size_t rounds);
  opencl::Result<void> Calibrate();
  opencl::Result<std::vector<double>> ReadScalars() const;
  std::vector<double> ExpectedOfAGroup() const;

  const opencl::Session* session_;
  Arithmetic arithmetic_;
  std::size_t width_ = 1;
  std::size_t chains_ = 8;
  std::size_t items_ = 0;
  std::size_t rounds_ = 1;
  opencl::Program program_;
  opencl::Kernel kernel_;
  opencl::Buffer result_;
};

// Whether the device can: fp16 is an extension.
bool Offers(const opencl::Device& device, Arithmetic arithmetic);

}  // namespace vfqual::bench
