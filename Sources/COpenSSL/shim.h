#pragma once
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Swift does not import macros that call functions, variadic functions, or OpenSSL's typed stacks.

static inline EVP_PKEY *shim_generate_p256(void) { return EVP_EC_gen("P-256"); }

static inline long shim_bio_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

static inline int shim_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

/// The bytes of a DNS name (`*type` GEN_DNS) or an IP address (GEN_IPADD); NULL for names of other types.
static inline const unsigned char *shim_name(const GENERAL_NAMES *names, int index, int *type, int *length) {
  GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
  ASN1_STRING *text = (ASN1_STRING *)GENERAL_NAME_get0_value(name, type);
  if (*type != GEN_DNS && *type != GEN_IPADD) return NULL;
  *length = ASN1_STRING_length(text);
  return ASN1_STRING_get0_data(text);
}

static inline STACK_OF(X509) *shim_certificates_new(void) { return sk_X509_new_null(); }

/// Adds a certificate and takes a reference of its own to it.
static inline int shim_certificates_add(STACK_OF(X509) *stack, X509 *certificate) {
  return X509_add_cert(stack, certificate, X509_ADD_FLAG_UP_REF);
}

static inline void shim_certificates_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }
