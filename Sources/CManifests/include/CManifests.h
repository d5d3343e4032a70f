#pragma once
#include <stddef.h>

/// One file of embedded-manifests/.
typedef struct {
  /// Its path below embedded-manifests/, with slashes: `argocd/package.yaml`.
  const char *path;
  /// Its content; not terminated by a zero byte.
  const unsigned char *bytes;
  /// The length of its content in bytes.
  size_t count;
} embedded_manifest;

/// All files, sorted by path; they live as long as the program.
const embedded_manifest *embedded_manifests(void);
/// How many files there are.
size_t embedded_manifests_count(void);
