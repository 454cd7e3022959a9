import http from 'node:http'
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { createTokenSearch } from '../../src/validator/find-token.ts'

t.test('createTokenSearch: finds a cookie among very many', async (t) => {
  const search = createTokenSearch('Authorization', 'jwt')
  const find = (headers: http.IncomingHttpHeaders) => search({ headers, raw: { headers, rawHeaders: [] } } as unknown as FastifyRequest)
  // A search to the end of all from each of them takes minutes.
  t.equal(find({ cookie: `${';'.repeat(1_000_000)}jwt="a.b.c"` }), 'a.b.c')
  t.equal(find({ cookie: `${'a;'.repeat(500_000)} jwt = a.b.c ;jwt=d` }), 'a.b.c')
  t.equal(find({ cookie: 'jwt' }), null)
})
