#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Merges a TOML text into another: tables member by member, anything else is replaced. If both have a `version`, and
/// not the same, nothing is merged.
///
/// Returns the merged text, or NULL with `*error` set. Both are freed with `ctoml_free`.
char *ctoml_merge(const char *text, const char *patch, char **error);

/// Frees a text of `ctoml_merge`; NULL is allowed.
void ctoml_free(char *text);

#ifdef __cplusplus
}
#endif
