"""eddsa-rdfc-2022 against the published vector, byte for byte."""

import hashlib
import json
from datetime import UTC, datetime

from credentials.keys import SigningKey
from credentials.proofs import canonical, data_integrity
from tests.support.specifications import published


def vector():
    return json.loads(published("eddsa-rdfc-2022-vector.json"))


def test_the_published_documents_canonical_form_is_reproduced():
    expected = vector()
    canonical_document = canonical.canonicalize(expected["document"])

    assert canonical_document.decode() == expected["canonical_document"]
    assert hashlib.sha256(canonical_document).hexdigest() == expected["document_sha256"]


def test_the_published_proof_options_canonical_form_is_reproduced():
    expected = vector()
    canonical_options = canonical.canonicalize(expected["proof_config"])

    assert canonical_options.decode() == expected["canonical_proof_config"]
    assert hashlib.sha256(canonical_options).hexdigest() == expected["proof_config_sha256"]


def test_the_published_signature_is_reproduced_and_matches():
    expected = vector()
    key = SigningKey.from_seed(
        bytes.fromhex(expected["private_key_seed_hex"]),
        controller=expected["document"]["issuer"]["id"],
        created=datetime(2010, 1, 1, tzinfo=UTC),
    )

    signed = data_integrity.sign(
        expected["document"], key=key, created=expected["proof_config"]["created"]
    )

    assert key.public_multikey == expected["public_key_multibase"]
    [proof] = signed["proof"]
    assert proof["proofValue"] == expected["proof_value"]
    public_key = key.private_key.public_key()
    assert data_integrity.matches(expected["document"], proof, public_key)
