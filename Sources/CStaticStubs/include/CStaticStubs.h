#pragma once
// Nothing to call: see stubs.c.
