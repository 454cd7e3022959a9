import t from 'tap'
import { adviseWord } from '@floodgate/settings'

t.test('adviseWord: words of the same letters and digits are meant; numbers that are near are not', async (t) => {
  const versions = ['SSL3.0', 'TLS10', 'TLS12', 'TLS13']
  for (const [word, advice] of [['tls1.2', 'write "TLS12"'], ['TLSv1.3', 'write "TLS13"'], ['1.2', 'write "TLS12"'], ['TLSv1', 'write "TLS10"'], ['TLS99', null], ['TLS14', null]] as const) t.equal(adviseWord(word, versions), advice, word)
  t.equal(adviseWord('HS257', ['HS256', 'HS384', 'RS256']), 'did you mean "HS256"?')
  t.equal(adviseWord('Heder', ['header', 'ip']), 'did you mean "header"?')
})
