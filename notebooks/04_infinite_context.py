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
# Every turn is stored and never lost; a model's window holds a part of them, and which part decides what it can
# answer. Here is a conversation that outgrew its window several times: what a window takes of it for a question, why,
# what would be seen without the engine, and what that is worth on questions whose answers are known.

# %% tags=["parameters"]
conversation: str = ""  # conversation to look at, its id; empty for the longest
model: str = "gpt-4o"  # model that the window is built for, its name: its tokens count, and its provider's format
window_tokens: int = 0  # size of the window, tokens; 0 for a sixth of the conversation, 200 at least
query: str = ""  # what is asked; empty for a question about a name that only the first half says
search: bool = True  # whether older turns are searched for the question; else time and priority alone decide
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports import budgets, weighing, windows
from workbench.reports.asking import ask_windows
from workbench.reports.display import claim

session = open_session(without=without)
context = session.context
chosen = context.choose(conversation)
asked = context.asked(chosen, question=query, model=model, window_tokens=window_tokens, search=search)
budget, off = asked.budget_tokens, context.off

# %% [markdown]
# ## A conversation that outgrew its window
#
# `workbench run` plays one real user's sessions as one conversation, each request with its newest message alone. Every
# turn beyond the dotted line came when not everything could be sent any more.

# %%
context.longest(limit=5)

# %%
growth = asked.growth()
windows.growth(growth, window_tokens=budget, reason=off)

# %% [markdown]
# ## Segments
#
# The conversation is cut where a session ends, where a silence is long, where the talk turns to another topic, and
# where a segment is full. What is cut once stays as it is.

# %%
parts = context.segments(chosen)
segment_tokens = session.settings.context.segment_tokens
windows.segments(parts, budget_tokens=segment_tokens, reason=off)

# %% [markdown]
# ## What each segment weighs, and why
#
# The stored priority: recency on a scale that never has to be counted anew, and the logarithm of the importance, shared
# out to what makes it. One point more is twice the weight. The number above a stack is its rank.

# %%
weighing.priorities(asked.priorities(), reason=off)

# %% [markdown]
# ## What is in the window
#
# The newest turns as they were said, a shortened past, and the turns that were found for the question. Whatever is left
# out is marked as a gap, and can come back with the next question.

# %% tags=["headline"]
composition = asked.composition()
windows.composition(composition, window_tokens=budget, reason=off)

# %%
asked.split()

# %% [markdown]
# ## Why these turns
#
# The turns that answer the question best, and what their score is made of: words of the turn itself (*words*), of its
# neighbours (*near*, *around*) and of its session, who speaks, and dates. Behind each bar stands as what the window has
# the turn.

# %%
weighing.found(asked.found(), title=f"Best for: {asked.question}", reason=off)

# %% [markdown]
# ## The same question with and without the engine
#
# Without the engine a client sends the newest turns that fit. The same tokens, the same question:

# %%
asked.side_by_side()

# %% [markdown]
# In JupyterLab the window can be asked anything: choose its size, the model, and the question.

# %%
most = int(growth["said_tokens"].max() or 0)
models = [model, "claude-sonnet-4-5", "gemini-2.5-pro", "llama-3.1-8b", "deepseek-chat", "mistral-small"]
ask_windows(asked.draw, sizes_to=most, models=models, budget_tokens=budget, question=asked.question, reason=off)

# %% [markdown]
# ## What each policy lets go
#
# Were only half of the segments' tokens kept at hand: LRU keeps what was used last, *heat* what was used most and
# lately, *priority* what weighs most. What goes is compressed or archived, and can be recalled.

# %%
windows.evictions(asked.evicted(), budget_tokens=asked.store_tokens, reason=off)

# %% [markdown]
# ## What that is worth
#
# Fifty questions about a long technical talk, each labelled with the turns that hold its answer. A question counts when
# the window has all of them, whole.

# %%
talk = context.talk(model=model, search=search)
recall = talk.recall()
budgets.recall(recall, reason=off)

# %% [markdown]
# ## What compression keeps
#
# The same talk, shortened: the mean share of its entities, numbers, dates, negations and code names that is still
# there. The dashed line is what is usually done, the first and the last turns.

# %%
quality = talk.quality()
budgets.quality(quality, reason=off)

# %% [markdown]
# ## A beginning that stays
#
# Providers charge less for a prompt that begins like the last one. A window that slides by one turn seldom does;
# here what was found for the question stands at the end, and everything before it moves in steps.

# %%
budgets.prefixes(asked.prefixes(), reason=off)

# %% [markdown]
# ## The claims

# %%
said = growth["said_tokens"].max() or 0
claim("The conversation is longer than its window.", said > budget or not chosen, said=said, window=budget)
claim("The window fits its budget.", asked.window_tokens <= budget, tokens=asked.window_tokens, budget=budget)
counted, stored = parts["messages"].sum(), context.message_count(chosen)
claim("Every message is in exactly one segment.", counted == stored, in_segments=counted, stored=stored)
over = parts.filter((parts["tokens"] > segment_tokens) & (parts["messages"] > 1))
claim("No segment of several messages exceeds its budget.", over.is_empty(), over=over.height, budget=segment_tokens)
wrong = asked.unexplained().height
claim("Every priority is what its parts add up to.", wrong == 0, segments=parts.height, wrong=wrong)

# %%
engine, newest = (recall.filter(recall["window"] == name)["kept"].to_list() for name in budgets.WINDOWS)
better = all(ours > plain for ours, plain in zip(engine, newest, strict=True))
claim("At every size the engine's window has more of the evidence.", better, engine=engine, newest_turns_only=newest)
