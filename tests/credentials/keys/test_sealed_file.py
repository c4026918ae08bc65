"""The signing key file: sealed, replaced whole, and clear about what is wrong with it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from credentials.errors import SigningKeyError
from credentials.keys import SigningKeyFile
from tests.support.signed_badges import DID, NOW, STRANGER_DID

SEALING_KEY = bytes(range(32))


@pytest.fixture
def keys(tmp_path):
    return SigningKeyFile(tmp_path / "keys" / "signing.keys", SEALING_KEY)


def refusal(action):
    with pytest.raises(SigningKeyError) as caught:
        action()
    return caught.value.sentence.id


def test_a_new_key_becomes_current_and_signs_the_same_after_reading_again(keys):
    made = keys.new(DID, now=NOW)
    read = SigningKeyFile(keys.path, SEALING_KEY).current(DID)

    assert read == made
    assert read.sign(b"x") == made.sign(b"x")
    assert made.id == f"{DID}#{made.public_multikey}"


def test_each_issuer_has_its_own_keys(keys):
    mine, other = keys.new(DID, now=NOW), keys.new(STRANGER_DID, now=NOW)

    assert keys.current(DID) == mine
    assert keys.all(STRANGER_DID) == (other,)


def test_two_keys_never_share_an_identifier(keys):
    made = [keys.new(DID, now=NOW) for _ in range(5)]

    assert len({key.id for key in made}) == 5
    assert keys.all(DID) == tuple(made)


def test_rotating_retires_the_old_keys_of_this_issuer_only(keys):
    old, other = keys.new(DID, now=NOW), keys.new(STRANGER_DID, now=NOW)
    later = NOW + timedelta(days=90)

    new = keys.rotate(DID, now=later)

    assert keys.current(DID) == new
    assert [(key.id, key.retired) for key in keys.all(DID)] == [(old.id, later), (new.id, None)]
    assert keys.current(STRANGER_DID) == other


def test_the_first_rotation_makes_the_first_key(keys):
    assert keys.rotate(DID, now=NOW) == keys.current(DID)


def test_a_retired_key_stays_and_keeps_its_first_date(keys):
    key, kept = keys.new(DID, now=NOW), keys.new(DID, now=NOW)

    retired = keys.retire(key.id, now=NOW)
    keys.retire(key.id, now=NOW + timedelta(days=1))

    assert retired.retired == NOW
    assert keys.all(DID)[0].retired == NOW
    assert keys.current(DID) == kept


def test_the_only_key_that_signs_is_not_retired_whatever_keys_others_have(keys):
    earlier, last = keys.new(DID, now=NOW), keys.new(DID, now=NOW)
    keys.new(STRANGER_DID, now=NOW)
    keys.retire(earlier.id, now=NOW)

    assert refusal(lambda: keys.retire(last.id, now=NOW)) == "signing-key.last"
    assert keys.current(DID) == last


def test_without_a_key_the_sentence_names_the_command_that_makes_one(keys):
    keys.new(STRANGER_DID, now=NOW)

    with pytest.raises(SigningKeyError, match="testamur signing-keys new"):
        keys.current(DID)


def test_retiring_an_unknown_key_is_refused(keys):
    assert refusal(lambda: keys.retire("did:x#y", now=NOW)) == "signing-key.unknown"


def test_a_missing_file_is_told(keys):
    assert refusal(lambda: keys.current(DID)) == "signing-key.no-file"


def test_another_sealing_key_does_not_open_the_file(keys):
    keys.new(DID, now=NOW)
    other = SigningKeyFile(keys.path, bytes(32))

    assert refusal(lambda: other.current(DID)) == "signing-key.not-opened"


@pytest.mark.parametrize("cut", [-1, 30])
def test_a_damaged_file_is_told(keys, cut):
    keys.new(DID, now=NOW)
    keys.path.write_bytes(keys.path.read_bytes()[:cut])

    assert refusal(lambda: keys.current(DID)) == "signing-key.not-opened"


def test_another_kind_of_file_is_told_and_never_overwritten(keys):
    keys.path.parent.mkdir()
    keys.path.write_text("shopping list")

    assert refusal(lambda: keys.new(DID, now=NOW)) == "signing-key.other-file"
    assert keys.path.read_text() == "shopping list"


def test_a_sealing_key_of_the_wrong_length_is_refused_at_once(tmp_path):
    assert refusal(lambda: SigningKeyFile(tmp_path, b"short")) == "signing-key.sealing-key-length"


def test_no_private_key_is_ever_in_clear(keys):
    key = keys.new(DID, now=NOW)
    seed = key.private_key.private_bytes_raw()
    written = b"".join(path.read_bytes() for path in keys.path.parent.iterdir())

    assert seed not in written
    assert seed.hex().encode() not in written
    assert DID.encode() not in written
    assert "private" not in repr(key)
    assert SEALING_KEY.hex() not in repr(keys)
    assert repr(SEALING_KEY) not in repr(keys)


def test_only_its_owner_may_read_the_file(keys):
    keys.new(DID, now=NOW)

    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_what_a_crash_left_beside_the_file_does_no_harm(keys):
    keys.path.parent.mkdir()
    keys.path.with_name("signing.keys.new").write_text("half written")

    made = keys.new(DID, now=NOW)

    assert keys.all(DID) == (made,)
    assert [path.name for path in sorted(keys.path.parent.iterdir())] == [
        "signing.keys",
        "signing.keys.lock",
    ]


def test_writers_at_the_same_time_lose_no_key(keys):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: keys.new(DID, now=NOW), range(12)))

    assert {key.id for key in keys.all(DID)} == {key.id for key in made}
