import type { SpanAttribute } from '../traces/span.ts'
import type { SpanSettings } from './layer-settings.ts'

/** Reports headers as attributes: `http.request.header.user-agent` with a list of values. */
export function headerAttributes (
  kind: 'request' | 'response',
  headers: Readonly<Record<string, unknown>>,
  { skipped }: Pick<SpanSettings, 'skipped'>
): SpanAttribute[] {
  const attributes: SpanAttribute[] = []
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || skipped.has(name)) continue
    attributes.push([`http.${kind}.header.${name}`, Array.isArray(value) ? value.map(String) : [String(value)]])
  }
  return attributes
}
