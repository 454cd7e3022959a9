import t from 'tap'
import { escapePart, escapeQuery } from '@floodgate/go'

t.test('escapePart, escapeQuery: what each part keeps', async (t) => {
  const all = " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~é"
  t.equal(escapePart(all, 'path'), '%20%21%22%23$%25&%27%28%29%2A+,-./09:;%3C=%3E%3F@AZ%5B%5C%5D%5E_%60az%7B%7C%7D~%C3%A9')
  t.equal(escapePart('a/b?c', 'value'), 'a%2Fb%3Fc')
  t.equal(escapePart('u:p@h', 'userinfo'), 'u%3Ap%40h')
  t.equal(escapePart('a b\udce9', 'fragment'), 'a%20b%E9')
  t.equal(escapeQuery('a b/~'), 'a+b%2F~')
})
