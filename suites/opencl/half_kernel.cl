// A program of its own, built only where the device offers half precision.
#pragma OPENCL EXTENSION cl_khr_fp16 : enable

__kernel void half_saxpy(float a, __global const half* x, __global const half* y, __global half* result, uint count) {
  const size_t i = get_global_id(0);
  if (i < count) result[i] = (half)a * x[i] + y[i];
}
