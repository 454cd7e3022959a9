/**
 * The token bucket of one process (`TokenBucket`) as one atomic step on the server, by the server's clock.
 *
 * Requests for decisions pass a process and a network, which may delay all of them for a moment; a small bucket would
 * overflow in that time although clients kept sending. So while requests are being refused and the pause is no longer
 * than a hiccup, overflowing tokens are remembered as owed and returned one by one, at most at twice the rate. In total
 * no more requests pass than the rate allows, and no more at once than the bucket holds.
 *
 * KEYS: the bucket. ARGV: time per token in µs, capacity, lifetime of an unused bucket in ms, longest hiccup in µs.
 * Returns 1 (allowed) or 0.
 */
export const bucketScript = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval = tonumber(ARGV[1])
local capacity = tonumber(ARGV[2])
local hiccup = tonumber(ARGV[4])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'filled', 'passed', 'owed', 'pressed')
local tokens = tonumber(state[1]) or capacity
local filled = tonumber(state[2]) or now
local passed = tonumber(state[3]) or 0
local owed = tonumber(state[4]) or 0
-- 2: a request was refused since the last filling; 1: in the time before that.
local pressed = tonumber(state[5]) or 0
-- The clock was set back, or the bucket is of larger settings.
if filled > now then filled = now end
if passed > now then passed = now end
if tokens > capacity then tokens = capacity end
if tokens > 0 then
  tokens = tokens - 1
else
  local added = math.floor((now - filled) / interval)
  if added > capacity then
    owed = pressed > 0 and now - filled <= hiccup and math.min(owed + added - capacity - 1, math.floor(hiccup / interval)) or 0
    tokens = capacity
  elseif added > 0 then
    tokens = added - 1
  elseif owed > 0 and now - passed >= interval / 2 then
    owed = owed - 1
  else
    if pressed < 2 then redis.call('HSET', KEYS[1], 'pressed', 2) end
    return 0
  end
  filled = filled + added * interval
  if added > 0 and pressed > 0 then pressed = pressed - 1 end
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.0f', tokens), 'filled', string.format('%.3f', filled), 'passed', string.format('%.0f', now), 'owed', owed, 'pressed', pressed)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`
