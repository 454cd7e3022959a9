import t from 'tap'
import { createAuthority, encryptKey, writeFiles } from '@floodgate/testing'
import { problemsOf } from '../support/problems.ts'

const ca = createAuthority('ca')
const [one, two] = [ca.issue({ cn: 'one' }), ca.issue({ cn: 'two' })]

const check = (tls: object) => problemsOf({ version: 3, tls, endpoints: [] })

t.test('loadConfig: files of the listener\'s tls that are of no use are told at their keys', async (t) => {
  const files = writeFiles(t, {
    'one.pem': one.cert, 'one.key': one.key, 'two.key': two.key, 'cut.pem': one.cert.slice(0, 200), 'empty.pem': '', 'secret.key': encryptKey(one.key, 'x'), 'ca.pem': ca.cert, 'half.pem': `${ca.cert}${one.cert.slice(0, 200)}`
  })
  const pair = (publicKey: keyof typeof files, privateKey: keyof typeof files) => ({ public_key: files[publicKey], private_key: files[privateKey] })
  t.same(await check({ keys: [pair('one.pem', 'one.key')], enable_mtls: true, ca_certs: [files['ca.pem']] }), [])
  t.same(await check({ ...pair('one.pem', 'one.key') }), [])
  const cases: [object, string, RegExp, string?][] = [
    [{ keys: [pair('one.pem', 'one.key'), pair('one.pem', 'two.key')] }, 'tls.keys.1.private_key', /two\.key is not the key of the certificate in .*one\.pem$/],
    [{ keys: [pair('cut.pem', 'one.key')] }, 'tls.keys.0.public_key', /cut\.pem contains no certificate/],
    [{ keys: [pair('one.pem', 'empty.pem')] }, 'tls.keys.0.private_key', /empty\.pem is empty$/],
    [{ keys: [pair('one.pem', 'secret.key')] }, 'tls.keys.0.private_key', /secret\.key contains an encrypted private key/],
    [pair('one.key', 'one.key'), 'tls.public_key', /one\.key contains no certificate$/],
    [{ keys: [pair('one.pem', 'one.key')], ca_certs: [files['ca.pem'], files['empty.pem']] }, 'tls.ca_certs.1', /empty\.pem is empty$/],
    [{ keys: [pair('one.pem', 'one.key')], ca_certs: [files['half.pem']] }, 'tls.ca_certs.0', /half\.pem ends in the middle of a block$/],
    [{ keys: [pair('one.pem', 'one.key')], ca_certs: ['nowhere.pem', files['empty.pem']] }, 'tls.ca_certs.0', /cannot read "nowhere\.pem": there is no such file/, 'tls.ca_certs.1']
  ]
  for (const [tls, place, message, another] of cases) {
    const problems = await check(tls)
    t.match(problems[0], { severity: 'error', message }, place)
    t.same(problems.map((problem) => problem.place.join('.')), [place, ...another === undefined ? [] : [another]])
  }
  t.same(await check({ disabled: true, keys: [pair('cut.pem', 'one.key')] }), [], 'not where it is disabled')
})
