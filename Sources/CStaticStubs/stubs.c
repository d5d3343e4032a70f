// Part of the release build only (scripts/release): functions that the static archives of libcurl, libssh2 and libgit2
// refer to, whose own libraries Debian has no archive of (Kerberos, LDAP) or which would double the binary (RTMP with
// GnuTLS). They serve protocols that this program never uses: its HTTP client allows http and https only, without
// Kerberos. Each refuses, in the way of its library, in case it is called nevertheless; weak, so that a real one wins.

#define REFUSES(name) \
  __attribute__((weak)) long name(void) { return -1; }  // An error for all that give a status.
#define HAS_NONE(name) \
  __attribute__((weak)) void *name(void) { return 0; }  // Nothing, for all that give a pointer.
#define DOES_NOTHING(name) \
  __attribute__((weak)) void name(void) {}

// Kerberos (GSS-API). Status -1 has the error bits set (RFC 2744, section 3.9).
__attribute__((weak)) void *GSS_C_NT_HOSTBASED_SERVICE = 0;
REFUSES(gss_delete_sec_context)
REFUSES(gss_display_name)
REFUSES(gss_display_status)
REFUSES(gss_import_name)
REFUSES(gss_indicate_mechs)
REFUSES(gss_init_sec_context)
REFUSES(gss_inquire_context)
REFUSES(gss_release_buffer)
REFUSES(gss_release_name)
REFUSES(gss_release_oid_set)
REFUSES(gss_unwrap)
REFUSES(gss_wrap)

// LDAP.
HAS_NONE(ldap_err2string)
HAS_NONE(ldap_msgfree)
DOES_NOTHING(ldap_free_urldesc)
DOES_NOTHING(ldap_memfree)
REFUSES(ldap_abandon_ext)
REFUSES(ldap_get_attribute_ber)
REFUSES(ldap_get_dn_ber)
REFUSES(ldap_get_option)
REFUSES(ldap_init_fd)
REFUSES(ldap_msgtype)
REFUSES(ldap_parse_result)
REFUSES(ldap_parse_sasl_bind_result)
REFUSES(ldap_pvt_url_scheme2proto)
REFUSES(ldap_result)
REFUSES(ldap_sasl_bind)
REFUSES(ldap_search_ext)
REFUSES(ldap_set_option)
REFUSES(ldap_start_tls)
REFUSES(ldap_unbind_ext)
REFUSES(ldap_url_parse)
DOES_NOTHING(ber_bvfree)
DOES_NOTHING(ber_free)
DOES_NOTHING(ber_memfree)
REFUSES(ber_sockbuf_add_io)

// RTMP. Without a session (`RTMP_Alloc`) libcurl goes no further.
HAS_NONE(RTMP_Alloc)
DOES_NOTHING(RTMP_Close)
DOES_NOTHING(RTMP_Free)
DOES_NOTHING(RTMP_Init)
DOES_NOTHING(RTMP_SetBufferMS)
REFUSES(RTMP_Connect1)
REFUSES(RTMP_ConnectStream)
REFUSES(RTMP_Read)
REFUSES(RTMP_SetupURL)
REFUSES(RTMP_Write)
