-- What each provider cost per day, as billed; an unknown cost stays unknown.
-- Parameters:
--   since       (DateTime64(6)): first start, inclusive
--   until       (DateTime64(6)): last start, exclusive
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider and day that has calls, in that order
--   provider     (String)
--   day          (Date): of the calls' start, UTC
--   calls        (UInt64): distinct calls
--   priced_calls (UInt64): of them, with a cost
--   cost_usd     (Float64): their sum, US dollars; NULL when priced_calls is 0
SELECT provider,
       toDate(started_at)                              AS day,
       count()                                         AS calls,
       count(c.cost_usd)                               AS priced_calls,
       sum(c.cost_usd)                                 AS cost_usd
FROM llm_calls AS c
WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < {until:DateTime64(6, 'UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
GROUP BY provider, day
ORDER BY provider, day
