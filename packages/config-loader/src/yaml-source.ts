import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { plainValue } from './plain-value.ts'
import { createSource, lineAndColumn, showRawLine, type Source, type TextEntry, type TextNode } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'

const require = createRequire(import.meta.url)

/** How many nodes the aliases of a text may expand to: a bound against texts that grow without end. */
const maxAliasCount = 100

/**
 * Parses a YAML 1.2 text: core schema (`yes` and `on` are texts), merge keys, one document, no duplicate keys.
 *
 * @throws {SyntaxProblem} at the first thing that is not YAML
 */
export function parseYaml (file: string, text: string): Source {
  const yaml = require('yaml') as typeof Yaml
  const document = yaml.parseDocument(text, { version: '1.2', schema: 'core', merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  const error = document.errors[0]
  if (error !== undefined) throw describeSyntaxError(text, error.message, error.pos[0])
  const double = findDoubleKey(yaml, document)
  if (double !== null) throw describeSyntaxError(text, 'Map keys must be unique', double)
  try {
    const value = plainValue(document.toJS({ maxAliasCount }))
    return createSource(file, text, value, () => document.contents && convert(yaml, document, document.contents))
  } catch (err) {
    throw describeSyntaxError(text, (err as Error).message, 0)
  }
}

/** Where a key begins that its mapping has before already; null: nowhere. The library compares each key with all before it. */
function findDoubleKey (yaml: typeof Yaml, document: Yaml.Document): number | null {
  let found: number | null = null
  yaml.visit(document, {
    Map (_, { items }) {
      const keys = new Set<unknown>()
      for (const { key } of items) {
        if (!yaml.isScalar(key) || key.source === '<<') continue
        if (keys.has(key.value)) {
          found = key.range?.[0] ?? 0
          return yaml.visit.BREAK
        }
        keys.add(key.value)
      }
      return undefined
    }
  })
  return found
}

function convert (yaml: typeof Yaml, document: Yaml.Document, node: Yaml.Node): TextNode {
  const target = yaml.isAlias(node) ? node.resolve(document) ?? node : node
  const [start = 0, end = start] = target.range ?? []
  if (yaml.isSeq(target)) return { kind: 'list', start, end, items: target.items.map((item) => convert(yaml, document, item as Yaml.Node)) }
  if (!yaml.isMap(target)) return { kind: 'scalar', start, end, value: yaml.isScalar(target) ? target.value : undefined }
  const merged: TextEntry[] = []
  const entries: TextEntry[] = []
  for (const { key, value } of target.items as Yaml.Pair<Yaml.Node, Yaml.Node | null>[]) {
    const [start = 0, end = start] = key.range ?? []
    const child: TextNode = value === null ? { kind: 'scalar', start, end, value: null } : convert(yaml, document, value)
    if (yaml.isScalar(key) && key.source === '<<') merged.push(...mergedEntries(child))
    else entries.push({ key: yaml.isScalar(key) ? String(key.value) : '', start, end, value: child })
  }
  return { kind: 'object', start, end, entries: [...merged, ...entries] }
}

function mergedEntries (node: TextNode): readonly TextEntry[] {
  if (node.kind === 'list') return node.items.toReversed().flatMap(mergedEntries)
  return node.kind === 'object' ? node.entries : []
}

function describeSyntaxError (text: string, message: string, offset: number): SyntaxProblem {
  const where = lineAndColumn(text, offset)
  return new SyntaxProblem(`${message.replace(/\.$/, '')}, in line ${where.line}, column ${where.column}`, where, showRawLine(text, offset), null)
}
