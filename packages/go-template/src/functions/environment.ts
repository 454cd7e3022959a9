import { CallError } from '../errors.ts'
import { STRING } from '../evaluate/values.ts'
import { define, text, type FunctionTable } from './definition.ts'

/** Names of one character, such as `$1` and `$*`. */
const SPECIAL = '*#$@!?-0123456789'
const NAME = /[A-Za-z0-9_]*/y

/** sprig's functions on the environment, and `fail`. */
export const environmentFunctions: FunctionTable = {
  env: define([text], STRING, ([name], { env }) => lookup(env, name)),
  expandenv: define([text], STRING, ([value], { env, budget }) => {
    const lastBrace = value.lastIndexOf('}')
    let expanded = ''
    for (let at = 0; at < value.length;) {
      const dollar = value.indexOf('$', at)
      expanded += value.slice(at, dollar === -1 ? undefined : dollar)
      if (dollar === -1) break
      const { name, end } = referenceAt(value, dollar + 1, lastBrace)
      // A dollar without a name stays; broken braces go.
      expanded += name === '' && end === dollar + 1 ? '$' : lookup(env, name)
      budget.text(expanded.length)
      at = end
    }
    return expanded
  }),
  fail: define([text], STRING, ([message]) => { throw new CallError(message) })
}

/** Reads the name behind a dollar: `name`, `{name}`, or one special character. */
function referenceAt (value: string, at: number, lastBrace: number): { name: string, end: number } {
  if (value[at] === '{') {
    if (value[at + 2] === '}' && SPECIAL.includes(value[at + 1]!)) return { name: value[at + 1]!, end: at + 3 }
    if (lastBrace < at) return { name: '', end: at + 1 }
    const close = value.indexOf('}', at + 1)
    return { name: value.slice(at + 1, close), end: close + 1 }
  }
  if (at < value.length && SPECIAL.includes(value[at]!)) return { name: value[at]!, end: at + 1 }
  NAME.lastIndex = at
  const name = NAME.exec(value)![0]
  return { name, end: at + name.length }
}

function lookup (env: Readonly<Record<string, string | undefined>>, name: string): string {
  return Object.hasOwn(env, name) ? env[name] ?? '' : ''
}
