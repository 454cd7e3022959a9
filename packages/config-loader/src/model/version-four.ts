import type { Place } from '@floodgate/core'
import { describeValue, formatPlace, isObject } from '@floodgate/settings'
import type { Report } from '../locate/problem.ts'

/** Encodings that are new in version 4 of the format: streams, parsed message by message. */
const newEncodings: ReadonlySet<string> = new Set(['sse', 'ndjson', 'eventstream', 'streaming'])

/** Namespaces of `ai/*` in version 3; others with this prefix (the semantic cache, the AI router) are new. */
const oldAi: ReadonlySet<string> = new Set(['ai/llm', 'ai/mcp'])

/** New keys of namespaces that version 3 has. */
const newSettings: Readonly<Record<string, readonly string[]>> = {
  proxy: ['strategy'],
  'ai/llm': ['streaming', 'semantic_cache', 'req_content', 'max_distance', 'embedder']
}

/**
 * Checks a configuration of version 4 (KrakenD 3), which is read as version 3. Its client settings are those of version
 * 3, but not all changes are known: known additions, and any unknown key, are errors.
 *
 * @returns the report for problems of reading it as version 3
 */
export function checkVersionFour (root: Record<string, unknown>, report: Report): Report {
  report(
    {
      severity: 'warning',
      code: 'version-4',
      place: ['version'],
      value: 4,
      message: 'version 4 is read as version 3: known additions of version 4, and every unknown key, are errors'
    }
  )
  const told = new Set<string>()
  const refuse = (place: Place, value: unknown, what: string, at: 'key' | 'value' = 'value'): void => {
    told.add(formatPlace(place))
    report(
      {
        severity: 'error',
        code: 'new-in-version-4',
        place,
        at,
        value,
        message: `${what} is new in version 4 and not supported here`,
        instead: 'remove it, or serve this endpoint with KrakenD'
      }
    )
  }
  check(root, [])
  for (const [i, endpoint] of listOf(root['endpoints'])) {
    check(endpoint, ['endpoints', i])
    for (const [j, backend] of listOf(endpoint['backend'])) check(backend, ['endpoints', i, 'backend', j])
  }
  return (draft) => {
    if (draft.code === 'unknown-encoding' || draft.code === 'unknown-key' || draft.code === 'unknown-namespace') {
      if (told.has(formatPlace(draft.place))) return
      if (draft.code === 'unknown-key') { report({ ...draft, severity: 'error' }); return }
    }
    report(draft)
  }

  function check (part: Record<string, unknown>, place: Place): void {
    for (const key of ['output_encoding', 'encoding']) {
      const encoding = part[key]
      if (typeof encoding === 'string' && newEncodings.has(encoding.toLowerCase())) {
        refuse([...place, key], encoding, `the encoding ${describeValue([...place, key], encoding)}`)
      }
    }
    const extra = isObject(part['extra_config']) ? part['extra_config'] : {}
    for (const [namespace, settings] of Object.entries(extra)) {
      const at = [...place, 'extra_config', namespace]
      if (namespace.startsWith('ai/') && !oldAi.has(namespace)) refuse(at, null, `the namespace ${JSON.stringify(namespace)}`, 'key')
      if (!isObject(settings) || !Object.hasOwn(newSettings, namespace)) continue
      for (const key of newSettings[namespace]!) {
        if (Object.hasOwn(settings, key)) {
          refuse([...at, key], null, `the key ${JSON.stringify(key)} of ${JSON.stringify(namespace)}`, 'key')
        }
      }
    }
  }
}

function listOf (value: unknown): [number, Record<string, unknown>][] {
  return (Array.isArray(value) ? value : isObject(value) ? [value] : []).flatMap(
    (item, i) => isObject(item) ? [[i, item] as [number, Record<string, unknown>]] : []
  )
}
