# SPDX-License-Identifier: GPL-3.0-or-later
"""SRTP of somebody else: libsrtp2, by ctypes. One Session has the keys of both directions.

	s = srtp2.Session("AEAD_AES_128_GCM", tx_key, rx_key)
	datagram = s.protect(rtp)
	rtp = s.unprotect(datagram)		(None: it is not authentic, or was seen)
"""
import ctypes

import live

ROOM = 2048
ANY_INBOUND, ANY_OUTBOUND = 2, 3  # srtp_ssrc_type_t

# Suite: what sets the policy of SRTP, of SRTCP (RFC 4568 6.2: 80 bits there), octets of key and salt.
SUITES = {
    "AES_CM_128_HMAC_SHA1_80": ("rtp_default", "rtcp_default", 30),
    "AES_CM_128_HMAC_SHA1_32": ("aes_cm_128_hmac_sha1_32", "rtcp_default", 30),
    "AES_256_CM_HMAC_SHA1_80": ("aes_cm_256_hmac_sha1_80", "aes_cm_256_hmac_sha1_80", 46),
    "AES_256_CM_HMAC_SHA1_32": ("aes_cm_256_hmac_sha1_32", "aes_cm_256_hmac_sha1_80", 46),
    "AEAD_AES_128_GCM": ("aes_gcm_128_16_auth", "aes_gcm_128_16_auth", 28),
    "AEAD_AES_256_GCM": ("aes_gcm_256_16_auth", "aes_gcm_256_16_auth", 44),
}


class CryptoPolicy(ctypes.Structure):
    _fields_ = [("cipher_type", ctypes.c_uint32), ("cipher_key_len", ctypes.c_int),
                ("auth_type", ctypes.c_uint32), ("auth_key_len", ctypes.c_int),
                ("auth_tag_len", ctypes.c_int), ("sec_serv", ctypes.c_int)]


class Policy(ctypes.Structure):
    """srtp_policy_t of libsrtp 2.x."""
    _fields_ = [("ssrc_type", ctypes.c_int), ("ssrc", ctypes.c_uint), ("rtp", CryptoPolicy),
                ("rtcp", CryptoPolicy), ("key", ctypes.c_char_p), ("keys", ctypes.c_void_p),
                ("num_master_keys", ctypes.c_ulong), ("deprecated_ekt", ctypes.c_void_p),
                ("window_size", ctypes.c_ulong), ("allow_repeat_tx", ctypes.c_int),
                ("enc_xtn_hdr", ctypes.c_void_p), ("enc_xtn_hdr_count", ctypes.c_int),
                ("next", ctypes.c_void_p)]


def library():
    """Loaded and started once."""
    if not hasattr(library, "lib"):
        try:
            library.lib = ctypes.CDLL("libsrtp2.so.1")
        except OSError:
            raise live.Skip("libsrtp2 is not installed")
        assert library.lib.srtp_init() == 0
    return library.lib


class Session:
    def __init__(self, suite, tx_key, rx_key):
        self.lib = library()
        self.tx = self._create(suite, tx_key, ANY_OUTBOUND)
        self.rx = self._create(suite, rx_key, ANY_INBOUND)

    def _create(self, suite, key, direction):
        rtp, rtcp, length = SUITES[suite]
        assert len(key) == length, "%s has a key of %d" % (suite, len(key))
        policy = Policy(ssrc_type=direction, window_size=128)
        getattr(self.lib, "srtp_crypto_policy_set_" + rtp)(ctypes.byref(policy.rtp))
        getattr(self.lib, "srtp_crypto_policy_set_" + rtcp)(ctypes.byref(policy.rtcp))
        policy.key = key + b"\0"
        session = ctypes.c_void_p()
        assert self.lib.srtp_create(ctypes.byref(session), ctypes.byref(policy)) == 0
        return session

    def _do(self, name, session, octets):
        buf = ctypes.create_string_buffer(bytes(octets), ROOM)
        size = ctypes.c_int(len(octets))
        if getattr(self.lib, name)(session, buf, ctypes.byref(size)):
            return None
        return buf.raw[:size.value]

    def protect(self, octets):
        return self._do("srtp_protect", self.tx, octets)

    def unprotect(self, octets):
        return self._do("srtp_unprotect", self.rx, octets)

    def protect_rtcp(self, octets):
        return self._do("srtp_protect_rtcp", self.tx, octets)

    def unprotect_rtcp(self, octets):
        return self._do("srtp_unprotect_rtcp", self.rx, octets)
