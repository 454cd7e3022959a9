import t from 'tap'
import { findLocation, UTC } from '@floodgate/go'

t.test('findLocation: names of the zone database only, as they are written', async (t) => {
  t.equal(findLocation('Europe/Berlin')!.at(0).offset, 3600)
  for (const name of ['europe/berlin', '+01:00', 'Nowhere/Else', 'a b']) t.equal(findLocation(name), null, name)
})

t.test('findLocation: offset and abbreviation of an instant', async (t) => {
  const at = (name: string, time: string) => {
    const { offset, abbreviation } = findLocation(name)!.at(Date.parse(time) / 1000)
    return `${offset} ${abbreviation}`
  }
  t.equal(at('Europe/Berlin', '2024-01-01T00:00:00Z'), '3600 CET')
  t.equal(at('Europe/Berlin', '2024-07-01T00:00:00Z'), '7200 CEST')
  t.equal(at('America/St_Johns', '2024-01-01T00:00:00Z'), '-12600 NST')
  t.equal(at('Asia/Kathmandu', '2024-01-01T00:00:00Z'), '20700 +0545')
  t.equal(at('Etc/GMT', '2024-01-01T00:00:00Z'), '0 GMT')
  t.equal(findLocation(''), UTC)
})
