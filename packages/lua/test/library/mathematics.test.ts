import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('math: functions', async (t) => {
  for (const [expression, ...expected] of [
    ['math.abs(-2.5)', 2.5], ['math.ceil(1.2)', 2], ['math.floor(-1.2)', -2], ['math.max(1, 5, "3")', 5], ['math.min(4, 2)', 2], ['math.sqrt(16)', 4], ['math.pow(2, 10)', 1024], ['math.fmod(-7, 3)', -1], ['math.mod(-7, 3)', 2], ['math.modf(-3.5)', -3, -0.5], ['math.frexp(8)', 0.5, 4], ['math.frexp(0)', 0, 0], ['math.frexp(-0.3)', -0.6, -1], ['math.ldexp(0.5, 4)', 8],
    ['math.deg(math.pi)', 180], ['math.rad(180)', Math.PI], ['math.log(1)', 0], ['math.log10(1000)', 3], ['math.exp(0)', 1], ['math.sin(0)', 0], ['math.cos(0)', 1], ['math.tan(0)', 0], ['math.asin(1)', Math.PI / 2], ['math.acos(1)', 0], ['math.atan(0)', 0], ['math.atan2(1, 1)', Math.PI / 4], ['math.sinh(0)', 0], ['math.cosh(0)', 1], ['math.tanh(0)', 0], ['math.huge', Number.MAX_VALUE]
  ] as const) t.same(await runScript(`return ${expression}`), expected, expression)
  t.equal(await failure('math.max()'), 'wrong number of arguments')
  t.equal(await failure('math.floor("x")'), 'bad argument #1 to floor (number expected, got string)')
})

t.test('math.random: within its bounds', async (t) => {
  t.equal(await value('math.randomseed(1) for i = 1, 200 do local r, d, m = math.random(), math.random(6), math.random(-2, 2) if r < 0 or r >= 1 or d < 1 or d > 6 or d % 1 ~= 0 or m < -2 or m > 2 then return false end end return true'), true)
  t.match(await failure('math.random(0)'), /interval is empty/)
})
