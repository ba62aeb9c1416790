// The C that the core needs because Swift cannot say it. Each header tells its reason.
#pragma once
#include "abi.h"
#include "copies.h"
#include "hooks.h"
#include "interface.h"
#include "os.h"
#include "ranges.h"
#include "report.h"
#include "storage.h"
#include "tls.h"
#include "trace.h"
#include "unwind.h"
#include "zero.h"
