-- Give a segment the summary that stands for its texts in a window.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
--   summary (text): the text
--   summary_tokens (bigint): its tokens, counted with the store's tokenizer
-- Returns: nothing
UPDATE segments SET
    status = 'compressed', summary = %(summary)s, summary_tokens = %(summary_tokens)s, compressed_at = now(), state = NULL
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = %(segment)s;
