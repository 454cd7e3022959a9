/**
 * The token bucket of one process (`TokenBucket`) as one atomic step on the server, by the server's clock.
 * KEYS: the bucket. ARGV: time of a token in µs, capacity, life of an unused bucket in ms. Answers 1 or 0.
 */
export const bucketScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local capacity = tonumber(ARGV[2])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'filled')
local tokens = tonumber(state[1]) or capacity
local filled = tonumber(state[2]) or now
-- The clock was set back, or the bucket is of larger settings.
if filled > now then filled = now end
if tokens > capacity then tokens = capacity end
if tokens > 0 then
  tokens = tokens - 1
else
  local added = math.floor((now - filled) / interval)
  if added < 1 then return 0 end
  filled = filled + added * interval
  tokens = added > capacity and capacity or added - 1
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.0f', tokens), 'filled', string.format('%.3f', filled))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`
