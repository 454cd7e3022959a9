import t from 'tap'
import { createValidator } from '../../src/schema/compile/create-validator.ts'
import { formats } from '../../src/formats/format.ts'

t.test('formats: take what the reference takes, and tell the rest in its words', async (t) => {
  const cases: Record<string, { good: string[], bad: [text: string, problem: string][] }> = {
    email: {
      good: ['a@b.test', 'a.b+c@[127.0.0.1]', 'a@[IPv6:::1]', '"a b"@c', '@b'],
      bad: [['nope', 'missing @'], ['a..b@c', 'consecutive dots'], ['.a@c', 'starts with dot'], ['a.@c', 'ends with dot'], ['a b@c', "invalid character ' '"], ['a@-b', 'invalid domain: label starts with hyphen'], ['a@[1.2.3]', 'invalid ipv4 address: expected four decimals'], [`${'a'.repeat(65)}@b`, 'local part more than 64 characters long'], ['"a"b"@c', 'backslash and quote are not allowed within quoted local part'], [`a@${'b'.repeat(260)}`, 'more than 255 characters long']]
    },
    hostname: { good: ['a', 'a-b.test', 'a.'], bad: [['', 'label must be 1 to 63 characters long'], ['a..b', 'label must be 1 to 63 characters long'], ['a-.b', 'label ends with hyphen'], ['a_b', "invalid character '_'"], ['é', "invalid character 'é'"], ['a.'.repeat(128), 'more than 253 characters long']] },
    ipv4: { good: ['127.0.0.1', '0.0.0.255'], bad: [['1.2.3', 'expected four decimals'], ['1.2.3.256', 'decimal must be between 0 and 255'], ['1.2.3.04', 'leading zeros'], ['a.2.3.4', 'strconv.Atoi: parsing "a": invalid syntax'], ['.2.3.4', 'strconv.Atoi: parsing "": invalid syntax']] },
    ipv6: {
      good: ['::', '::1', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1::8'],
      bad: [['1', 'missing colon'], ['1::2::3', 'ParseAddr("1::2::3"): multiple :: in address (at ":3")'], ['1:2', 'ParseAddr("1:2"): address string too short'], ['12345::', 'ParseAddr("12345::"): each group must have 4 or fewer digits (at "12345::")'], ['1:2:3:4:5:6:7:8:9', 'ParseAddr("1:2:3:4:5:6:7:8:9"): trailing garbage after address (at "9")'], ['::1%a', 'zone id is not a part of ipv6 address'], ['::g', 'ParseAddr("::g"): each colon-separated field must have at least one digit (at "g")'], ['1:2:3:4:5:6:7:1.2.3.4', 'ParseAddr("1:2:3:4:5:6:7:1.2.3.4"): embedded IPv4 address must replace the final 2 fields of the address (at "1.2.3.4")'], ['::1.2.3.400', 'ParseAddr("::1.2.3.400"): IPv4 field has value >255']]
    },
    date: { good: ['2024-02-29'], bad: [['2023-02-29', 'parsing time "2023-02-29": day out of range'], ['2023-13-01', 'parsing time "2023-13-01": month out of range'], ['2023-1-1', 'parsing time "2023-1-1" as "2006-01-02": cannot parse "1-1" as "01"'], ['x', 'parsing time "x" as "2006-01-02": cannot parse "x" as "2006"'], ['2023-01-01x', 'parsing time "2023-01-01x": extra text: "x"']] },
    time: { good: ['10:20:30Z', '10:20:30.5z', '23:59:60Z', '00:59:60+01:00', '10:20:30-23:59'], bad: [['10:20', 'less than 9 characters long'], ['10-20-30Z', 'missing colon in correct place'], ['25:00:00Z', 'hour/min/sec out of range'], ['aa:00:00Z', 'invalid hour/min/sec'], ['10:20:30.Z', 'no digits in second fraction'], ['10:20:30X', 'offset must be 6 characters long'], ['10:20:30 01:00', 'offset must begin with plus/minus'], ['10:20:30+01-00', 'missing colon in offset in correct place'], ['10:20:30+24:00', 'hour/min in offset out of range'], ['10:20:60Z', 'invalid leap second']] },
    'date-time': { good: ['2024-02-29T10:20:30Z', '2024-02-29t10:20:30.123+02:00'], bad: [['2024', 'less than 20 characters long'], ['2024-02-29 10:20:30Z', '11th character must be t or T'], ['2024-02-30T10:20:30Z', 'invalid date element: parsing time "2024-02-30": day out of range'], ['2024-02-29T10:60:30Z', 'invalid time element: hour/min/sec out of range']] },
    duration: { good: ['P3DT4H', 'P2W', 'PT5S', 'P1Y2M3D'], bad: [['3D', 'must start with P'], ['P', 'nothing after P'], ['PW', 'no number in week'], ['P1D2W', 'invalid week'], ['P1DT', 'no time elements'], ['P1D2Y', "unit 'Y' out of order"], ['P1H', "invalid unit 'H'"], ['P1', 'missing unit'], ['PD', 'missing number'], ['PT1HT1M', 'more than one T']] },
    period: { good: ['2024-02-29T10:20:30Z/P1D', 'P1D/2024-02-29T10:20:30Z'], bad: [['P1D', 'missing slash'], ['P1D/x', 'invalid end date-time: less than 20 characters long'], ['Px/x', 'invalid start duration: missing number']] },
    uuid: { good: ['123e4567-E89B-12d3-a456-426614174000'], bad: [['x', 'must have 5 elements'], ['123e456-e89b-12d3-a456-426614174000', 'element 1 must be 8 characters long'], ['123e456z-e89b-12d3-a456-426614174000', "non-hex character 'z'"]] },
    uri: { good: ['http://a/b?c#d', 'urn:x:y', 'http://[::1]:80/'], bad: [['/a', 'relative url'], ['http://a b', 'parse "http://a b": invalid character " " in host name'], ['%zz', 'parse "%zz": invalid URL escape "%zz"'], [':a', 'parse ":a": missing protocol scheme'], ['http://a:x/', 'parse "http://a:x/": invalid port ":x" after host']] },
    'uri-reference': { good: ['/a', 'a?b', '', '#x'], bad: [['a\\b', 'contains \\'], ['a:b:c d\u0001', 'parse "a:b:c d\\x01": net/url: invalid control character in URL']] },
    'uri-template': { good: ['/a/{b}/{c}', '/a'], bad: [['/a/{b', 'no matching closing brace'], ['/a/{{b}}', 'nested curly braces'], ['/a/}', 'nested curly braces']] },
    regex: { good: ['^a+$'], bad: [['(', 'error parsing regexp: missing closing ): `(`']] },
    'json-pointer': { good: ['', '/a/~0~1'], bad: [['a', 'not starting with /'], ['/~2', '~ must be followed by 0 or 1'], ['/~', '~ must be followed by 0 or 1']] },
    'relative-json-pointer': { good: ['0#', '1/a', '0'], bad: [['#', 'must start with non-negative integer'], ['01', 'starts with zero'], ['1a', 'not starting with /']] },
    semver: { good: ['1.2.3', '1.2.3-rc.1+b.01'], bad: [['1.2', 'versionCore must have 3 numbers separated by dot'], ['1.2.x', 'patch contains non-digit'], ['01.2.3', 'major starts with zero'], ['1.2.3-01', 'pre-release numeric identifier starts with zero'], ['1.2.3+', 'build is empty'], ['1.2.3-', 'pre-release identifier is empty'], ['1.2.3+a_b', "invalid character '_' in build identifier"]] }
  }
  for (const [name, { good, bad }] of Object.entries(cases)) {
    const validator = createValidator({ $schema: 'http://json-schema.org/draft-07/schema#', format: name })
    for (const text of good) t.equal(validator.checkText(Buffer.from(JSON.stringify(text))), null, `${name}: ${text}`)
    for (const [text, problem] of bad) {
      t.equal(formats[name]!(text), problem, `${name}: ${text}`)
      t.match(validator.checkText(Buffer.from(JSON.stringify(text))), { text: ` is not valid ${name}: ${problem}`, detail: `- at '': is not valid ${name}` })
    }
    t.equal(validator.checkText(Buffer.from('1')), null, `${name} is for texts only`)
  }
  t.strictSame(Object.keys(formats).filter((name) => !(name in cases)), ['iri', 'iri-reference'])
})

t.test('formats: are asserted up to draft 7 only, and unknown ones never', async (t) => {
  const validator = ($schema: string, format: string) => createValidator({ $schema, format }).checkText(Buffer.from('"nope"'))
  for (const version of ['draft-04', 'draft-06', 'draft-07']) {
    t.ok(validator(`http://json-schema.org/${version}/schema#`, 'email'))
    t.equal(validator(`http://json-schema.org/${version}/schema#`, 'ip-address'), null)
  }
  for (const version of ['2019-09', '2020-12']) t.equal(validator(`https://json-schema.org/draft/${version}/schema`, 'email'), null)
})
