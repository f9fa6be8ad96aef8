#include "suites/opencl/session.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace vfqual::opencl {
namespace {

constexpr std::size_t kLogBytes = 8192;

std::string BuildLog(cl_program program, cl_device_id device) {
  std::size_t size = 0;
  if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &size) != CL_SUCCESS) return {};
  std::string log(size, '\0');
  if (clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, size, log.data(), nullptr) != CL_SUCCESS) return {};
  log.resize(std::min(log.find_last_not_of(std::string_view("\0\n ", 3)) + 1, kLogBytes));
  return log;
}

}  // namespace

Result<Session> OpenSession(const Device& device) {
  Session session{.device = device, .context = nullptr, .queue = nullptr};
  cl_int status = CL_SUCCESS;
  session.context.reset(clCreateContext(nullptr, 1, &device.id, nullptr, nullptr, &status));
  if (status != CL_SUCCESS) return CallFailed("clCreateContext", status);
  session.queue.reset(clCreateCommandQueueWithProperties(session.context.get(), device.id, nullptr, &status));
  if (status != CL_SUCCESS) return CallFailed("clCreateCommandQueueWithProperties", status);
  return session;
}

Result<Session> OpenDefaultSession(bool allow_cpu_device) {
  return ListDevices()
      .and_then([=](const std::vector<Device>& devices) { return ChooseDevice(devices, allow_cpu_device); })
      .and_then(OpenSession);
}

Result<Program> BuildProgram(const Session& session, const std::string& source) {
  const char* text = source.data();
  const std::size_t length = source.size();
  cl_int status = CL_SUCCESS;
  Program program(clCreateProgramWithSource(session.context.get(), 1, &text, &length, &status));
  if (status != CL_SUCCESS) return CallFailed("clCreateProgramWithSource", status);
  status = clBuildProgram(program.get(), 1, &session.device.id, "", nullptr, nullptr);
  if (status != CL_SUCCESS) {
    auto failure = CallFailed("clBuildProgram", status);
    if (const auto log = BuildLog(program.get(), session.device.id); !log.empty()) failure.value().what += "\n" + log;
    return failure;
  }
  return program;
}

Result<Kernel> MakeKernel(const Program& program, const char* name) {
  cl_int status = CL_SUCCESS;
  Kernel kernel(clCreateKernel(program.get(), name, &status));
  if (status != CL_SUCCESS) return CallFailed("clCreateKernel", status);
  return kernel;
}

Result<Buffer> MakeBuffer(const Session& session, cl_mem_flags flags, std::size_t bytes, void* host_data) {
  cl_int status = CL_SUCCESS;
  Buffer buffer(clCreateBuffer(session.context.get(), flags, bytes, host_data, &status));
  if (status != CL_SUCCESS) return CallFailed("clCreateBuffer", status);
  return buffer;
}

}  // namespace vfqual::opencl
