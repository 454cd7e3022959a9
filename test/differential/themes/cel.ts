import type { Random } from '../../attacks/random.mjs'
import { query } from '../draw/query.ts'
import { jsonRoute } from '../draw/route.ts'
import type { Theme } from '../theme.ts'

const answer = '{"name":"Ann","n":30,"half":1.50,"ok":true,"none":null,"tags":["a","b"],"list":[1,2,3],"deep":{"id":"x","n":7},"users":[{"id":1,"name":"u"}]}'

/** `validation/cel` at endpoints and backends, about requests and answers. */
export const cel: Theme = {
  name: 'cel',
  make (random, { prefix, host }) {
    const atBackend = random.chance(0.35)
    const checks = Array.from({ length: random.weighted([[4, 1], [1, 2]]) }, () => ({ check_expr: expression(random, 2) }))
    const checked = { extra_config: { 'validation/cel': checks } }
    const fails = random.chance(0.08)
    return {
      endpoints: [{
        endpoint: `${prefix}/{id}`,
        method: 'GET',
        input_headers: ['X-One', 'X-Two', 'Accept'],
        input_query_strings: ['q', 'page', 'a'],
        backend: [{ host: [host], url_pattern: `${prefix}/up`, ...atBackend && checked }],
        ...!atBackend && checked
      }],
      routes: [jsonRoute(random, `${prefix}/up`, answer, fails ? { status: 500 } : {})],
      requests: Array.from({ length: random.between(1, 3) }, () => {
        const search = query(random, ['q', 'page', 'a', 'z'])
        return {
          path: `${prefix}/${random.of(['1', 'abc', 'Ann', '42'])}${search && `?${search}`}`,
          lines: [
            ...random.chance(0.6) ? [['X-One', random.of(['1', 'yes', 'a,b'])] as [string, string]] : [],
            ...random.chance(0.2) ? [['X-One', 'second'] as [string, string]] : [],
            ...random.chance(0.2) ? [['X-Two', ''] as [string, string]] : []
          ]
        }
      }),
      tags: ['cel', ...fails ? ['partial'] : [], ...checks.some(({ check_expr: text }) => !/req|resp|JWT/.test(text)) ? ['names-nothing'] : [], ...checks.some(({ check_expr: text }) => /req/.test(text) && /resp/.test(text)) ? ['request-and-response'] : [], ...checks.some(({ check_expr: text }) => text.includes('resp_metadata_status')) ? ['metadata-status'] : []]
    }
  }
}

/** A condition; each names a request or an answer. */
function expression (random: Random, depth: number): string {
  if (depth > 0 && random.chance(0.35)) {
    const [a, b] = [expression(random, depth - 1), expression(random, depth - 1)]
    return random.of([`${a} && ${b}`, `${a} || ${b}`, `!(${a})`, `(${a}) ? (${b}) : false`, `(${a}) == (${b})`])
  }
  return random.weighted<() => string>([
    [3, () => `${text(random)} ${random.of(['==', '!=', '<', '>='])} ${random.chance(0.7) ? literal(random) : text(random)}`],
    [2, () => `${text(random)}.${random.of(['contains', 'startsWith', 'endsWith'])}(${literal(random)})`],
    [1, () => `${text(random)}.matches('${random.of(['^[0-9]+$', 'a.*', '^$', '(?i)ANN', '[^x]'])}')`],
    [2, () => `size(${random.of([text(random), list(random)])}) ${random.of(['==', '>', '<='])} ${random.between(0, 3)}`],
    [2, () => `${literal(random)} in ${list(random)}`],
    [2, () => `${random.of(["'X-One'", "'X-Two'", "'Nope'"])} in req_headers`],
    [1, () => `${random.of(["'q'", "'z'"])} in req_querystring`],
    [2, () => numbers(random)],
    [1, () => `has(resp_data.${random.of(['name', 'nope', 'none', 'deep'])})`],
    [1, () => `resp_data.${random.of(['ok', 'none', 'name'])} == ${random.of(['true', 'null', 'false', "'Ann'"])}`],
    [1, () => `resp_data.${random.of(['tags', 'list', 'users'])}.${random.of(['exists', 'all', 'exists_one'])}(x, ${random.of(["x == 'a'", 'size(string(x)) > 0', "x != 'b'", 'true'])})`],
    [0.7, () => `type(${random.of(['resp_data.n', 'resp_data.name', 'resp_data.deep', 'req_method'])}) == ${random.of(['string', 'int', 'double', 'map'])}`],
    [0.5, () => 'resp_completed'],
    [0.3, () => `resp_metadata_status == ${random.of(['200', '0'])}`],
    [0.3, () => "timestamp(now) > timestamp('2020-01-01T00:00:00Z') && req_method == 'GET'"]
  ])()
}

function text (random: Random): string {
  return random.weighted([[3, 'req_method'], [2, 'req_path'], [4, 'req_params.Id'], [2, "req_headers['X-One'][0]"], [2, 'req_querystring.q[0]'], [1, "req_querystring['page'][0]"], [3, 'resp_data.name'], [1, 'resp_data.deep.id'], [1, 'string(resp_data.n)'], [0.5, 'resp_data.nope']])
}

function literal (random: Random): string {
  return random.of(["'GET'", "'1'", "'Ann'", "'a'", "''", "'yes'", '"42"', "'two words'", "r'a\\b'", "'\\u0041nn'"])
}

function list (random: Random): string {
  return random.of(['resp_data.tags', 'resp_data.list', "req_headers['X-One']", 'req_querystring.q', "['a', '1', 'GET']", 'resp_data.deep'])
}

/** Types have to fit: what CEL's checker refuses is another matter. */
function numbers (random: Random): string {
  const operator = random.of(['==', '!=', '<', '>', '>='])
  return random.weighted<() => string>([
    [3, () => `${random.of(['int(resp_data.n)', 'int(req_params.Id)', 'int(resp_data.deep.n) * 2', 'int(req_querystring.page[0])', 'size(resp_data.list)', 'int(resp_data.list[1]) + 1', 'int(resp_data.n) % 7'])} ${operator} ${random.of(['30', '7', '0', '1', '-2'])}`],
    [1, () => `double(resp_data.half) ${operator} ${random.of(['1.5', '0.0', '2e1'])}`],
    [1, () => `resp_data.${random.of(['n', 'deep.n', 'list[0]', 'half', 'users[0].id'])} ${operator} ${random.of(['30', "'30'", '1', "'1'", '1.5', 'resp_data.n'])}`]
  ])()
}
