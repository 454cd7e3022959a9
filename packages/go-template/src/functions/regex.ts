import { CallError } from '../errors.ts'
import { canBackquote, quote } from '../texts/quote.ts'
import { quoteMeta, Regexp, regexpOf } from '../regexp/regexp.ts'
import { BOOL, listOf, strings, STRING, type List } from '../evaluate/values.ts'
import { define, integer, text, type FunctionTable } from './definition.ts'

const LIST = listOf(STRING)

/** sprig's functions on regular expressions. Without `must`, a bad expression ends the execution all the same. */
export const regexFunctions: FunctionTable = {
  regexMatch: define([text, text], BOOL, ([pattern, value], { budget }) => {
    const regexp = regexpOf(pattern)
    return typeof regexp !== 'string' && regexp.matches(value, budget)
  }),
  mustRegexMatch: define([text, text], BOOL, ([pattern, value], { budget }) => must(pattern).matches(value, budget)),
  regexFind: define([text, text], STRING, ([pattern, value], { budget }) => compile(pattern).findAll(value, 1, budget)[0] ?? ''),
  mustRegexFind: define([text, text], STRING, ([pattern, value], { budget }) => must(pattern).findAll(value, 1, budget)[0] ?? ''),
  regexFindAll: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    nilWhenEmpty(compile(pattern).findAll(value, limit, budget))),
  mustRegexFindAll: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    nilWhenEmpty(must(pattern).findAll(value, limit, budget))),
  regexReplaceAll: define([text, text, text], STRING, ([pattern, value, template], { budget }) =>
    compile(pattern).replace(value, template, budget)),
  mustRegexReplaceAll: define([text, text, text], STRING, ([pattern, value, template], { budget }) =>
    must(pattern).replace(value, template, budget)),
  regexReplaceAllLiteral: define([text, text, text], STRING, ([pattern, value, replacement], { budget }) =>
    compile(pattern).replaceLiteral(value, replacement, budget)),
  mustRegexReplaceAllLiteral: define([text, text, text], STRING, ([pattern, value, replacement], { budget }) =>
    must(pattern).replaceLiteral(value, replacement, budget)),
  regexSplit: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    orNil(compile(pattern).split(value, limit, budget))),
  mustRegexSplit: define([text, text, integer], LIST, ([pattern, value, limit], { budget }) =>
    orNil(must(pattern).split(value, limit, budget))),
  regexQuoteMeta: define([text], STRING, ([value]) => quoteMeta(value))
}

function must (pattern: string): Regexp {
  const regexp = regexpOf(pattern)
  if (typeof regexp === 'string') throw new CallError(regexp)
  return regexp
}

/** Words the problem as Go's MustCompile does. */
function compile (pattern: string): Regexp {
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
