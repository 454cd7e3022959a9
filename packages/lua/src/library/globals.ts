import { LuaTable, type LuaValue, type Machine, type NativeFunction } from '../machine/values.ts'
import { native } from './arguments.ts'
import { createBaseFunctions, toText } from './base.ts'
import { createCoroutineLibrary } from './coroutines.ts'
import { createMathLibrary } from './mathematics.ts'
import { createStringLibrary } from './strings.ts'
import { createDebugLibrary, createIoLibrary, createOsLibrary } from './system.ts'
import { createTableLibrary } from './tables.ts'
import { isFunction } from '../machine/texts.ts'

/** What all scripts have in common; each gets its own copies of the tables. */
export interface Libraries {
  /** Functions, and tables that scripts cannot change. */
  readonly base: LuaTable
  /** Tables that a script may change, by name. */
  readonly open: Readonly<Record<string, LuaTable>>
}

/**
 * Creates what scripts see.
 *
 * @param all `allow_open_libs`: strings, numbers, coroutines, time
 * @param objects tables and functions of the gateway, by name; tables must be frozen
 */
export function createLibraries (all: boolean, objects: Readonly<Record<string, LuaValue>> = {}): Libraries {
  const base = new LuaTable()
  for (const fn of [...createBaseFunctions(), print, require]) base.set(fn.name, fn)
  for (const [name, value] of Object.entries(objects)) base.set(name, value)
  base.set('_VERSION', 'Lua 5.1')
  return {
    base,
    open: {
      table: createTableLibrary(),
      ...all && {
        string: createStringLibrary(),
        math: createMathLibrary(),
        coroutine: createCoroutineLibrary(),
        os: createOsLibrary(),
        io: createIoLibrary(),
        debug: createDebugLibrary()
      }
    }
  }
}

/** The globals of one script, which has nothing in common with others that it could change. */
export function createGlobals ({ base, open }: Libraries): LuaTable {
  const globals = base.copy()
  const loaded = new LuaTable()
  for (const name in open) {
    const copy = open[name]!.copy()
    globals.set(name, copy)
    loaded.set(name, copy)
  }
  globals.set('_G', globals)
  const packages = new LuaTable()
  packages.set('loaded', loaded)
  packages.set('preload', new LuaTable())
  globals.set('package', packages)
  return globals
}

/** The metatable of strings, where the library `string` is open. */
export function stringMetatable (globals: LuaTable): LuaTable | null {
  const strings = globals.field('string')
  if (!(strings instanceof LuaTable)) return null
  const metatable = new LuaTable()
  metatable.set('__index', strings)
  return metatable
}

/** Takes lines that scripts print; `host` of a machine may have it. */
export interface Printing {
  print (line: string): void
}

const print: NativeFunction = native('print', (args) => {
  const { machine } = args
  const line = args.values.map((value) => toText(machine, value)).join('\t')
  machine.budget.takeString(line.length)
  ;(machine.host as Printing | null)?.print(line)
  return []
})

/** Finds what is loaded or in `package.preload`: files are not read. */
const require: NativeFunction = native('require', (args) => {
  const { machine } = args
  const name = args.string(1)
  const loaded = packageTable(machine, 'loaded')
  const before = loaded?.field(name)
  if (before !== undefined && before !== false) return before
  const loader = packageTable(machine, 'preload')?.field(name)
  if (!isFunction(loader)) {
    throw machine.failure(`module ${name} not found:\n\tno field package.preload['${name}'], and scripts have no access to files: name it in "sources"`)
  }
  const value = machine.call(loader, [name])[0] ?? true
  loaded?.set(name, value)
  return value
})

function packageTable ({ globals }: Machine, name: string): LuaTable | undefined {
  const packages = globals.field('package')
  const table = packages instanceof LuaTable ? packages.field(name) : undefined
  return table instanceof LuaTable ? table : undefined
}
