import { literalOf, peekData, type Backend, type StepResponse } from '@floodgate/core'
import { writeValue } from '@floodgate/go/text'
import { isObject } from '../shape/target.ts'

type Params = Readonly<Record<string, string>>

/** A value of an earlier response that a backend of a sequence uses. */
interface Wish {
  /** The parameter's name between the braces of the url_pattern: `resp0_user.id`. */
  name: string
  /** Position of the response. */
  from: number
  /** Path to the field; null for the whole body of a raw response. */
  path: readonly string[] | null
}

const IN_PATTERN = /\{([Rr]esp(\d+)_([\w.-]+))\}/g
const PROPAGATED = /[Rr]esp(\d+)(?:_([\w.-]+))?/g

/** Lists the values of earlier responses that each backend uses: those in its url_pattern and those propagated to all. */
export function readWishes (backends: readonly Pick<Backend, 'urlPattern'>[], propagated: readonly string[]): Wish[][] {
  return backends.map(({ urlPattern }, index) => {
    const wishes = new Map<string, Wish>()
    for (const [, name, from, path] of urlPattern.matchAll(IN_PATTERN)) {
      wishes.set(
        name!,
        { name: name!, from: Number(from), path: path!.split('.') }
      )
    }
    for (const text of propagated) {
      for (const [name, from, path] of text.matchAll(PROPAGATED)) {
        wishes.set(
          name,
          { name, from: Number(from), path: path?.split('.') ?? null }
        )
      }
    }
    return [...wishes.values()].filter(({ from }) => from < index)
  })
}

/** Adds the values that earlier responses have; a missing value is not set, and its placeholder stays in the URL. */
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

/** Formats a value as a parameter: numbers by their digits, lists as comma-separated elements, objects as in Go. */
function toParam (value: unknown): string {
  return Array.isArray(value) ? value.map(toGoText).join(',') : value === null ? 'null' : toGoText(value)
}

/** Formats a value as Go's %v does, as in the reference's URLs. */
function toGoText (value: unknown): string {
  return writeValue(value, (leaf) => literalOf(leaf) ?? String(leaf))
}
