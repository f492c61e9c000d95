-- Whoever asks for a duty, or offers it, and why: the other of the two answers.
ALTER TABLE "hand_over" ADD COLUMN "asked_by_id" TEXT;
UPDATE "hand_over" SET "asked_by_id" = "to_user_id";
ALTER TABLE "hand_over" ALTER COLUMN "asked_by_id" SET NOT NULL;
ALTER TABLE "hand_over" ADD COLUMN "reason" TEXT;
