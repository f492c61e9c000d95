-- Before some steps execution waits until a person says go: since when, and who said it.
ALTER TABLE "step" ADD COLUMN "held_at" TIMESTAMPTZ(3);
ALTER TABLE "step" ADD COLUMN "released_at" TIMESTAMPTZ(3);
ALTER TABLE "step" ADD COLUMN "released_by" TEXT;

-- Whether it waits before the lane of this service.
ALTER TABLE "rollback_member" ADD COLUMN "hold" BOOLEAN NOT NULL DEFAULT true;
