import t from 'tap'
import { compileGoPattern, patternProblem } from '@floodgate/go'

t.test('compileGoPattern: finds a place that fits, in RE2\'s language', async (t) => {
  const pattern = compileGoPattern('(?i)b[[:digit:]]+$')
  t.equal(pattern.source, '(?i)b[[:digit:]]+$')
  t.ok(pattern.test('aB12'))
  t.notOk(pattern.test('b12x'))
  t.ok(compileGoPattern('^(a+)+$').test('a'.repeat(5000)), 'no backtracking')
})

t.test('patternProblem: says what Go says', async (t) => {
  t.equal(patternProblem('a|b'), null)
  for (const [source, want] of [
    ['(', 'missing closing ): `(`'], ['a**', 'invalid nested repetition operator: `**`'], ['[z-a]', 'invalid character class range: `z-a`'], ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'], ['\\', 'trailing backslash at end of expression: ``'], ['\\8', 'invalid escape sequence: `\\8`']
  ] as const) {
    t.equal(patternProblem(source), `error parsing regexp: ${want}`, source)
    t.throws(() => compileGoPattern(source), SyntaxError)
  }
})
