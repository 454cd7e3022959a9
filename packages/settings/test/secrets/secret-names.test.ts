import t from 'tap'
import { secretFields, secretHeaders, secretParameters } from '@floodgate/settings'
import { isSecretKey } from '../../src/secrets/secret-names.ts'

t.test('isSecretKey: what logs redact by its name is secret in a configuration too', async (t) => {
  for (const name of [...secretFields, ...secretHeaders, ...secretParameters]) if (name !== 'private_key') t.ok(isSecretKey(name), name)
  t.notOk(isSecretKey('private_key'), 'the path of a file')
})

t.test('isSecretKey: also where it is misspelt; names, paths and switches of secrets are open', async (t) => {
  for (const name of ['pasword', 'clientSecret', 'pwd', 'api_key']) t.ok(isSecretKey(name), name)
  for (const name of ['token_url', 'jwk_path', 'auth_header_name', 'disable_token', 'timeout']) t.notOk(isSecretKey(name), name)
})
