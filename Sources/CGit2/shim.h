#pragma once
#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/transport.h>

// Swift does not import variadic functions.

/// Makes libgit2 ignore the configuration files of the machine and of the user: results must not depend on them, and
/// `url.….insteadOf` or a proxy there must not send credentials elsewhere.
static inline int shim_git_ignore_configuration(void) {
  const git_config_level_t levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
                                       GIT_CONFIG_LEVEL_GLOBAL};
  for (unsigned i = 0; i < sizeof levels / sizeof *levels; i++) {
    int code = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
    if (code < 0) return code;
  }
  return 0;
}

/// Bounds what libgit2 keeps in memory: parts of packs that are mapped, each and all together, and parsed objects.
static inline int shim_git_limit_memory(size_t window, size_t mapped, size_t cache) {
  int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
  if (code >= 0) code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, mapped);
  if (code >= 0) code = git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)cache);
  return code;
}

/// An object store of our own, with the Swift object it belongs to. `parent` must come first: libgit2 hands back a
/// pointer to it.
typedef struct {
  git_odb_backend parent;
  void *context;
} shim_odb_backend;

/// A transport below libgit2's smart protocol, with the Swift object it belongs to. `parent` must come first:
/// libgit2 hands back a pointer to it.
typedef struct {
  git_smart_subtransport parent;
  void *context;
} shim_subtransport;

/// One exchange of such a transport, with the Swift object it belongs to.
typedef struct {
  git_smart_subtransport_stream parent;
  void *context;
} shim_stream;
