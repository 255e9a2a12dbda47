# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What does a model still see of a long conversation?
#
# A conversation is stored turn by turn and cut into segments: a segment is closed by its token budget or by a
# silence. When a chat request comes, its window is filled with the newest turns and with older segments by priority,
# never beyond the budget.

# %% tags=["parameters"]
conversation: str = ""  # conversation to look at, its id; empty for the longest
model: str = "gpt-4o"  # model that the window is built for, its name
window_tokens: int = 0  # tokens of the window; 0 for three quarters of the conversation
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.display import claim
from workbench.reports.windows import composition, segments

session = open_session(without=without)
context = session.context
chosen = context.choose(conversation)

# %% [markdown]
# ## The longest conversations

# %%
context.longest(limit=8)

# %% [markdown]
# ## Segments
#
# A segment never exceeds its budget, unless a single turn does.

# %%
parts = context.segments(chosen)
budget_tokens = session.settings.context.segment_tokens
segments(parts, budget_tokens=budget_tokens, reason=context.off)

# %% [markdown]
# ## The window
#
# The default leaves out a quarter of the conversation, so that the choice shows: the newest turns stay, and of the
# older segments those with the highest priority that still fit.

# %% tags=["headline"]
budget = context.budget(chosen, model=model, window_tokens=window_tokens)
window = context.window(chosen, model=model, window_tokens=budget)
composition(window, window_tokens=budget, reason=context.off)

# %%
context.shares(window)

# %% [markdown]
# ## The claim

# %%
inside = window.filter(window["part"] != "left out")
claim("The window fits its budget.", inside["tokens"].sum() <= budget, tokens=inside["tokens"].sum(), budget=budget)
counted, stored = parts["messages"].sum(), context.message_count(chosen)
claim("Every message is in exactly one segment.", counted == stored, in_segments=counted, stored=stored)
over = parts.filter((parts["tokens"] > budget_tokens) & (parts["messages"] > 1))
claim("No segment of several messages exceeds its budget.", over.is_empty(), over=over.height, budget=budget_tokens)
