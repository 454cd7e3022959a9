/**
 * Returns whether an answer in gzip suits a client better than one without coding (RFC 9110, section 12.5.3): gzip is
 * named, or `*` is, with a weight above 0 that is not below a weight given to `identity`. Without the field it does not.
 *
 * @param field `Accept-Encoding`, several lines joined with commas
 */
export function acceptsGzip (field: string | undefined): boolean {
  if (field === undefined) return false
  const weights: Partial<Record<string, number>> = { gzip: undefined, identity: undefined, '*': undefined }
  for (const member of field.split(',')) {
    const [coding = '', ...parameters] = member.split(';')
    const written = coding.trim().toLowerCase()
    const name = written === 'x-gzip' ? 'gzip' : written
    // What is named twice counts where it is refused.
    if (name in weights) weights[name] = Math.min(weights[name] ?? 1, weightOf(parameters))
  }
  const { gzip = weights['*'] ?? 0, identity = 0 } = weights
  return gzip > 0 && gzip >= identity
}

const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i

/** What is not a weight accepts nothing. */
function weightOf (parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const text = parameter.trim()
    if (/^q\s*=/i.test(text)) return Number(weight.exec(text)?.[1] ?? 0)
  }
  return 1
}
