// The kernels of suite_compute and of bench_opencl's bandwidth; OpenCL C 1.2. The host programs give every kernel one local
// size: a CPU implementation compiles it again for each it meets.

// a * x + y. The compiler may round once or twice.
__kernel void saxpy(float a, __global const float* x, __global const float* y, __global float* result, uint count) {
  const size_t i = get_global_id(0);
  if (i < count) result[i] = a * x[i] + y[i];
}

// Two ways to read a buffer and add up its words. read_sum: each item adds up 16 vectors, neighbouring items read neighbouring
// vectors, and a work-group one contiguous block, as a GPU likes it. read_sum_block: each item reads one contiguous KiB, as the
// core of a CPU likes it.
__kernel void read_sum(__global const uint4* data, __global uint* sums) {
  const size_t step = get_local_size(0);
  size_t i = get_group_id(0) * step * 16 + get_local_id(0);
  uint4 sum = 0;
  for (uint k = 0; k < 16; ++k, i += step) sum += data[i];
  sums[get_global_id(0)] = sum.x + sum.y + sum.z + sum.w;
}

__kernel void read_sum_block(__global const uint16* data, __global uint* sums) {
  const __global uint16* block = data + get_global_id(0) * 16;
  uint16 sum = 0;
  for (uint k = 0; k < 16; ++k) sum += block[k];
  const uint8 half_sum = sum.lo + sum.hi;
  const uint4 quarter = half_sum.lo + half_sum.hi;
  sums[get_global_id(0)] = quarter.x + quarter.y + quarter.z + quarter.w;
}

// Sum (modulo 2^32), smallest and largest word of what a work-group reads, through a tree in local memory.
__kernel void reduce(__global const uint* data, uint count, __global uint4* results, __local uint4* tree) {
  const uint at = get_local_id(0);
  uint4 own = (uint4)(0, UINT_MAX, 0, 0);
  for (uint i = get_global_id(0); i < count; i += get_global_size(0)) {
    own = (uint4)(own.x + data[i], min(own.y, data[i]), max(own.z, data[i]), own.w + 1);
  }
  tree[at] = own;
  for (uint half_size = get_local_size(0) / 2; half_size > 0; half_size /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (at < half_size) {
      const uint4 a = tree[at];
      const uint4 b = tree[at + half_size];
      tree[at] = (uint4)(a.x + b.x, min(a.y, b.y), max(a.z, b.z), a.w + b.w);
    }
  }
  if (at == 0) results[get_group_id(0)] = tree[0];
}

// product = a * b, row by row, by tiles that a work-group of TILE x TILE shares in local memory.
// size: rows of a, columns of a (rows of b), columns of b.
#define TILE 8
__kernel void multiply_tiled(__global const float* a, __global const float* b, __global float* product, uint4 size) {
  __local float a_tile[TILE][TILE];
  __local float b_tile[TILE][TILE];
  const uint x = get_local_id(0);
  const uint y = get_local_id(1);
  const uint column = get_global_id(0);
  const uint row = get_global_id(1);
  float sum = 0;
  for (uint first = 0; first < size.y; first += TILE) {
    a_tile[y][x] = row < size.x && first + x < size.y ? a[row * size.y + first + x] : 0;
    b_tile[y][x] = first + y < size.y && column < size.z ? b[(first + y) * size.z + column] : 0;
    barrier(CLK_LOCAL_MEM_FENCE);
    for (uint k = 0; k < TILE; ++k) sum += a_tile[y][k] * b_tile[k][x];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (row < size.x && column < size.z) product[row * size.z + column] = sum;
}

// results: sum, smallest, largest, or, and, xor, a sum by compare-and-exchange, then a histogram of the lowest four bits, whose
// bins a work-group first counts in local memory.
__kernel void update_atomically(__global const uint* words, uint count, __global volatile uint* results) {
  __local uint bins[16];
  const uint at = get_local_id(0);
  const uint i = get_global_id(0);
  if (at < 16) bins[at] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (i < count) {
    const uint word = words[i];
    atomic_inc(&bins[word & 15]);
    atomic_add(&results[0], word);
    atomic_min(&results[1], word);
    atomic_max(&results[2], word);
    atomic_or(&results[3], word & 0x00ff00ff);
    atomic_and(&results[4], word | 0xff00ff00);
    atomic_xor(&results[5], word);
    uint seen = results[6];
    for (uint expected = seen + 1; expected != seen;) {
      expected = seen;
      seen = atomic_cmpxchg(&results[6], expected, expected + (word >> 8));
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (at < 16) atomic_add(&results[7 + at], bins[at]);
}

// The source mirrored left to right and moved by `shift`; what lies outside of it is its edge.
__constant sampler_t kNearest = CLK_NORMALIZED_COORDS_FALSE | CLK_ADDRESS_CLAMP_TO_EDGE | CLK_FILTER_NEAREST;
__kernel void mirror_image(__read_only image2d_t source, __write_only image2d_t target, int2 shift) {
  const int2 at = (int2)((int)get_global_id(0), (int)get_global_id(1));
  if (at.x >= get_image_width(target) || at.y >= get_image_height(target)) return;
  const int2 from = (int2)(get_image_width(source) - 1 - at.x, at.y) + shift;
  write_imageui(target, at, read_imageui(source, kNearest, from));
}

// word * factor + summand, modulo 2^32: two of these in another order give another result.
__kernel void affine(__global uint* words, uint factor, uint summand, uint count) {
  const size_t i = get_global_id(0);
  if (i < count) words[i] = words[i] * factor + summand;
}

// A word that depends on all bits of its place. The host has the same in suites/compute/memory_pattern.cc.
uint4 pattern_at(uint seed, uint vector_index) {
  uint4 word = ((uint4)(0, 1, 2, 3) + vector_index * 4) * 0x9e3779b1u + seed;
  word = (word ^ (word >> 15)) * 0x85ebca77u;
  return word ^ (word >> 13);
}

// Each item writes, or checks, 16 vectors. wrong: how many words are wrong, and the index of the first.
__kernel void fill_pattern(__global uint4* data, uint seed) {
  const size_t step = get_local_size(0);
  size_t i = get_group_id(0) * step * 16 + get_local_id(0);
  for (uint k = 0; k < 16; ++k, i += step) data[i] = pattern_at(seed, i);
}

__kernel void check_pattern(__global const uint4* data, uint seed, __global volatile uint* wrong) {
  const size_t step = get_local_size(0);
  size_t i = get_group_id(0) * step * 16 + get_local_id(0);
  for (uint k = 0; k < 16; ++k, i += step) {
    const uint4 differs = data[i] ^ pattern_at(seed, i);
    if ((differs.x | differs.y | differs.z | differs.w) == 0) continue;
    const uint4 is_wrong = min(differs, 1u);
    atomic_add(&wrong[0], is_wrong.x + is_wrong.y + is_wrong.z + is_wrong.w);
    atomic_min(&wrong[1], (uint)i * 4 + (is_wrong.x ? 0 : is_wrong.y ? 1 : is_wrong.z ? 2 : 3));
  }
}

// Tone mapping, HDR to SDR: P010 in PQ and BT.2020 (limited range) to NV12 in BT.709 (limited range), Hable's curve on the
// largest of R, G and B. One item makes 2 x 2 pixels; widths and heights are even. `peak` is in units of 100 cd/m2.
// What each step stands on is said beside the same steps in double, in suites/compute/tone_map_oracle.cc.
float hable(float x) {
  return (x * (0.15f * x + 0.05f) + 0.004f) / (x * (0.15f * x + 0.5f) + 0.06f) - 0.02f / 0.3f;
}

float4 pq_to_linear(float4 signal) {
  const float4 root = powr(clamp(signal, 0.0f, 1.0f), 1.0f / 78.84375f);
  return 100.0f * powr(fmax(root - 0.8359375f, 0.0f) / (18.8515625f - 18.6875f * root), 1.0f / 0.1593017578125f);
}

float4 linear_to_bt709(float4 x) {
  return select(1.099f * powr(x, 0.45f) - 0.099f, 4.5f * x, isless(x, 0.018f));
}

__kernel void tone_map(__global const ushort* luma, __global const ushort2* chroma, __global uchar* luma_out,
                       __global uchar2* chroma_out, uint width, uint height, float peak) {
  const uint block_x = get_global_id(0);
  const uint block_y = get_global_id(1);
  if (block_x * 2 >= width || block_y * 2 >= height) return;
  const uint block = block_y * (width / 2) + block_x;
  const float2 c = (convert_float2(chroma[block] >> (ushort)6) - 512.0f) / 896.0f;
  const float4 tint = (float4)(1.4746f * c.y, -0.16455313f * c.x - 0.57135313f * c.y, 1.8814f * c.x, 0.0f);
  float2 sum = 0;
  for (uint k = 0; k < 4; ++k) {
    const uint pixel = (block_y * 2 + k / 2) * width + block_x * 2 + k % 2;
    const float signal = (convert_float(luma[pixel] >> 6) - 64.0f) / 876.0f;
    const float4 light = pq_to_linear(signal + tint);
    const float largest = fmax(fmax(light.x, light.y), fmax(light.z, 1e-6f));
    const float4 mapped = light * (hable(largest) / hable(peak) / largest);
    const float4 bt709 = (float4)(1.660491f * mapped.x - 0.587641f * mapped.y - 0.072850f * mapped.z,
                                  -0.124550f * mapped.x + 1.132900f * mapped.y - 0.008350f * mapped.z,
                                  -0.018151f * mapped.x - 0.100579f * mapped.y + 1.118730f * mapped.z, 0.0f);
    const float4 rgb = linear_to_bt709(clamp(bt709, 0.0f, 1.0f));
    const float y = 0.2126f * rgb.x + 0.7152f * rgb.y + 0.0722f * rgb.z;
    luma_out[pixel] = convert_uchar_sat_rte(16.0f + 219.0f * y);
    sum += (float2)((rgb.z - y) / 1.8556f, (rgb.x - y) / 1.5748f);
  }
  chroma_out[block] = convert_uchar2_sat_rte(128.0f + 224.0f * sum / 4.0f);
}
