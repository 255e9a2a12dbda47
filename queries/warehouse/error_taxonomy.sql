-- What failed, where, how often, and when last.
-- Parameters:
--   since       (DateTime64(6)): first start, inclusive
--   until       (DateTime64(6)): last start, exclusive
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider, status, error code and HTTP status of failed calls; most frequent first
--   provider       (String)
--   status         (String): error, refused or timeout
--   error_code     (String): the provider's own; NULL when it gave none
--   http_status    (UInt16): NULL when there was no answer
--   calls          (UInt64): distinct calls
--   provider_ratio (Float64): share of all of the provider's calls, 0 to 1
--   first_at       (DateTime64(6)): UTC
--   last_at        (DateTime64(6)): UTC
WITH totals AS (
    SELECT provider, count() AS all_calls
    FROM llm_calls
    WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < {until:DateTime64(6, 'UTC')}
      AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
    GROUP BY provider
)
SELECT c.provider                        AS provider,
       c.status                          AS status,
       c.error_code                      AS error_code,
       c.http_status                     AS http_status,
       count()                           AS calls,
       count() / any(totals.all_calls)   AS provider_ratio,
       min(c.started_at)                 AS first_at,
       max(c.started_at)                 AS last_at
FROM llm_calls AS c
INNER JOIN totals ON totals.provider = c.provider
WHERE c.status != 'ok'
  AND c.started_at >= {since:DateTime64(6, 'UTC')} AND c.started_at < {until:DateTime64(6, 'UTC')}
  AND ({include_all:Bool} OR c.source NOT IN ('replay', 'synthetic'))
GROUP BY c.provider, c.status, c.error_code, c.http_status
ORDER BY calls DESC, provider, status, error_code, http_status
