-- The public keys that secrets are sealed with. Whoever opens them has the private halves in a file of their own.
CREATE TABLE "sealing_key" (
  "id" TEXT NOT NULL,
  "public_key" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "retired_at" TIMESTAMPTZ(3),
  CONSTRAINT "sealing_key_pkey" PRIMARY KEY ("id")
);
-- One key seals at a time, however many workers publish theirs at once.
CREATE UNIQUE INDEX "sealing_key_one_current" ON "sealing_key" ((true)) WHERE "retired_at" IS NULL;

-- What targets name as stored:name. Sealed: nobody who holds this table alone can read it.
CREATE TABLE "stored_secret" (
  "name" TEXT NOT NULL,
  "key_id" TEXT NOT NULL,
  "sealed" TEXT NOT NULL,
  "set_at" TIMESTAMPTZ(3) NOT NULL,
  "set_by" TEXT NOT NULL,
  CONSTRAINT "stored_secret_pkey" PRIMARY KEY ("name"),
  CONSTRAINT "stored_secret_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "sealing_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
