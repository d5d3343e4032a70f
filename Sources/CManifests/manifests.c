#include "CManifests.h"

// #embed is C23; clang has it in every mode but says so.
#pragma clang diagnostic ignored "-Wc23-extensions"

#include "contents.inc"

const embedded_manifest *embedded_manifests(void) { return files; }

size_t embedded_manifests_count(void) { return sizeof files / sizeof files[0]; }
