// Nothing to import: what Swift uses is declared in CBulwark's faults.h.
#pragma once
