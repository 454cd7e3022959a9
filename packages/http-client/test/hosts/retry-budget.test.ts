import t from 'tap'
import { RetryBudget } from '../../src/hosts/retry-budget.ts'

const taken = (budget: RetryBudget): number => { let count = 0; while (budget.take()) count++; return count }

t.test('RetryBudget: a share of the calls of the last ten seconds', async (t) => {
  let now = 12_345_678
  const budget = new RetryBudget(0.2, () => now)
  for (let i = 0; i < 100; i++) budget.count()
  t.equal(taken(budget), 20)
  now += 5000
  for (let i = 0; i < 50; i++) budget.count()
  t.equal(taken(budget), 10)
  now += 5000
  t.equal(taken(budget), 0, 'the first hundred are gone, and so are their twenty')
  now += 60_000
  t.equal(taken(budget), 1, 'one is always allowed')
})

t.test('RetryBudget: 0 allows none', async (t) => {
  const budget = new RetryBudget(0)
  for (let i = 0; i < 100; i++) budget.count()
  t.equal(taken(budget), 0)
})
