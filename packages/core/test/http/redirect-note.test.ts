import t from 'tap'
import { redirectNote } from '@floodgate/core'

t.test('redirectNote: writes what Go writes, escaped', async (t) => {
  t.equal(redirectNote(301, '/a?b=<c>&d="e"&f=\'').toString(), '<a href="/a?b=&lt;c&gt;&amp;d=&#34;e&#34;&amp;f=&#39;">Moved Permanently</a>.\n\n')
  t.equal(redirectNote(307, '/a').toString(), '<a href="/a">Temporary Redirect</a>.\n\n')
})
