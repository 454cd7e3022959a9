import t from 'tap'
import { writeGoJson } from '@floodgate/go'

t.test('writeGoJson: sorts keys by byte, and escapes what could end a script element', async (t) => {
  t.equal(writeGoJson({ b: [1, null, { d: true, c: undefined }], a: '<&>\u2028\u2029', 10: 1, 9: 2, é: 'é' }), '{"10":1,"9":2,"a":"\\u003c\\u0026\\u003e\\u2028\\u2029","b":[1,null,{"c":null,"d":true}],"é":"é"}')
})
