-- Locks the head of the record and then tells how long the named streams are: each command waits here for the one
-- before it, and a single statement would count with the eyes of before the wait.
CREATE FUNCTION "lock_chain"("wanted" TEXT[], OUT "position" BIGINT, OUT "hash" TEXT, OUT "seqs" JSONB)
LANGUAGE plpgsql AS $$
BEGIN
  SELECT head."position", head."hash" INTO "position", "hash" FROM "chain_head" head WHERE head."id" = 1 FOR UPDATE;
  SELECT jsonb_object_agg(asked.stream, coalesce(
      (SELECT e."seq" FROM "event_stream" e WHERE e."stream" = asked.stream ORDER BY e."seq" DESC LIMIT 1), 0))
    INTO "seqs" FROM unnest("wanted") AS asked(stream);
END;
$$;
