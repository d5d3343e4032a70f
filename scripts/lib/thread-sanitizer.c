// Linked into what scripts/sanitize builds with ThreadSanitizer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *);
void __tsan_release(void *);

// `Synchronization.Mutex` locks and unlocks with an atomic in the code of its user, which the sanitizer sees; but a
// thread that has to wait, or that wakes another, does so in the library, which is not built with the sanitizer. These
// two functions are found before the library's; they call those, and tell the sanitizer.
// Names: stdlib/public/Synchronization/Mutex/LinuxImpl.swift, mangled. If a toolchain renames them, false findings come
// back, and scripts/sanitize refuses to run.
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef SWIFT void LockSlow(uint32_t thread, SELF void *mutex);
typedef SWIFT void UnlockSlow(SELF void *mutex);
SWIFT void lockSlow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT void unlockSlow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) {
  ((LockSlow *)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlockSlow(SELF void *mutex) {
  __tsan_release(mutex);
  ((UnlockSlow *)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}

// The first finding ends the program, with a status that no program of ours has. TSAN_OPTIONS overrides.
const char *__tsan_default_options(void) { return "halt_on_error=1:exitcode=86"; }
