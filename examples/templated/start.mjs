// A garden shop's gateway, written once for every environment: two services, their routes listed in settings.
import { launch, startOrigin } from '@floodgate/testing'

const variables = { FC_ENABLE: '1', FC_SETTINGS: 'settings/dev', FC_PARTIALS: 'partials', FC_TEMPLATES: 'templates' }

await launch(import.meta.dirname, async ({ t, port, say }) => {
  const serve = (name, fixed) => startOrigin(t, (req, res) => {
    say(`${name} saw ${req.method} ${req.url}`)
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ from: name, path: req.url, customer: req.headers['x-customer'] }))
  }, undefined, { port: port(fixed) })

  await serve('plants', 8081)
  await serve('orders', 8082)
  return ['/plants/7/care']
}, { config: 'krakend.tmpl', parts: ['settings/dev', 'partials', 'templates'], env: variables })
