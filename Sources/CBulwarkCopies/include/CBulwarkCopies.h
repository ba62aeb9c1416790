// Nothing to import: what Swift uses of this target is declared in CBulwark's copies.h.
#pragma once
