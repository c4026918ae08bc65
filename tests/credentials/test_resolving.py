"""From a DID to its document: where did:web leads, what did:key holds, and what leads nowhere."""

import pytest

from credentials.errors import ResolvingError
from credentials.resolving import DidResolver, OwnIssuers, did_document, did_web_url
from tests.support.fake_web import FakeWeb
from tests.support.signed_badges import DID, KEY, NOW, STRANGER_KEY, SigningKey


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:badges.example", "https://badges.example/.well-known/did.json"),
        ("did:web:badges.example:i:north", "https://badges.example/i/north/did.json"),
        ("did:web:localhost%3A8000:i:north", "http://localhost:8000/i/north/did.json"),
        ("did:web:localhost%3A8001", "https://localhost:8001/.well-known/did.json"),
    ],
)
def test_a_did_web_leads_to_its_document(did, url):
    assert did_web_url(did, plain_http_hosts=["localhost:8000"]) == url


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:a..%2Fb%40evil.example",
        "did:web:user%40evil.example",
        "did:web:badges.example%2Fpath",
        "did:web:badges.example%3A8000%3A1",
        "did:web:badges.example:..",
        "did:web:badges.example:a%2F..%2Fb",
        "did:web:badges.example:i?x=1",
        "did:web:badges.example:",
        "did:web:%FF",
        "did:web:%255Bx",
        "did:web:[::1]",
        "did:web:bücher.example",
    ],
)
def test_a_did_web_that_hides_another_address_leads_nowhere(did):
    with pytest.raises(ResolvingError):
        did_web_url(did)


def test_a_did_web_is_fetched():
    document = did_document(DID, [KEY])
    web = FakeWeb({"https://badges.example/i/north/did.json": document})

    assert DidResolver(web).resolve(DID) == document


def test_a_did_key_is_its_own_document():
    did = f"did:key:{KEY.public_multikey}"
    document = DidResolver(FakeWeb()).resolve(did)

    assert document["assertionMethod"] == [f"{did}#{KEY.public_multikey}"]
    assert document["verificationMethod"][0]["publicKeyMultibase"] == KEY.public_multikey


@pytest.mark.parametrize(
    "did",
    [
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
        "did:key:",
        "did:jwk:abc",
        "https://issuer.example/profile",
        "",
    ],
)
def test_an_identifier_we_cannot_look_up_is_told(did):
    with pytest.raises(ResolvingError):
        DidResolver(FakeWeb()).resolve(did)


def test_the_published_document_has_absolute_ids_and_names_methods_by_string():
    retired = SigningKey(DID, NOW, NOW, private_key=STRANGER_KEY.private_key)

    document = did_document(DID, [retired, KEY])

    assert document["@context"][0] == "https://www.w3.org/ns/did/v1"
    assert document["assertionMethod"] == [retired.id, KEY.id]
    assert all(method["id"].startswith(f"{DID}#") for method in document["verificationMethod"])


def test_our_own_issuers_are_answered_without_any_network():
    web = FakeWeb()
    document = did_document(DID, [KEY])

    assert OwnIssuers({DID: document}, DidResolver(web)).resolve(DID) == document
    assert web.visited == []


def test_other_issuers_are_asked_elsewhere_or_refused():
    did = f"did:key:{KEY.public_multikey}"

    assert OwnIssuers({}, DidResolver(FakeWeb())).resolve(did)["id"] == did
    with pytest.raises(ResolvingError):
        OwnIssuers({}).resolve(did)
