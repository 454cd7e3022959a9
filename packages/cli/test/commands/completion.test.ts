import { execFileSync } from 'node:child_process'
import t from 'tap'
import { runCommand } from '../support/run-command.ts'

const verbs = ['run', 'check', 'migrate', 'routes', 'explain', 'probe', 'audit', 'render', 'schema', 'completion', 'version']

t.test('completion: each script names every verb and its options, and parses', async (t) => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, out } = await runCommand('completion', shell)
    t.equal(code, 0)
    for (const word of [...verbs, 'allow-unsupported', 'severity', 'github']) t.ok(out.includes(word), `${shell}: ${word}`)
    if (hasProgram(shell)) t.doesNotThrow(() => execFileSync(shell, ['-n'], { input: out, stdio: ['pipe', 'ignore', 'pipe'] }), shell)
  }
  const { out } = await runCommand('completion', 'bash')
  const complete = (...words: string[]) => execFileSync('bash', ['-c', `${out}\nCOMP_WORDS=(floodgate ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _floodgate; printf '%s\\n' "\${COMPREPLY[@]}"`], { encoding: 'utf8' }).trim().split('\n')
  t.strictSame(complete('ch'), ['check'])
  t.strictSame(complete('check', '--format', 'g'), ['github'])
  t.strictSame(complete('migrate', '--format', 'm'), ['markdown'])
  t.strictSame(complete('completion', 'z'), ['zsh'])
  t.ok(complete('audit', '--').includes('--severity'))
})

function hasProgram (name: string): boolean {
  try {
    execFileSync(name, ['-c', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
