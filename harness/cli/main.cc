#include "harness/cli/program.h"

int main(int argc, char** argv) {
  return vfqual::RunProgram(argc, argv);
}
