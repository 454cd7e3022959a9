import { quote } from '@floodgate/go/quote'
import { wellFormed } from '@floodgate/go/text'
import { findLocation, Instant, type Location, UTC } from '@floodgate/go/time'
import { Budget, defaultLimits, type Limits } from './evaluate/budget.ts'
import { collectFunctions, unsupportedFunctions, type CustomFunction } from './functions/table.ts'
import { execute, type Execution } from './evaluate/evaluate.ts'
import { evaluateOperand } from './evaluate/expression.ts'
import { Frame } from './evaluate/frame.ts'
import { isEmptyTree, type Tree } from './parse/nodes.ts'
import { LimitError, TemplateError, type TemplateErrorCode } from './errors.ts'
import { methods } from './functions/methods.ts'
import { Output, type Rendering } from './evaluate/output.ts'
import { parse } from './parse/parser.ts'
import { toValue, type LiteralOf } from './evaluate/data.ts'
import { findBareActions, type BareAction } from './inspect/bare-actions.ts'
import type { KnownFunctions } from './parse/pipeline-parser.ts'

/** Where texts come from that a template asks for by name. Both return undefined for what does not exist. */
export interface Loader {
  /** Text of a template that `template` names and that has not been parsed yet. */
  template? (name: string): string | undefined
  /** Text for `include`; a missing one is empty, as KrakenD has it. */
  partial? (name: string): string | undefined
}

export interface TemplatesOptions {
  loader?: Loader
  /** Further functions; they win over those of the same name. */
  functions?: Readonly<Record<string, CustomFunction>>
  /** What `env` and `expandenv` see. Default: nothing. */
  env?: Readonly<Record<string, string | undefined>>
  /** The clock, ms since 1970. Default: the system's. */
  now?: () => number | Date
  /** Zone of dates that name none. Default: the system's. */
  timeZone?: string
  limits?: Partial<Limits>
  /**
   * Tells the digits of a number or text of the data that is to be a number with exactly these digits (Go's json.Number);
   * null for any other. Default: numbers are float64.
   */
  literalOf?: LiteralOf
}

/** A set of templates that can call each other. */
export interface Templates {
  /**
   * Adds a template and those it defines. A later one replaces an earlier one of that name, unless it is empty.
   *
   * @throws {FG_ERR_GO_TEMPLATE_PARSE, FG_ERR_GO_TEMPLATE_FUNCTION}
   */
  parse (name: string, text: string): void
  /**
   * Renders a template. The data is JSON: it is copied, and its numbers become float64.
   *
   * @throws {TemplateError}
   */
  execute (name: string, data?: unknown): string
  /** Renders like `execute`, and tells what each piece of the text was made by. */
  render (name: string, data?: unknown): Rendering
  /**
   * Finds where a template of JSON writes fields of the data without quotes around them and without a function that
   * writes JSON: the source of the data could change the JSON.
   *
   * @param isRoot picks the fields by their first name
   */
  bareActions (name: string, isRoot: (field: string) => boolean): BareAction[]
  /** Lists the templates that are known, sorted. */
  names (): string[]
}

/** Creates an empty set of templates in the language of Go's text/template, with sprig's functions. */
export function createTemplates (options: TemplatesOptions = {}): Templates {
  const { loader = {}, env = {}, now = Date.now } = options
  const limits: Limits = { ...defaultLimits, ...options.limits }
  const local = localZone(options.timeZone)
  const trees = new Map<string, Tree>()
  const functions = collectFunctions(options.functions ?? {})
  const known: KnownFunctions = {
    has: (name) => functions.has(name),
    unsupported: (name) => unsupportedFunctions.get(name)
  }

  function add (name: string, text: string): void {
    const source = { name, text: wellFormed(text) }
    const parsed = guard(() => parse(source, known), name, null)
    for (const [key, tree] of parsed) {
      if (!trees.has(key) || !isEmptyTree(tree.root)) trees.set(key, tree)
    }
  }

  function lookup (name: string): Tree | undefined {
    if (!trees.has(name)) {
      const text = ask(() => loader.template?.(name), name)
      if (text !== undefined) add(name, text)
    }
    return trees.get(name)
  }

  function render (name: string, data?: unknown): Rendering {
    const tree = lookup(name)
    if (tree === undefined) {
      throw new TemplateError(
        'FG_ERR_GO_TEMPLATE_NOT_DEFINED',
        `template: no template ${quote(name)} associated with template ${quote(name)}`,
        nowhere(name)
      )
    }
    const budget = new Budget(limits)
    const root = guard(() => toValue(data, name, options.literalOf), name, null) ?? undefined
    const execution: Execution = {
      context: {
        budget,
        env,
        local,
        now: () => new Instant(BigInt(Math.trunc(Number(now()))) * 1_000_000n, local),
        partial: (partial) => ask(() => loader.partial?.(partial), partial)
      },
      functions,
      methods,
      evaluateOperand,
      output: new Output(budget),
      lookup,
      frame: new Frame(tree, root)
    }
    return guard(() => {
      execute(execution, root)
      return execution.output.finish()
    }, name, execution)
  }

  return {
    parse: add,
    execute: (name, data) => render(name, data).text,
    render,
    bareActions: (name, isRoot) => {
      const tree = trees.get(name)
      return tree === undefined ? [] : findBareActions(tree, isRoot)
    },
    names: () => [...trees.keys()].sort()
  }
}

function localZone (name: string | undefined): Location {
  const zone = name ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  return findLocation(zone) ?? UTC
}

/** Calls the loader: its errors become a `TemplateError`. */
function ask (load: () => string | undefined, name: string): string | undefined {
  try {
    const text = load()
    return text === undefined ? undefined : wellFormed(String(text))
  } catch (error) {
    throw new LoaderProblem(`cannot load ${quote(name)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

class LoaderProblem extends Error {}

/** Runs a piece of work so that only TemplateErrors leave it. */
function guard<T> (work: () => T, name: string, execution: Execution | null): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TemplateError) throw error
    const [code, message] = explain(error)
    if (execution !== null) return execution.frame.fail(message, code, error)
    throw new TemplateError(code, `template: ${name}: ${message}`, nowhere(name), error)
  }
}

function explain (error: unknown): [TemplateErrorCode, string] {
  if (error instanceof LimitError) return [error.code, error.message]
  if (error instanceof LoaderProblem) return ['FG_ERR_GO_TEMPLATE_LOADER', error.message]
  if (error instanceof RangeError) {
    return /call stack/i.test(error.message)
      ? [
          'FG_ERR_GO_TEMPLATE_DEPTH',
          'nested too deeply: a template, a value or the text of an action contains itself, or too much of itself'
        ]
      : ['FG_ERR_GO_TEMPLATE_OUTPUT', `too large for this machine: ${error.message}`]
  }
  return ['FG_ERR_GO_TEMPLATE_EXECUTE', `internal error: ${error instanceof Error ? error.message : String(error)}`]
}

function nowhere (file: string) {
  return { file, line: 0, column: 0, lineText: '' }
}
