import { describeKind } from '@floodgate/core'
import { suggest } from '@floodgate/settings'

/** Functions of a module. */
export type Phase = 'incoming' | 'request' | 'response'

type Fn = (...args: any[]) => unknown

/** The functions that a module exports. */
export type Phases = Readonly<Partial<Record<Phase, Fn>>>

export type ScriptLevel = 'service' | 'endpoint' | 'backend'

const phasesAt: Readonly<Record<ScriptLevel, readonly Phase[]>> = {
  service: ['incoming'],
  endpoint: ['incoming', 'request', 'response'],
  backend: ['request', 'response']
}

/** The function that a default export is which is nothing but a function. */
function soleOf (level: ScriptLevel): Phase {
  return level === 'service' ? 'incoming' : 'request'
}

/** Takes the functions of a default export; a text if it has another shape. */
export function readShape (exported: unknown, level: ScriptLevel): Phases | string {
  if (typeof exported === 'function') return { [soleOf(level)]: exported as Fn }
  if (typeof exported !== 'object' || exported === null || Array.isArray(exported)) {
    return `its default export is ${describeKind(exported)}: export ${expected(level)}`
  }
  const wrong = findWrongName(Object.keys(exported), level)
  if (wrong !== null) return wrong
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== 'function') return `"${name}" of its default export is ${describeKind(value)}: expected a function`
  }
  return exported as Phases
}

/** What is wrong with the names of a default export that is an object; null for nothing. */
export function findWrongName (names: readonly string[], level: ScriptLevel): string | null {
  const known = phasesAt[level]
  if (names.length === 0) return `its default export has no function: export ${expected(level)}`
  for (const name of names) {
    if ((known as readonly string[]).includes(name)) continue
    return (phasesAt.endpoint as readonly string[]).includes(name)
      ? `"${name}" of its default export is never called at ${level === 'service' ? 'the service' : `a ${level}`}: export ${expected(level)}`
      : `"${name}" of its default export is unknown: ${suggest({ word: name, among: known }) ?? `export ${expected(level)}`}`
  }
  return null
}

/** What a module has to export, for messages. */
export function expected (level: ScriptLevel): string {
  const names = phasesAt[level].map((name) => `"${name}"`)
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`
  return `a function, or an object with ${names.length === 1 ? 'the function' : 'functions'} ${list}`
}
