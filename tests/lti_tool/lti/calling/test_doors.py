"""Which addresses are called, and which are not, whatever their names say."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Bounds, PlatformHttp
from tests.lti_tool.lti.a_server import Reply

PUBLIC = "93.184.215.14"


def refusal(url: str, *private_hosts: str) -> str:
    http = PlatformHttp(private_hosts=private_hosts)
    try:
        with pytest.raises(PlatformError) as raised:
            http.send("GET", url)
    finally:
        http.close()
    return raised.value.code


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://10.0.0.8/",
        "https://172.16.3.4/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://lms.example.edu./",
    ],
)
def test_private_addresses_are_not_called(url, resolving):
    resolving["lms.example.edu."] = ["10.0.0.8"]

    assert refusal(url) == "platform.address-private"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://lms.example.edu/"])
def test_plain_http_is_not_spoken(url):
    assert refusal(url) == "platform.address-plain"


def test_the_refused_host_is_named_and_nothing_else_of_the_address():
    http = PlatformHttp()

    with pytest.raises(PlatformError) as raised:
        http.send("GET", "https://127.0.0.1:1/secret?token=x")

    assert "127.0.0.1:1" in str(raised.value.sentence)
    assert "secret" not in str(raised.value)
    assert not raised.value.retryable


def test_a_host_allowed_by_name_may_be_private_and_speak_plain_http(server):
    server.will_answer("/x", Reply(200, b"done"))
    http = PlatformHttp(private_hosts=["127.0.0.1"])

    assert http.send("GET", f"{server.url}/x").body == b"done"
    http.close()


def test_a_host_allowed_with_its_port_is_allowed_at_that_port_only(server):
    server.will_answer("/x", Reply(200, b"done"))
    host = server.url.removeprefix("http://")
    http = PlatformHttp(private_hosts=[host.upper()])

    assert http.send("GET", f"{server.url}/x").body == b"done"
    http.close()
    assert refusal("http://127.0.0.1:1/", host) == "platform.address-plain"


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("localhost", "http://localhost.evil.example/"),
        ("localhost", "http://evil.example/localhost"),
        ("localhost:80", "http://localhost:8080/"),
        ("evil.example", "http://xevil.example/"),
    ],
)
def test_only_the_very_name_is_allowed(allowed, url):
    assert refusal(url, allowed) == "platform.address-plain"


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("localhost:443", "https://localhost/"),
        ("LOCALHOST", "http://Localhost:1/"),
        ("[::1]:80", "http://[::1]/"),
        ("[::1]", "http://[::1]:1/"),
    ],
)
def test_names_are_compared_as_browsers_do(allowed, url):
    assert refusal(url, allowed) == "platform.unreachable"


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(resolving, connecting):
    # Public at the first look, ours at the second: what DNS rebinding does.
    resolving["lms.example.edu"] = [PUBLIC, "127.0.0.1"]

    assert refusal("https://lms.example.edu/jwks") == "platform.unreachable"

    assert connecting == [PUBLIC]


def test_a_name_that_becomes_private_later_is_refused_then(resolving, connecting):
    resolving["lms.example.edu"] = [PUBLIC, "127.0.0.1"]
    http = PlatformHttp()
    codes = []

    for _ in range(2):
        with pytest.raises(PlatformError) as raised:
            http.send("GET", "https://lms.example.edu/jwks")
        codes.append(raised.value.code)
    http.close()

    assert codes == ["platform.unreachable", "platform.address-private"]


@pytest.mark.parametrize("url", ["https://a..example/", f"https://{'a' * 70}.example/"])
def test_a_name_that_no_service_can_know_is_not_reached(url):
    assert refusal(url) == "platform.unreachable"


def test_no_proxy_is_asked(server, http, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert http.send("GET", server.will_answer("/x", Reply(200, b"done"))).body == b"done"


def test_an_lms_with_a_certificate_of_its_own_authority_is_called_when_the_file_is_given(tmp_path):
    with a_tls_server(tmp_path) as (port, certificate):
        trusting = PlatformHttp(private_hosts=["localhost"], ca_file=certificate)
        assert trusting.send("GET", f"https://localhost:{port}/").body == b"done"
        trusting.close()

        assert refusal(f"https://localhost:{port}/", "localhost") == "platform.unreachable"


def test_an_answer_in_drips_over_tls_is_given_up_when_its_time_is_over(tmp_path):
    pieces = [b"HTTP/1.1 200 OK\r\n", *[b"x"] * 200]
    with a_tls_server(tmp_path, *pieces, pause=0.02) as (port, certificate):
        http = PlatformHttp(private_hosts=["localhost"], ca_file=certificate)
        with pytest.raises(PlatformError) as raised:
            http.send("GET", f"https://localhost:{port}/", bounds=Bounds(1_000, 5.0, 0.2))
        http.close()

    assert raised.value.code == "platform.unreachable"


DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone"


@contextmanager
def a_tls_server(folder: Path, *pieces: bytes, pause: float = 0.0) -> Iterator[tuple[int, Path]]:
    """A server on localhost with a certificate that only its own file vouches for."""
    certificate = a_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def answer(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(65536)
                for piece in pieces or (DONE,):
                    secure.sendall(piece)
                    sleep(pause)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=answer, args=(listener,))
        thread.start()
        yield listener.getsockname()[1], certificate
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def a_certificate(folder: Path) -> Path:
    """A PEM file that names localhost and vouches for itself; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    path.with_suffix(".key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def resolving(monkeypatch) -> dict[str, list[str]]:
    """A name service: each name answers with its addresses in turn."""
    names: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        known = names.get(host)
        if known is not None:
            host = known.pop(0) if len(known) > 1 else known[0]
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return names


@pytest.fixture
def connecting(monkeypatch) -> list[str]:
    """The addresses that were connected to; none of them answers."""
    asked: list[str] = []

    def refuse(address, *args, **kwargs):
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    return asked
