import { CallError } from '../errors.ts'
import { STRING } from '../values.ts'
import { define, text, type FunctionTable } from './definition.ts'

/** `$name`, `${name}`, `$*` and its like; the braces of a broken `${` go with it. */
const REFERENCE = /\$(?:\{([*#$@!?\-0-9])\}|\{([^}]*)\}|\{|([*#$@!?\-0-9])|([A-Za-z0-9_]+))/g

/** sprig's functions on the environment, and `fail`. */
export const environmentFunctions: FunctionTable = {
  env: define([text], STRING, ([name], { env }) => lookup(env, name)),
  expandenv: define([text], STRING, ([value], { env }) =>
    value.replace(REFERENCE, (_, special?: string, braced?: string, digit?: string, name?: string) =>
      lookup(env, special ?? braced ?? digit ?? name ?? ''))),
  fail: define([text], STRING, ([message]) => { throw new CallError(message) })
}

function lookup (env: Readonly<Record<string, string | undefined>>, name: string): string {
  return Object.hasOwn(env, name) ? env[name] ?? '' : ''
}
