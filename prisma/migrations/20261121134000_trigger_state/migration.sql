-- Which triggers are firing now, so that each firing is recorded once, however many workers look.
CREATE TABLE "trigger_firing" (
  "service_id" TEXT NOT NULL,
  "environment" TEXT NOT NULL,
  "trigger_id" TEXT NOT NULL,
  "since" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "trigger_firing_pkey" PRIMARY KEY ("service_id", "environment", "trigger_id"),
  CONSTRAINT "trigger_firing_service_id_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
