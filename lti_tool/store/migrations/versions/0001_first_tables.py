"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """First tables."""
    op.create_table(
        "institutions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column(
            "support", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institutions")),
        sa.UniqueConstraint("name", name=op.f("uq_institutions_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_institutions_slug")),
    )
    op.create_table(
        "audit_events",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_audit_events_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_audit_events")),
    )
    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_events_subject", ["institution_id", "subject"], unique=False
        )

    op.create_table(
        "invitations",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_invitations_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_invitations")),
        sa.UniqueConstraint(
            "institution_id", "secret_hash", name=op.f("uq_invitations_institution_id_secret_hash")
        ),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitations_secret_hash"), ["secret_hash"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_outbox_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "institution_id", "kind", "key", name=op.f("uq_outbox_institution_id_kind_key")
        ),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL AND set_aside_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND set_aside_at IS NULL"),
        )

    op.create_table(
        "persons",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_persons_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_persons")),
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index("ix_persons_email", ["institution_id", "email"], unique=False)

    op.create_table(
        "programme_versions",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_programme_versions_institution_id"),
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "programme_id", "version", name=op.f("pk_programme_versions")
        ),
        sa.UniqueConstraint(
            "institution_id",
            "programme_id",
            "digest",
            name=op.f("uq_programme_versions_institution_id_programme_id_digest"),
        ),
    )
    op.create_table(
        "registrations",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("auth_url", sa.String(), nullable=False),
        sa.Column("token_url", sa.String(), nullable=False),
        sa.Column("jwks_url", sa.String(), nullable=False),
        sa.Column("token_audience", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("product_family", sa.String(), nullable=True),
        sa.Column(
            "scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("management_url", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_registrations_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_registrations")),
        sa.UniqueConstraint(
            "institution_id",
            "platform_issuer",
            "client_id",
            "auth_url",
            name=op.f("uq_registrations_institution_id_platform_issuer_client_id_auth_url"),
        ),
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_id", ["id"], unique=False)

    op.create_table(
        "status_lists",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_status_lists_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_status_lists")),
        sa.UniqueConstraint(
            "institution_id",
            "purpose",
            "number",
            name=op.f("uq_status_lists_institution_id_purpose_number"),
        ),
    )
    op.create_table(
        "tool_keys",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "public_jwk", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sealed_private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_tool_keys_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_tool_keys")),
    )
    op.create_table(
        "access_tokens",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_access_tokens_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_access_tokens_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "registration_id", "name_hash", name=op.f("pk_access_tokens")
        ),
    )
    op.create_table(
        "accounts",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("sub", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("legacy_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_accounts_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_accounts_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_accounts_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "registration_id", "sub", name=op.f("pk_accounts")
        ),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_accounts_legacy_id", ["registration_id", "legacy_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_accounts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "badge_images",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("svg", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "programme_id", "version"],
            [
                "programme_versions.institution_id",
                "programme_versions.programme_id",
                "programme_versions.version",
            ],
            name=op.f("fk_badge_images_institution_id_programme_id_version"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_badge_images_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "programme_id", "version", "name", name=op.f("pk_badge_images")
        ),
    )
    op.create_table(
        "courses",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("context_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("line_items_url", sa.String(), nullable=True),
        sa.Column("memberships_url", sa.String(), nullable=True),
        sa.Column(
            "service_scopes",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "copied_from", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("copy_noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roster_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roster_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "roster_fault", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_courses_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_courses_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_courses")),
        sa.UniqueConstraint(
            "institution_id",
            "registration_id",
            "deployment_id",
            "context_id",
            name=op.f("uq_courses_institution_id_registration_id_deployment_id_context_id"),
        ),
    )
    op.create_table(
        "deployments",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("first_course", sa.String(), nullable=True),
        sa.Column("first_platform", sa.String(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_deployments_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_deployments_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "registration_id", "deployment_id", name=op.f("pk_deployments")
        ),
    )
    op.create_table(
        "enrolments",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_enrolments_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "programme_id", "version"],
            [
                "programme_versions.institution_id",
                "programme_versions.programme_id",
                "programme_versions.version",
            ],
            name=op.f("fk_enrolments_institution_id_programme_id_version"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_enrolments_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint(
            "institution_id",
            "person_id",
            "programme_id",
            name=op.f("uq_enrolments_institution_id_person_id_programme_id"),
        ),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enrolments_programme", ["institution_id", "programme_id", "version"], unique=False
        )

    op.create_table(
        "entry_links",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_entry_links_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_entry_links_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_entry_links")),
    )
    with op.batch_alter_table("entry_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_entry_links_secret_hash"), ["secret_hash"], unique=False
        )

    op.create_table(
        "launch_records",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.Column(
            "header", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "claims", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_launch_records_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_launch_records_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_launch_records")),
    )
    with op.batch_alter_table("launch_records", schema=None) as batch_op:
        batch_op.create_index(
            "ix_launch_records_at", ["institution_id", "registration_id", "at"], unique=False
        )

    op.create_table(
        "logins",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_logins_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_logins_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_logins")),
        sa.UniqueConstraint(
            "institution_id", "state_hash", name=op.f("uq_logins_institution_id_state_hash")
        ),
    )
    with op.batch_alter_table("logins", schema=None) as batch_op:
        batch_op.create_index("ix_logins_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "office_roles",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_office_roles_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_office_roles_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "person_id", "role", name=op.f("pk_office_roles")
        ),
    )
    op.create_table(
        "platform_keys",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("jwks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_platform_keys_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_platform_keys_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "registration_id", name=op.f("pk_platform_keys")),
    )
    op.create_table(
        "student_keys",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_student_keys_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_student_keys_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "person_id", name=op.f("pk_student_keys")),
    )
    op.create_table(
        "awards",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("badge_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "snapshot", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_awards_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_awards_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_awards")),
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index(
            "uq_awards_live",
            ["institution_id", "enrolment_id", "badge_id", "period"],
            unique=True,
            sqlite_where=sa.text("state <> 'revoked'"),
            postgresql_where=sa.text("state <> 'revoked'"),
        )

    op.create_table(
        "drafts",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_drafts_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_drafts_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "enrolment_id", "activity_id", name=op.f("pk_drafts")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column(
            "facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_evidence_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_evidence_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "institution_id",
            "enrolment_id",
            "activity_id",
            "kind",
            "occasion",
            name=op.f("uq_evidence_institution_id_enrolment_id_activity_id_kind_occasion"),
        ),
    )
    op.create_table(
        "line_items",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_line_items_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_line_items_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "course_id", "activity", name=op.f("pk_line_items")
        ),
    )
    op.create_table(
        "members",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "roster_roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("roster_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_members_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_members_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_members_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "course_id", "person_id", name=op.f("pk_members")
        ),
    )
    op.create_table(
        "requirement_results",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.String(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "evidence_ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_requirement_results_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_requirement_results_institution_id"),
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "enrolment_id", "requirement_id", name=op.f("pk_requirement_results")
        ),
    )
    op.create_table(
        "resource_links",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("line_item_url", sa.String(), nullable=True),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_resource_links_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_resource_links_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_resource_links")),
        sa.UniqueConstraint(
            "institution_id",
            "course_id",
            "link_id",
            name=op.f("uq_resource_links_institution_id_course_id_link_id"),
        ),
    )
    op.create_table(
        "review_links",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_review_links_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_review_links_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_review_links")),
        sa.UniqueConstraint(
            "institution_id",
            "enrolment_id",
            "activity",
            name=op.f("uq_review_links_institution_id_enrolment_id_activity"),
        ),
    )
    with op.batch_alter_table("review_links", schema=None) as batch_op:
        batch_op.create_index("ix_review_links_id", ["id"], unique=False)

    op.create_table(
        "credentials",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("signing_key_id", sa.String(), nullable=False),
        sa.Column("proof_created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsigned", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "award_id"],
            ["awards.institution_id", "awards.id"],
            name=op.f("fk_credentials_institution_id_award_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_credentials_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "award_id", name=op.f("pk_credentials")),
        sa.UniqueConstraint(
            "institution_id",
            "credential_id",
            name=op.f("uq_credentials_institution_id_credential_id"),
        ),
    )
    op.create_table(
        "scores",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("resource_link_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Double(), nullable=True),
        sa.Column("maximum", sa.Double(), nullable=True),
        sa.Column("activity_progress", sa.String(), nullable=False),
        sa.Column("grading_progress", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_version", sa.Integer(), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sent_version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_line_item", sa.String(), nullable=True),
        sa.Column("sent_submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_scores_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_scores_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_scores_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_links.institution_id", "resource_links.id"],
            name=op.f("fk_scores_institution_id_resource_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_scores_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_scores")),
        sa.UniqueConstraint(
            "institution_id",
            "resource_link_id",
            "activity",
            "person_id",
            name=op.f("uq_scores_institution_id_resource_link_id_activity_person_id"),
        ),
    )
    with op.batch_alter_table("scores", schema=None) as batch_op:
        batch_op.create_index(
            "ix_scores_course", ["institution_id", "course_id", "state"], unique=False
        )

    op.create_table(
        "status_entries",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("status_list_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "award_id"],
            ["awards.institution_id", "awards.id"],
            name=op.f("fk_status_entries_institution_id_award_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "status_list_id"],
            ["status_lists.institution_id", "status_lists.id"],
            name=op.f("fk_status_entries_institution_id_status_list_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_status_entries_institution_id")
        ),
        sa.PrimaryKeyConstraint(
            "institution_id", "status_list_id", "position", name=op.f("pk_status_entries")
        ),
        sa.UniqueConstraint(
            "institution_id", "award_id", name=op.f("uq_status_entries_institution_id_award_id")
        ),
    )
    op.create_table(
        "submissions",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("resource_link_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_submissions_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "enrolment_id"],
            ["enrolments.institution_id", "enrolments.id"],
            name=op.f("fk_submissions_institution_id_enrolment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_links.institution_id", "resource_links.id"],
            name=op.f("fk_submissions_institution_id_resource_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_submissions_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_submissions")),
        sa.UniqueConstraint(
            "institution_id",
            "enrolment_id",
            "activity_id",
            "round",
            name=op.f("uq_submissions_institution_id_enrolment_id_activity_id_round"),
        ),
    )
    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_submissions_queue", ["institution_id", "state", "submitted_at"], unique=False
        )

    op.create_table(
        "visits",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("form_key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("resource_link_id", sa.Uuid(), nullable=True),
        sa.Column(
            "course_roles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "course_id"],
            ["courses.institution_id", "courses.id"],
            name=op.f("fk_visits_institution_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "person_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_visits_institution_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "registration_id"],
            ["registrations.institution_id", "registrations.id"],
            name=op.f("fk_visits_institution_id_registration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "resource_link_id"],
            ["resource_links.institution_id", "resource_links.id"],
            name=op.f("fk_visits_institution_id_resource_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_visits_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "number", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index("ix_visits_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_visits_number", ["number"], unique=False)

    op.create_table(
        "marksheets",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("marker_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_id", sa.String(), nullable=False),
        sa.Column("rubric_hash", sa.String(), nullable=False),
        sa.Column(
            "levels", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("sealed_comments", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id", "marker_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_marksheets_institution_id_marker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "submission_id"],
            ["submissions.institution_id", "submissions.id"],
            name=op.f("fk_marksheets_institution_id_submission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_marksheets_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_marksheets")),
        sa.UniqueConstraint(
            "institution_id",
            "submission_id",
            "marker_id",
            name=op.f("uq_marksheets_institution_id_submission_id_marker_id"),
        ),
    )
    op.create_table(
        "readings",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "reader_id"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_readings_institution_id_reader_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "submission_id"],
            ["submissions.institution_id", "submissions.id"],
            name=op.f("fk_readings_institution_id_submission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_readings_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "id", name=op.f("pk_readings")),
    )
    with op.batch_alter_table("readings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_readings_submission_id"), ["submission_id"], unique=False
        )

    op.create_table(
        "outcomes",
        sa.Column("institution_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("marksheet_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id", "marksheet_id"],
            ["marksheets.institution_id", "marksheets.id"],
            name=op.f("fk_outcomes_institution_id_marksheet_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "released_by"],
            ["persons.institution_id", "persons.id"],
            name=op.f("fk_outcomes_institution_id_released_by"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id", "submission_id"],
            ["submissions.institution_id", "submissions.id"],
            name=op.f("fk_outcomes_institution_id_submission_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_outcomes_institution_id")
        ),
        sa.PrimaryKeyConstraint("institution_id", "submission_id", name=op.f("pk_outcomes")),
    )
