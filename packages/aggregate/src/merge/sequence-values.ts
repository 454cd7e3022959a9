import { literalOf, peekData, type Backend, type StepResponse } from '@floodgate/core'
import { writeValue } from '@floodgate/go'
import { isObject } from '../shape/target.ts'

type Params = Readonly<Record<string, string>>

/** A value that a backend of a sequence wants of an earlier answer. */
interface Wish {
  /** The parameter's name as the url_pattern has it between the braces: `resp0_user.id`. */
  name: string
  /** Position of the answer. */
  from: number
  /** Way to the field; null = the whole body of a raw answer. */
  path: readonly string[] | null
}

const IN_PATTERN = /\{([Rr]esp(\d+)_([\w.-]+))\}/g
const PROPAGATED = /[Rr]esp(\d+)(?:_([\w.-]+))?/g

/** Lists what each backend wants of those before it: what its url_pattern names, and what is propagated to all. */
export function readWishes (backends: readonly Pick<Backend, 'urlPattern'>[], propagated: readonly string[]): Wish[][] {
  return backends.map(({ urlPattern }, index) => {
    const wishes = new Map<string, Wish>()
    for (const [, name, from, path] of urlPattern.matchAll(IN_PATTERN)) wishes.set(name!, { name: name!, from: Number(from), path: path!.split('.') })
    for (const text of propagated) {
      for (const [name, from, path] of text.matchAll(PROPAGATED)) wishes.set(name, { name, from: Number(from), path: path?.split('.') ?? null })
    }
    return [...wishes.values()].filter(({ from }) => from < index)
  })
}

/** Adds what earlier answers have of the values wanted; what they have not stays out, and its placeholder in the URL. */
export function addValues (params: Params, wishes: readonly Wish[], answers: readonly StepResponse[]): Params {
  const values: Record<string, string> = {}
  for (const { name, from, path } of wishes) {
    const value = path === null ? bodyOf(answers[from]!) : find(peekData(answers[from]!), path)
    if (value !== undefined) values[name] = toParam(value)
  }
  return { ...params, ...values }
}

function bodyOf ({ data, body }: StepResponse): string | undefined {
  return data === null && Buffer.isBuffer(body) ? body.toString() : undefined
}

function find (data: unknown, path: readonly string[]): unknown {
  let value = data
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** Writes a value as a parameter: numbers by their digits, elements of a list with commas between, objects in Go's way. */
function toParam (value: unknown): string {
  return Array.isArray(value) ? value.map(toGoText).join(',') : value === null ? 'null' : toGoText(value)
}

/** Writes a value as Go's %v does, which is what users of the reference find in their URLs. */
function toGoText (value: unknown): string {
  return writeValue(value, (leaf) => literalOf(leaf) ?? String(leaf))
}
