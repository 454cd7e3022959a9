import t from 'tap'
import { readConfig } from '@floodgate/config-loader'
import { joinProblems, lintSource } from '@floodgate/config-loader/schema'

t.test('lintSource: tells with positions what the loader lets pass', async (t) => {
  const dir = t.testdir({
    'krakend.yaml': 'version: 3\nPort: 8080\nendpoints:\n- endpoint: /a\n  timeout: 3s\n  backend: [{ url_pattern: /, is_collection: "true", colour: red }]\n'
  })
  const source = await readConfig('krakend.yaml', { cwd: dir })
  const problems = lintSource(source, [])
  t.strictSame(problems.map(({ severity, code, line, column, message }) => [severity, code, line, column, message]), [
    ['error', 'unknown-key', 2, 1, 'unknown key "Port"'],
    ['error', 'wrong-type', 6, 46, 'must be a boolean (true or false), not "true"'],
    ['error', 'unknown-key', 6, 54, 'unknown key "colour"']
  ])
  t.equal(problems[0]!.instead, 'did you mean "port"?')
  t.strictSame(lintSource(source, [], { type: 'object', required: ['name'] }).map(({ message }) => message), ['"name" is missing'], 'by a schema of one\'s own')
})

t.test('joinProblems: keeps the loader\'s word, and its opinions beside the schema\'s', async (t) => {
  const problem = (code: string, place: string[], severity: 'error' | 'warning' = 'warning') => ({ severity, code, place, file: 'f', line: 1, column: 1, value: null, message: code, instead: null, excerpt: null, related: [] })
  const joined = joinProblems(
    [problem('unknown-key', ['prot']), problem('insecure', ['allow_insecure_connections']), problem('no-host', ['endpoints'])],
    [problem('unknown-key', ['Prot'], 'error'), problem('wrong-type', ['allow_insecure_connections'], 'error')])
  t.strictSame(joined.map(({ severity, code }) => `${severity} ${code}`), ['error unknown-key', 'warning insecure', 'warning no-host', 'error wrong-type'])
})
