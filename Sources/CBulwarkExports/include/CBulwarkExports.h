// Nothing to import: this target's C is called by libc, the loader and C++ programs, never by name from Swift.
#pragma once
