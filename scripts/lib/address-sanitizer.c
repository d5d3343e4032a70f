// Linked into what scripts/sanitize builds with AddressSanitizer.

// The first finding ends the program, with a status that no program of ours has. ASAN_OPTIONS overrides.
const char *__asan_default_options(void) { return "exitcode=86:detect_leaks=0"; }
