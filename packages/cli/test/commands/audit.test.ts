import t from 'tap'
import { minimal, runCommand, workIn } from '../support/run-command.ts'

t.test('audit: prints findings, and its exit status is the worst of them', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, name: 'x', endpoints: [{ ...minimal.endpoints[0], timeout: '2m' }] }, 'ignore.txt': '3.3.4\n3.1.1 5.2.2\n' })
  const worst = await runCommand('audit', '-c', 'krakend.json', '--severity', 'critical,low')
  t.equal(worst.code, 7)
  t.equal(worst.out, `krakend.json:14:18 CRITICAL 3.3.4 endpoints[0].timeout: the timeout, 2m, is longer than 1m
  14 |       "timeout": "2m"
     |                  ^
  keep it at 1m or below, or split the work: waiting requests hold memory and connections
krakend.json:1:1 LOW 3.1.1 bots are not detected
  configure security/bot-detector
krakend.json:1:1 LOW 5.2.2 each endpoint has one backend: clients have to combine responses themselves
  merge responses that clients need together in one endpoint
`)
  t.equal(worst.err, '1 CRITICAL, 2 LOW\n')
  t.equal((await runCommand('audit', '-c', 'krakend.json', '--ignore', '3.3.4')).code, 6)
  t.equal((await runCommand('audit', '-c', 'krakend.json', '-s', 'MEDIUM')).code, 5)
  t.equal((await runCommand('audit', '-c', 'krakend.json', '-s', 'LOW')).code, 4)
  t.strictSame(await runCommand('audit', '-c', 'krakend.json', '-s', 'CRITICAL,LOW', '-I', 'ignore.txt'), { code: 0, out: '', err: 'nothing found\n' })
  const json = await runCommand('audit', '-c', 'krakend.json', '--json', '-s', 'CRITICAL')
  t.strictSame(JSON.parse(json.out), [{ file: 'krakend.json', line: 14, column: 18, path: 'endpoints[0].timeout', rule: '3.3.4', severity: 'CRITICAL', message: 'the timeout, 2m, is longer than 1m', remedy: 'keep it at 1m or below, or split the work: waiting requests hold memory and connections' }])
  const github = await runCommand('audit', '-c', 'krakend.json', '--format', 'github', '-s', 'CRITICAL,LOW', '-i', '5.2.2')
  t.match(github.out.split('\n'), [/^::error file=krakend\.json,line=14,col=18,title=CRITICAL 3\.3\.4::the timeout, 2m, is longer than 1m%0Akeep/, /^::notice file=krakend\.json,line=1,col=1,title=LOW 3\.1\.1::/])
  t.match(await runCommand('audit', '-c', 'krakend.json', '-I', 'gone.txt'), { code: 2, err: /gone\.txt cannot be read/ })
})
