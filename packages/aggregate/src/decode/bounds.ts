/**
 * Bounds on what one answer may make a decoder build, beside its bytes (`floodgate.max_decoded_bytes`). A few megabytes
 * of brackets would otherwise become gigabytes of objects. Real documents stay far below them.
 */

/** Levels of a JSON document: what Go's encoding/json takes ("exceeded max depth"). */
export const maxJsonDepth = 10_000
/** Objects and lists of a JSON document. */
export const maxJsonContainers = 2_000_000
/** A shorter JSON text is not counted: it cannot hold enough to matter. */
export const countedJsonBytes = 128 * 1024

/** Levels of elements of an XML document or a feed. */
export const maxXmlDepth = 1000
/** Elements and attributes of an XML document or a feed. */
export const maxXmlNodes = 1_000_000

/** Levels of a YAML document: the library's composer calls itself for each, and the stack ends at about 800. */
export const maxYamlDepth = 250
/** Tokens of a YAML document, white space included: a line `key: value` has seven. */
export const maxYamlTokens = 1_000_000
/** Values of a YAML document, those that aliases stand for included: a few lines can name billions. */
export const maxYamlValues = 500_000

/** Levels of a document that is written as YAML, where the indentation grows with each. */
export const maxWrittenDepth = 1000
