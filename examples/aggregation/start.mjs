// A library's home page for a member, made of three services: who it is, what is lent, what to read next.
import { launch, startOrigin } from '@floodgate/testing'

await launch(import.meta.dirname, async ({ t, port, say }) => {
  const serve = (name, fixed, body) => startOrigin(t, (req, res) => {
    say(`${name} saw ${req.method} ${req.url}`)
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }, undefined, { port: port(fixed) })

  await serve('members', 8081, { id: 7, name: 'Ada', mail: 'ada@library.example', since: 2019, card: '4-8-15', address: { city: 'Turin' } })
  await serve('loans', 8082, [{ book: 'Flatland', due: '2031-01-08' }, { book: 'Solaris', due: '2031-01-15' }])
  await serve('suggestions', 8083, { took_ms: 3, result: { books: ['Ubik', 'Roadside Picnic'], score: 0.93, debug: { trace: 'x', model: 'nearest' } } })
  return ['/members/7/home']
})
