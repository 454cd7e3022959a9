import { Parser } from './parser.ts'
import { checkSize, Run } from './run.ts'

const MOST_CHARACTERS = 16_384

/**
 * Compiles a JMESPath expression, with the functions and habits of go-jmespath. Marked numbers are read as numbers, and
 * those that pass through keep their digits.
 *
 * The result throws a TypeError for values of a wrong type, and a RangeError where the evaluation or its result takes too
 * much; what it returns may share parts with its input.
 *
 * @throws {SyntaxError} with the place
 */
export function compileExpression (source: string): (data: unknown) => unknown {
  if (source.length > MOST_CHARACTERS) throw new SyntaxError(`the expression has more than ${MOST_CHARACTERS} characters`)
  const parser = new Parser(source)
  const evaluate = parser.parse()
  const { repeats } = parser
  return function evaluateExpression (data) {
    const result = evaluate(data, new Run())
    if (repeats) checkSize(result)
    return result
  }
}
