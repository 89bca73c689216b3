"""nginx and Caddy as they are shipped in `deploy/`, on loopback and ports of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.child_processes import start_child

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
HOST = "localhost"
LOG = "access.log"
NGINX_MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def nginx_config(folder: Path, plain: int, secure: int, upstream: int) -> list[str]:
    """Write the shipped configuration with these ports, and return the command that runs it."""
    site = (DEPLOY / "nginx.conf").read_text()
    # One family of addresses is enough here, and a machine may have no other.
    site = re.sub(r"\tlisten \[::\].*\n", "", site)
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("server_name timesheet.example", f"server_name {HOST}"),
        ("/etc/letsencrypt/live/timesheet.example/fullchain.pem", f"{folder}/certificate.pem"),
        ("/etc/letsencrypt/live/timesheet.example/privkey.pem", f"{folder}/key.pem"),
        ("/var/log/nginx/timesheet.access.log", f"{folder}/{LOG}"),
        ("/var/log/nginx/timesheet.error.log", f"{folder}/error.log"),
        # Here browsers see the port, too.
        ("Host $host;", "Host $http_host;"),
    ):
        site = _replaced(site, old, new)
    (folder / "site.conf").write_text(site)
    main = folder / "nginx.conf"
    owner = "user root;\n" if os.geteuid() == 0 else ""
    main.write_text(owner + NGINX_MAIN.format(folder=folder))
    return ["nginx", "-p", str(folder), "-c", str(main), "-e", str(folder / "start.log")]


def caddy_config(folder: Path, plain: int, secure: int, upstream: int) -> list[str]:
    """Write the shipped configuration with these ports, and return the command that runs it."""
    site = (DEPLOY / "Caddyfile").read_text()
    mine = f"{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {plain}\n\thttps_port {secure}\n"
    site = _replaced(site, "\n{\n", f"\n{mine}", times=1)
    for old, new in (
        ("{$SITE:https://timesheet.example} {", f"https://{HOST}:{secure} {{\n\ttls {{$TLS}}"),
        ("{$UPSTREAM:127.0.0.1:8000}", f"127.0.0.1:{upstream}"),
        ("/var/log/caddy/timesheet.log", f"{folder}/{LOG}"),
    ):
        site = _replaced(site, old, new)
    site = site.replace("{$TLS}", f"{folder}/certificate.pem {folder}/key.pem")
    (folder / "Caddyfile").write_text(site)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


CONFIGS: dict[str, Callable[[Path, int, int, int], list[str]]] = {
    "nginx": nginx_config,
    "caddy": caddy_config,
}


@contextmanager
def proxy(name: str, folder: Path, plain: int, secure: int, upstream: int) -> Iterator[None]:
    """Run a proxy that listens on two ports, and has the app at a third."""
    command = CONFIGS[name](folder, plain, secure, upstream)
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / f"{name}.out").open("wb") as output:
        process = start_child(command, env=home, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def write_certificate(folder: Path) -> Path:
    """Write a key and a certificate for `HOST`, and return the file to verify it with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    file = folder / "certificate.pem"
    file.write_bytes(certificate.public_bytes(pem))
    return file


def _replaced(text: str, old: str, new: str, times: int = 0) -> str:
    """Return the text with `new` for `old`, which must be there."""
    if old not in text:
        raise ValueError(f"the shipped configuration has no {old!r}")
    return text.replace(old, new, times or -1)
