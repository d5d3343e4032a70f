#pragma once
#include <curl/curl.h>

// Swift cannot call variadic functions. Each helper below fixes the type of the one variadic argument, as the manual
// page of the option demands it (https://curl.se/libcurl/c/curl_easy_setopt.html).

static inline CURLcode idp_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode idp_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

// Strings are copied by libcurl (except CURLOPT_POSTFIELDS, which is not set through this).
static inline CURLcode idp_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode idp_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode idp_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

// libcurl copies the bytes.
static inline CURLcode idp_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t length) {
  struct curl_blob blob;
  blob.data = (void *)bytes;
  blob.len = length;
  blob.flags = CURL_BLOB_COPY;
  return curl_easy_setopt(easy, option, &blob);
}

typedef size_t (*idp_curl_transfer_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode idp_curl_set_callback(CURL *easy, CURLoption option, idp_curl_transfer_callback callback) {
  return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode idp_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode idp_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode idp_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The result of a finished transfer sits in a union that Swift imports awkwardly.
static inline CURLcode idp_curl_message_result(const CURLMsg *message) { return message->data.result; }

// Macros with casts, which Swift does not import.
static const size_t idp_curl_write_pause = CURL_WRITEFUNC_PAUSE;
static const size_t idp_curl_read_pause = CURL_READFUNC_PAUSE;
static const size_t idp_curl_read_abort = CURL_READFUNC_ABORT;
