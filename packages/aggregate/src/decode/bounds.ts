/**
 * Bounds on the structure of one decoded response, in addition to its bytes (`floodgate.max_decoded_bytes`). Otherwise
 * a few megabytes of brackets would become gigabytes of objects. Real documents stay far below.
 */

/** Levels of a JSON document: the limit of Go's encoding/json ("exceeded max depth"). */
export const maxJsonDepth = 10_000
/** Objects and lists of a JSON document. */
export const maxJsonContainers = 2_000_000
/** Shorter JSON texts are not counted: they cannot exceed the bounds by much. */
export const countedJsonBytes = 128 * 1024

/** Levels of elements of an XML document or a feed. */
export const maxXmlDepth = 1000
/** Elements and attributes of an XML document or a feed. */
export const maxXmlNodes = 1_000_000

/** Levels of a YAML document: the library's composer is recursive, and the stack ends at about 800. */
export const maxYamlDepth = 250
/** Tokens of a YAML document, white space included: a line `key: value` has seven. */
export const maxYamlTokens = 1_000_000
/** Values of a YAML document, including those of aliases: a few lines can expand to billions. */
export const maxYamlValues = 500_000

/** Levels of a document that is written as YAML, where the indentation grows with each. */
export const maxWrittenDepth = 1000
