// A trip by its booking code: the booking names the hotel and the city, and both are looked up with what it says.
import { launch, startOrigin } from '@floodgate/testing'

await launch(import.meta.dirname, async ({ t, port, say }) => {
  const serve = (name, fixed, answers) => startOrigin(t, (req, res) => {
    say(`${name} saw ${req.method} ${req.url}`)
    const answer = answers[req.url]
    res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}))
  }, undefined, { port: port(fixed) })

  await serve('bookings', 8081, { '/bookings/XK42': { code: 'XK42', guest: 'Ada', hotel_id: 31, paid: true, destination: { city_id: 'trn', country: 'IT' } } })
  await serve('hotels', 8082, { '/hotels/31': { name: 'Hotel Po', stars: 3 } })
  await serve('weather', 8083, { '/weather?city=trn': { sky: 'clear', celsius: 21.50 } })
  return ['/trips/XK42']
})
