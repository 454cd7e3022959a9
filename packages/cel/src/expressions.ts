import { createRequire } from 'node:module'
import type { Environment } from '@marcbachmann/cel-js'
import { Recent } from '@floodgate/core'
import { compileGoPattern, type GoPattern } from '@floodgate/go/regexp'
import { createActivation, variables, variablesIn, type Scene, type Variable } from './activation.ts'
import { registerConversions } from './conversions.ts'
import { registerMacros } from './macros.ts'
import { ownName, useOwnNames, withoutOwnNames } from './own-names.ts'
import { registerZonedTimes } from './zoned-times.ts'

/** A compiled expression: returns null if it is true, otherwise the reason. */
export interface Expression {
  readonly source: string
  readonly names: readonly Variable[]
  ask (values: Record<string, unknown>, scene: Scene): string | null
}

export type Compile = (source: string) => Expression

const require = createRequire(import.meta.url)

const rememberedPatterns = 256

/**
 * Creates a compiler of CEL expressions; the engine is loaded with the first expression.
 *
 * @param macros whether the functions of `security/policies` are available
 * @param more variables beside those of every expression, by name, with their types
 */
export function createCompiler ({ macros, more = {} }: { macros: boolean, more?: Readonly<Record<string, string>> }): Compile {
  const { Environment } = require('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js')
  const env = new Environment({ homogeneousAggregateLiterals: false })
  for (const [name, type] of Object.entries({ ...variables, ...more })) env.registerVariable(name, type)
  registerConversions(env)
  registerZonedTimes(env)
  registerMatches(env)
  // Evaluation is synchronous, so there is one input at a time.
  let current: Scene | null = null
  const requested = macros ? registerMacros(env, () => current!) : null

  /** @throws {SyntaxError} what is not CEL, names something unknown, or can never be a bool */
  return function compile (source) {
    const program = parse(env, source)
    const names = variablesIn(source)
    return {
      source,
      names: requested?.test(source) ? [...names, 'req_headers'] : names,
      ask (values, scene) {
        current = scene
        try {
          const result: unknown = program(values)
          return result === true ? null : `is ${String(result)}`
        } catch (error) {
          return `failed: ${firstLine(error)}`
        } finally {
          current = null
        }
      }
    }
  }
}

/**
 * Creates the function that evaluates expressions in order and returns the index of the first that is not true, with
 * the reason, or null.
 */
export function createCheck (expressions: readonly Expression[]): (scene: Scene) => { index: number, reason: string } | null {
  const activate = createActivation(expressions.flatMap(({ names }) => names))
  return function check (scene) {
    const values = activate(scene)
    for (let index = 0; index < expressions.length; index++) {
      const reason = expressions[index]!.ask(values, scene)
      if (reason !== null) return { index, reason }
    }
    return null
  }
}

function parse (env: Environment, source: string): (values: Record<string, unknown>) => unknown {
  try {
    const program = env.parse(useOwnNames(source))
    const { valid, type, error } = program.check()
    if (!valid) throw new SyntaxError(error!.message)
    if (type !== 'bool' && type !== 'dyn') throw new SyntaxError(`is ${type}, not true or false`)
    return program
  } catch (error) {
    throw new SyntaxError(firstLine(error), { cause: error })
  }
}

/** The library appends the expression on further lines. */
function firstLine (error: unknown): string {
  return withoutOwnNames((error as Error).message.split('\n', 1)[0]!)
}

function registerMatches (env: Environment): void {
  const recent = new Recent<GoPattern>(rememberedPatterns)
  const matches = (text: string, pattern: string): boolean => {
    let compiled = recent.get(pattern)
    if (compiled === undefined) recent.set(pattern, compiled = compileGoPattern(pattern))
    return compiled.test(text)
  }
  env.registerFunction(`string.${ownName('matches')}(string): bool`, matches)
  env.registerFunction(`${ownName('matches')}(string, string): bool`, matches)
}
