import { JsonText, type Backend } from '@floodgate/core'
import { plantTree, type Tree } from './allow.ts'
import { isObjectField, joinFields, nameField, readFields, type Field } from './fields.ts'
import { readNames } from './mapping.ts'

type Fields = Map<string, Field>
type TextStep = (text: JsonText) => JsonText

/**
 * Creates the function that shapes a document's text without serializing its values again: target, allow, mapping, and
 * deny on the first level. Equivalent to `createTarget`, `createAllow`, `createDeny` and `createMapping` for data. Null
 * if deny goes deeper.
 */
export function createTextShape ({ target, allow, deny, mapping }: Pick<Backend,
  | 'target'
  | 'allow'
  | 'deny'
  | 'mapping'>): TextStep | null {
  if (allow.length === 0 && deny.some((path) => path.includes('.'))) return null
  const find = target === '' ? null : createFind(target)
  const steps: ((fields: Fields) => Fields)[] = []
  const tree = plantTree(allow)
  if (allow.length > 0) steps.push((fields) => keep(fields, tree))
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
      const field = readFields(found).get(key)
      if (field === undefined || !isObjectField(field)) return JsonText.empty()
      found = new JsonText(field.value, null)
    }
    return found
  }
}

function keep (fields: Fields, tree: Tree): Fields {
  const kept: Fields = new Map()
  for (const [key, branch] of tree) {
    const field = fields.get(key)
    if (field === undefined) continue
    if (branch === null) kept.set(key, field)
    else if (isObjectField(field)) keepInside(kept, key, field, branch)
  }
  return kept
}

/** An object that becomes empty is removed too. */
function keepInside (kept: Fields, key: string, { value }: Field, branch: Tree): void {
  const inside = keep(readFields(new JsonText(value, null)), branch)
  if (inside.size > 0) kept.set(key, nameField(joinFields(inside).bytes, key))
}

function rename (fields: Fields, names: readonly (readonly [from: string, to: string])[]): Fields {
  for (const [from, to] of names) {
    const field = fields.get(from)
    if (field === undefined) continue
    fields.set(to, nameField(field.value, to))
    fields.delete(from)
  }
  return fields
}
