import t from 'tap'
import { closestWord } from '@floodgate/settings'

t.test('closestWord: finds what a misspelt or shortened word was meant to be, and nothing where none is near', async (t) => {
  const keys = ['client_tls', 'no_redirect', 'proxy_address']
  for (const [word, meant] of [['clent_tls', 'client_tls'], ['No_Redirects', 'no_redirect'], ['proxy', 'proxy_address'], ['timeout', null], ['x', null]] as const) t.equal(closestWord(word, keys), meant, word)
})
