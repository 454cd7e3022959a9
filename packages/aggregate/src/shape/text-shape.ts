import { JsonText, type Backend } from '@floodgate/core'
import { joinFields, readFields, renameField, type Field } from './fields.ts'
import { readNames } from './mapping.ts'
import { isObject } from './target.ts'

type Fields = Map<string, Field>
type TextStep = (text: JsonText) => JsonText

const EMPTY = new JsonText(Buffer.from('{}'), {})

/**
 * Creates what shapes a document's text without writing its values anew: target, and allow, deny and mapping as long
 * as they stay on the first level. Does what `createTarget`, `createAllow`, `createDeny` and `createMapping` do to
 * data. Null where something goes deeper.
 */
export function createTextShape ({ target, allow, deny, mapping }: Pick<Backend, 'target' | 'allow' | 'deny' | 'mapping'>): TextStep | null {
  if ((allow.length > 0 ? allow : deny).some((path) => path.includes('.'))) return null
  const find = target === '' ? null : createFind(target)
  const steps: ((fields: Fields) => Fields)[] = []
  if (allow.length > 0) steps.push((fields) => pick(fields, allow))
  else if (deny.length > 0) steps.push((fields) => { for (const key of deny) fields.delete(key); return fields })
  const names = readNames(mapping)
  if (names.length > 0) steps.push((fields) => rename(fields, names))
  return (text) => {
    const found = find === null ? text : find(text)
    return steps.length === 0 ? found : joinFields(steps.reduce((fields, step) => step(fields), readFields(found)))
  }
}

function createFind (target: string): TextStep {
  const path = target.split('.')
  return (text) => {
    let found = text
    for (const key of path) {
      if (!Object.hasOwn(found.plain, key) || !isObject(found.plain[key])) return EMPTY
      found = new JsonText(readFields(found).get(key)!.value, found.plain[key])
    }
    return found
  }
}

function pick (fields: Fields, keys: readonly string[]): Fields {
  const picked: Fields = new Map()
  for (const key of keys) {
    const field = fields.get(key)
    if (field !== undefined) picked.set(key, field)
  }
  return picked
}

function rename (fields: Fields, names: readonly (readonly [from: string, to: string])[]): Fields {
  for (const [from, to] of names) {
    const field = fields.get(from)
    if (field === undefined) continue
    fields.set(to, renameField(field, to))
    fields.delete(from)
  }
  return fields
}
