// Multiply-and-add, as fast as the device can. The host puts before this text: SCALAR, VECTOR (of WIDTH scalars), and NEXT(x),
// which a compiler can neither fold nor make fewer operations of: `factor` and `summand` are known only when it runs,
// floating-point operations may not be reordered, and the whole numbers are squared.
//
// Eight chains that do not depend on each other hide the latency of an operation; with CHAINS 1 it shows. Each item leaves the
// sum of its chains; the host knows what it must be (throughput_oracle.cc).
#if CHAINS == 1
#define STEP a = NEXT(a)
#else
#define EACH(x, more) x = NEXT(x); more
#define STEP \
  EACH(a, EACH(b, EACH(c, EACH(d, EACH(e, EACH(f, EACH(g, h = NEXT(h))))))))
#endif
#define FOUR_STEPS STEP; STEP; STEP; STEP

__kernel void multiply_add(__global VECTOR* result, SCALAR_ARGUMENT factor_given, SCALAR_ARGUMENT summand_given, uint rounds) {
  const SCALAR factor = (SCALAR)factor_given;
  const SCALAR summand = (SCALAR)summand_given;
  const VECTOR first = (VECTOR)((SCALAR)get_local_id(0));
  VECTOR a = first;
  VECTOR b = first + (SCALAR)1;
  VECTOR c = first + (SCALAR)2;
  VECTOR d = first + (SCALAR)3;
  VECTOR e = first + (SCALAR)4;
  VECTOR f = first + (SCALAR)5;
  VECTOR g = first + (SCALAR)6;
  VECTOR h = first + (SCALAR)7;
  for (uint round = 0; round < rounds; ++round) {
    FOUR_STEPS;
    FOUR_STEPS;
    FOUR_STEPS;
    FOUR_STEPS;
  }
#if CHAINS == 1
  result[get_global_id(0)] = a;
#else
  result[get_global_id(0)] = ((a + b) + (c + d)) + ((e + f) + (g + h));
#endif
}
