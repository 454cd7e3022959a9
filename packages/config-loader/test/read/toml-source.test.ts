import t, { type Test } from 'tap'
import { parseToml } from '../../src/read/toml-source.ts'
import type { Source } from '../../src/read/source.ts'
import type { SyntaxProblem } from '../../src/read/syntax-problem.ts'

function fails (t: Test, parse: () => Source): SyntaxProblem {
  try {
    parse()
  } catch (err) {
    t.equal((err as Error).name, 'SyntaxProblem')
    return err as SyntaxProblem
  }
  throw new Error('it should have failed')
}

t.test('parseToml: reads plain values; problems have no position', async (t) => {
  const source = parseToml('k.toml', 'version = 3\nwhen = 2024-01-01\n[[endpoints]]\nendpoint = "/a"\n')
  t.same(source.value, { version: 3, when: '2024-01-01', endpoints: [{ endpoint: '/a' }] })
  t.equal(source.locate(['version']), null)
  t.equal(source.excerpt(['version']), null)
  const problem = fails(t, () => parseToml('k.toml', 'version = 3\nname = \n'))
  t.same(problem.where, { line: 2, column: 8 })
  t.match(problem.message, /line 2/)
})
