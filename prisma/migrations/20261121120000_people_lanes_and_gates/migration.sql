-- On call is a time-bound duty, not a role; a delegation lends a role by name until a time.
CREATE TABLE "on_call_shift" (
  "id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "system" TEXT NOT NULL DEFAULT '*',
  "starts_at" TIMESTAMPTZ(3) NOT NULL,
  "ends_at" TIMESTAMPTZ(3) NOT NULL,
  "created_by" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "revoked_at" TIMESTAMPTZ(3),
  "revoked_by" TEXT,
  CONSTRAINT "on_call_shift_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "on_call_shift_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "on_call_shift_span" CHECK ("starts_at" < "ends_at")
);
CREATE INDEX "on_call_shift_user_id_idx" ON "on_call_shift"("user_id");
CREATE INDEX "on_call_shift_ends_at_idx" ON "on_call_shift"("ends_at");

CREATE TABLE "delegation" (
  "id" TEXT NOT NULL,
  "from_user_id" TEXT NOT NULL,
  "to_user_id" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "system" TEXT NOT NULL DEFAULT '*',
  "reason" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "ends_at" TIMESTAMPTZ(3) NOT NULL,
  "revoked_at" TIMESTAMPTZ(3),
  "revoked_by" TEXT,
  CONSTRAINT "delegation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "delegation_from_user_id_fkey" FOREIGN KEY ("from_user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "delegation_to_user_id_fkey" FOREIGN KEY ("to_user_id") REFERENCES "user_account"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT "delegation_not_to_self" CHECK ("from_user_id" <> "to_user_id")
);
CREATE INDEX "delegation_to_user_id_idx" ON "delegation"("to_user_id");
CREATE INDEX "delegation_from_user_id_idx" ON "delegation"("from_user_id");

-- In which capacity somebody approved: by an own role, on duty, or in another's stead.
ALTER TABLE "approval" ADD COLUMN "via_kind" TEXT NOT NULL DEFAULT 'role';
ALTER TABLE "approval" ADD COLUMN "via_id" TEXT;

-- How far the search for an approver has come.
ALTER TABLE "rollback" ADD COLUMN "asked_level" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "rollback" ADD COLUMN "asked_at" TIMESTAMPTZ(3);

-- The services that one rollback moves. Its own is a row too, so that this index is the lock for all of them.
CREATE TABLE "rollback_member" (
  "rollback_id" TEXT NOT NULL,
  "service_id" TEXT NOT NULL,
  "environment" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "from_version" TEXT,
  "to_version" TEXT NOT NULL,
  "scope" TEXT[],
  "active" BOOLEAN NOT NULL DEFAULT true,
  CONSTRAINT "rollback_member_pkey" PRIMARY KEY ("rollback_id", "service_id"),
  CONSTRAINT "rollback_member_rollback_id_fkey" FOREIGN KEY ("rollback_id") REFERENCES "rollback"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "rollback_member_one_active" ON "rollback_member" ("service_id", "environment") WHERE "active";

INSERT INTO "rollback_member" ("rollback_id", "service_id", "environment", "position", "from_version", "to_version", "scope", "active")
SELECT "id", "service_id", "environment", 0, "from_version", "to_version", "scope",
  "state" IN ('draft', 'awaiting_approval', 'approved', 'running', 'paused', 'needs_manual', 'verifying', 'monitoring')
FROM "rollback";

-- Whatever ends a rollback lets go of every service that it held.
CREATE FUNCTION "release_rollback_members"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "rollback_member" SET "active" = NEW."state" IN ('draft', 'awaiting_approval', 'approved', 'running', 'paused',
    'needs_manual', 'verifying', 'monitoring') WHERE "rollback_id" = NEW."id";
  RETURN NULL;
END;
$$;
CREATE TRIGGER "rollback_releases_members" AFTER UPDATE OF "state" ON "rollback"
FOR EACH ROW WHEN (OLD."state" IS DISTINCT FROM NEW."state") EXECUTE FUNCTION "release_rollback_members"();

-- A checklist item knows its list, its gate and who may override it.
ALTER TABLE "checklist_item" ADD COLUMN "checklist" TEXT;
ALTER TABLE "checklist_item" ADD COLUMN "gate" TEXT NOT NULL DEFAULT 'submit';
ALTER TABLE "checklist_item" ADD COLUMN "override_role" TEXT;
ALTER TABLE "checklist_item" ADD COLUMN "help" TEXT;

-- Who tells the stakeholders, and how a duty in an incident passes from one person to the next.
ALTER TABLE "incident" ADD COLUMN "communications_id" TEXT;
CREATE TABLE "hand_over" (
  "id" TEXT NOT NULL,
  "incident_id" TEXT,
  "rollback_id" TEXT,
  "duty" TEXT NOT NULL,
  "from_user_id" TEXT,
  "to_user_id" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "asked_at" TIMESTAMPTZ(3) NOT NULL,
  "takes_effect_at" TIMESTAMPTZ(3) NOT NULL,
  "answered_at" TIMESTAMPTZ(3),
  CONSTRAINT "hand_over_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "hand_over_incident_id_idx" ON "hand_over"("incident_id");
CREATE UNIQUE INDEX "hand_over_one_open_incident" ON "hand_over"("incident_id", "duty") WHERE "state" = 'asked' AND "incident_id" IS NOT NULL;
CREATE UNIQUE INDEX "hand_over_one_open_rollback" ON "hand_over"("rollback_id", "duty") WHERE "state" = 'asked' AND "rollback_id" IS NOT NULL;

-- Who looks at an incident or a rollback just now; every web process writes here, so that each shows all.
CREATE TABLE "presence" (
  "subject_kind" TEXT NOT NULL,
  "subject_id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "presence_pkey" PRIMARY KEY ("subject_kind", "subject_id", "user_id")
);

-- An emergency leaves two debts: the review, and the documentation.
ALTER TABLE "review" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'review';
ALTER TABLE "review" ADD COLUMN "escalated_at" TIMESTAMPTZ(3);
DROP INDEX "review_rollback_id_key";
CREATE UNIQUE INDEX "review_rollback_id_kind_key" ON "review"("rollback_id", "kind");

-- Rows of a playbook never change; that it is no longer offered stands beside them.
CREATE TABLE "playbook_retirement" (
  "playbook_id" TEXT NOT NULL,
  "retired_at" TIMESTAMPTZ(3) NOT NULL,
  "retired_by" TEXT NOT NULL,
  CONSTRAINT "playbook_retirement_pkey" PRIMARY KEY ("playbook_id")
);

-- Whether a trigger may act here by itself, where the playbook allows it.
ALTER TABLE "environment" ADD COLUMN "automatic_rollback" BOOLEAN NOT NULL DEFAULT false;
