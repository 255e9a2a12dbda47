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
# # What does the lake keep, and is it still what was sent?
#
# Every envelope is archived in table `events`, from which each other store can be rebuilt. Requests and responses of
# LLM calls are kept byte for byte, with the hash that was taken when they were recorded. Tables are partitioned by
# the day of ingestion, calls by provider too: retention removes whole partitions.

# %% tags=["parameters"]
calls: int = 20  # calls to read back and verify, count
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.display import claim
from workbench.reports.lake import archived, partitions, payload_sizes

session = open_session(without=without)
lake = session.lake

# %% [markdown]
# ## Partitions

# %% tags=["headline"]
files = lake.partitions()
partitions(files, reason=lake.off)

# %%
files

# %% [markdown]
# ## Archived events
#
# Side by side, by type: what the outbox took in, and what the lake has of it.

# %%
accounts = session.flow.accounts("data_lake")
kept = lake.archived(accounts)
archived(kept, reason=lake.off)

# %% [markdown]
# ## Raw payloads
#
# The newest calls are read back and their bytes hashed anew; bytes with another hash would be refused here.

# %%
payloads = lake.calls(limit=calls)
payloads

# %%
payload_sizes(payloads, reason=lake.off)

# %% [markdown]
# ## The claim

# %%
claim(
    "Every produced event is archived, on its way, or dead-lettered.",
    accounts["ok"].all(),
    produced=kept["produced"].sum(),
    archived=kept["archived"].sum(),
    pending=kept["pending"].sum(),
    lost=kept["lost"].sum(),
)
verified = payloads["verified"].sum()
claim(
    "Payloads are what was recorded, byte for byte.",
    verified == payloads.height,
    verified=verified,
    read=payloads.height,
)
