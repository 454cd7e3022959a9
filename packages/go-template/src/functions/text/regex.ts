import { canBackquote, quote } from '@floodgate/go/quote'
import { GoRegexp, quoteMeta } from '@floodgate/go/regexp'
import { CallError } from '../../errors.ts'
import { BOOL, listOf, strings, STRING, type List } from '../../evaluate/values.ts'
import { define, integer, text, type FunctionTable } from '../definition.ts'

/** Compiled expressions that are kept. */
const MOST_KEPT = 200

const kept = new Map<string, GoRegexp | string>()

const LIST = listOf(STRING)

/** sprig's functions on regular expressions. Without `must`, a bad expression ends the execution all the same. */
export const regexFunctions: FunctionTable = {
  regexMatch: define([text, text], BOOL, ([pattern, value], { budget }) => {
    const regexp = regexpOf(pattern)
    return typeof regexp !== 'string' && regexp.matches(value, budget.search)
  }),
  mustRegexMatch: define([text, text], BOOL, ([pattern, value], { budget }) => must(pattern).matches(value, budget.search)),
  regexFind: define([text, text], STRING, ([pattern, value], { budget }) => compile(pattern).findAll(value, 1, budget.search)[0] ?? ''),
  mustRegexFind: define([text, text], STRING, ([pattern, value], { budget }) => must(pattern).findAll(value, 1, budget.search)[0] ?? ''),
  regexFindAll: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    nilWhenEmpty(compile(pattern).findAll(value, limit, budget.search))),
  mustRegexFindAll: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    nilWhenEmpty(must(pattern).findAll(value, limit, budget.search))),
  regexReplaceAll: define([text, text, text], STRING, ([pattern, value, template], { budget }) =>
    compile(pattern).replace(value, template, budget.search, budget.text)),
  mustRegexReplaceAll: define([text, text, text], STRING, ([pattern, value, template], { budget }) =>
    must(pattern).replace(value, template, budget.search, budget.text)),
  regexReplaceAllLiteral: define([text, text, text], STRING, ([pattern, value, replacement], { budget }) =>
    compile(pattern).replaceLiteral(value, replacement, budget.search, budget.text)),
  mustRegexReplaceAllLiteral: define([text, text, text], STRING, ([pattern, value, replacement], { budget }) =>
    must(pattern).replaceLiteral(value, replacement, budget.search, budget.text)),
  regexSplit: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    orNil(compile(pattern).split(value, limit, budget.search))),
  mustRegexSplit: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    orNil(must(pattern).split(value, limit, budget.search))),
  regexQuoteMeta: define([text], STRING, ([value]) => quoteMeta(value))
}

/** Compiles an expression, or returns the problem as Go words it. Both are kept for the next time. */
function regexpOf (pattern: string): GoRegexp | string {
  let regexp = kept.get(pattern)
  if (regexp !== undefined) return regexp
  try {
    regexp = new GoRegexp(pattern)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    regexp = error.message
  }
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(pattern, regexp)
  return regexp
}

function must (pattern: string): GoRegexp {
  const regexp = regexpOf(pattern)
  if (typeof regexp === 'string') throw new CallError(regexp)
  return regexp
}

/** Words the problem as Go's MustCompile does. */
function compile (pattern: string): GoRegexp {
  const regexp = regexpOf(pattern)
  if (typeof regexp !== 'string') return regexp
  throw new CallError(`regexp: Compile(${canBackquote(pattern) ? '`' + pattern + '`' : quote(pattern)}): ${regexp}`)
}

function nilWhenEmpty (found: string[]): List {
  return strings(found, found.length === 0)
}

function orNil (parts: string[] | null): List {
  return strings(parts ?? [], parts === null)
}
