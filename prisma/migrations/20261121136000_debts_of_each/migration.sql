-- Whoever skips approval owes for it, also where somebody did for the same rollback before.
DROP INDEX "review_rollback_id_kind_key";
CREATE UNIQUE INDEX "review_rollback_id_kind_user_id_key" ON "review"("rollback_id", "kind", "user_id");
