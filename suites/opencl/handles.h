// Owners of OpenCL's objects.
#pragma once

#include <CL/cl.h>

#include <memory>
#include <type_traits>

namespace vfqual::opencl {

template <auto ReleaseFunction>
struct Releaser {
  template <class Object>
  void operator()(Object* object) const {
    ReleaseFunction(object);
  }
};

template <class Handle, auto ReleaseFunction>
using Owner = std::unique_ptr<std::remove_pointer_t<Handle>, Releaser<ReleaseFunction>>;

using Context = Owner<cl_context, clReleaseContext>;
using Queue = Owner<cl_command_queue, clReleaseCommandQueue>;
using Program = Owner<cl_program, clReleaseProgram>;
using Kernel = Owner<cl_kernel, clReleaseKernel>;
using Buffer = Owner<cl_mem, clReleaseMemObject>;  // an image too
using Event = Owner<cl_event, clReleaseEvent>;

}  // namespace vfqual::opencl
