import { compileScript } from '../../src/compile/compile-script.ts'
import { createGlobals, createLibraries, stringMetatable } from '../../src/library/globals.ts'
import { defaultLimits, type Limits } from '../../src/machine/budget.ts'
import { Interpreter } from '../../src/machine/interpreter.ts'
import { LuaFunction, LuaTable, type LuaValue } from '../../src/machine/values.ts'
import { fromBytes, toBytes } from '../../src/machine/texts.ts'

export interface RunOptions {
  limits?: Partial<Limits>
  all?: boolean
  objects?: Record<string, LuaValue>
  host?: object
  ended?: () => unknown
}

const libraries = { all: createLibraries(true), base: createLibraries(false) }

/** Prepares an interpreter with its globals. */
export function prepare ({ limits, all = true, objects, host, ended }: RunOptions = {}) {
  const globals = createGlobals(objects === undefined ? libraries[all ? 'all' : 'base'] : createLibraries(all, objects))
  const machine = new Interpreter({ limits: { ...defaultLimits, ...limits }, globals, host, ...(ended !== undefined && { ended }) })
  machine.stringMetatable = stringMetatable(globals)
  return {
    machine,
    run: (source: string) => {
      const proto = compileScript(toBytes(source), { name: '<string>', locate: (line) => ({ file: 'test.lua', line }) })
      return machine.run(new LuaFunction(proto, [], globals))
    }
  }
}

/** Runs a script; what it returns: texts, numbers, booleans, null for nil, objects and arrays for tables. */
export async function runScript (source: string, options: RunOptions = {}): Promise<unknown[]> {
  return (await prepare(options).run(source)).map(toPlain)
}

/** The first value that a script returns. */
export async function value (source: string, options: RunOptions = {}): Promise<unknown> {
  return (await runScript(source, options))[0]
}

/** The message of an error that a script does not catch. */
export async function failure (source: string, options: RunOptions = {}): Promise<string> {
  try {
    await runScript(source, options)
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

function toPlain (value: LuaValue): unknown {
  if (value === undefined) return null
  if (typeof value === 'string') return fromBytes(value)
  if (!(value instanceof LuaTable)) return value
  const entries: [string, unknown][] = []
  value.forEach((key, value) => { entries.push([String(key), toPlain(value)]) })
  return entries.length === value.length ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}
