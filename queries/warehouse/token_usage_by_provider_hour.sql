-- Tokens by provider and hour, from the view of that name.
-- Parameters:
--   since       (DateTime): first hour, inclusive; whole hours only
--   until       (DateTime): last hour, exclusive; whole hours only
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider and hour, in that order
--   provider      (String)
--   hour          (DateTime64(0)): begin, UTC
--   calls         (UInt64): distinct calls
--   tokens_input  (UInt64): over calls whose count is known; tokens_output and tokens_cached likewise
--   tokens_output (UInt64)
--   tokens_cached (UInt64)
SELECT provider, toDateTime64(u.hour, 0, 'UTC') AS hour, sum(u.calls) AS calls, sum(u.tokens_input) AS tokens_input,
       sum(u.tokens_output) AS tokens_output, sum(u.tokens_cached) AS tokens_cached
FROM token_usage_by_provider_hour AS u
WHERE u.hour >= {since:DateTime('UTC')} AND u.hour < {until:DateTime('UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
GROUP BY provider, u.hour
ORDER BY provider, hour
