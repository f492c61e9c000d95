/** What was to be recorded stands in the record: another worker was first. */
export class AlreadyKnown extends Error {
  override readonly name = "AlreadyKnown";
}
