-- Which system answered at a target's address when it was first seen, and what the last look showed.
ALTER TABLE "target" ADD COLUMN "identity" JSONB, ADD COLUMN "seen" JSONB, ADD COLUMN "seen_at" TIMESTAMPTZ(3);

-- A look at a target that somebody asked for: one that is registered, or one that is about to be.
CREATE TABLE "inspection" (
  "id" TEXT NOT NULL,
  "target_id" TEXT,
  "asked_by" TEXT,
  "component" TEXT NOT NULL,
  "adapter" TEXT NOT NULL,
  "settings" JSONB NOT NULL,
  "secrets" JSONB NOT NULL,
  "allow" TEXT[] NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "ended_at" TIMESTAMPTZ(3),
  "result" JSONB,
  CONSTRAINT "inspection_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "inspection_target_id_idx" ON "inspection"("target_id");
ALTER TABLE "inspection" ADD CONSTRAINT "inspection_target_id_fkey"
  FOREIGN KEY ("target_id") REFERENCES "target"("id") ON DELETE CASCADE ON UPDATE CASCADE;
