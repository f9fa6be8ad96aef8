// The program `vfqual`, apart from its main().
#pragma once

namespace vfqual {

// Its exit code.
int RunProgram(int argc, char** argv);

}  // namespace vfqual
