/** Something outside the product is not as it must be to run. The message is a sentence for the person who starts it. */
export class ConfigurationFault extends Error {
  override readonly name = "ConfigurationFault";
}
