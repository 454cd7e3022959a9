import t from 'tap'
import { adviseWord, closestWord } from '@floodgate/settings'

t.test('closestWord: finds what a misspelt or shortened word was meant to be, and nothing where none is near', async (t) => {
  const keys = ['client_tls', 'no_redirect', 'proxy_address']
  for (const [word, meant] of [['clent_tls', 'client_tls'], ['No_Redirects', 'no_redirect'], ['proxy', 'proxy_address'], ['timeout', null], ['x', null]] as const) t.equal(closestWord(word, keys), meant, word)
})

t.test('adviseWord: words of the same letters and digits are meant; numbers that are near are not', async (t) => {
  const versions = ['SSL3.0', 'TLS10', 'TLS12', 'TLS13']
  for (const [word, advice] of [['tls1.2', 'write "TLS12"'], ['TLSv1.3', 'write "TLS13"'], ['1.2', 'write "TLS12"'], ['TLSv1', 'write "TLS10"'], ['TLS99', null], ['TLS14', null]] as const) t.equal(adviseWord(word, versions), advice, word)
  t.equal(adviseWord('HS257', ['HS256', 'HS384', 'RS256']), 'did you mean "HS256"?')
  t.equal(adviseWord('Heder', ['header', 'ip']), 'did you mean "header"?')
})
