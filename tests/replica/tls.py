"""Certificates for the replica, made when they are needed and never kept."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

MODES = ("self-signed", "expired", "wrong-host")


def tls_context(mode: str) -> ssl.SSLContext:
    """A server context with a fresh certificate that does not verify, for the reason ``mode`` names."""
    if mode not in MODES:
        raise ValueError(f"no TLS mode {mode!r}: one of {', '.join((*MODES, 'legacy'))}")
    key, made = certificate(mode)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "replica.pem"
        file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(file)
    return context


def certificate(mode: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key and the certificate it has signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    host = "example.invalid" if mode == "wrong-host" else "baotintuc.vn"
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    start, end = (now - timedelta(days=800), now - timedelta(days=400))
    if mode != "expired":
        start, end = now - timedelta(days=1), now + timedelta(days=30)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, made
