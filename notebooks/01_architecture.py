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
# # Which parts are up, and what happens without them?
#
# Events flow from chat, imported logs and traffic through a write-ahead outbox into Kafka, and from there into
# four stores: Neo4j (knowledge graph), PostgreSQL (infinite context), Delta tables on the object store (data lake)
# and, fed by the lake, ClickHouse (analytics). Each component can be switched off; the rest goes on.

# %% tags=["parameters"]
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.components import states
from workbench.reports.display import claim
from workbench.reports.flow import event_flow

session = open_session(without=without)

# %% [markdown]
# ## The servers
#
# One look at each server through its own driver. Nothing that is switched off is contacted.

# %%
dependencies = session.health.dependencies()
states(dependencies, title="Servers: state, and how long one probe took")

# %% [markdown]
# Of these, the following run on this machine under the workbench's supervisor; a server of your own shows as
# `external`.

# %%
session.health.servers()

# %% [markdown]
# ## The components
#
# A component works while its *stores* answer. Without one of its *feeds* it answers with what it has and gets no
# new data: that is `degraded`. Only what is not optional makes the whole service unavailable.

# %%
components = session.health.components(dependencies)
components

# %% [markdown]
# ## What has passed through
#
# Every event type on the left, the hops that stored it on the right. A message goes to four hops, a call to two.

# %% tags=["headline"]
accounts = session.flow.accounts()
event_flow(accounts)

# %%
session.flow.matrix()

# %% [markdown]
# ## The claim

# %%
on = components.filter(components["state"] != "disabled")
claim(
    "Everything that is switched on is healthy.",
    on["state"].eq("healthy").all(),
    components=on["name"],
    states=on["state"],
)
off = dependencies.filter(dependencies["state"] == "disabled")
claim("Nothing that is switched off was contacted.", off["latency_ms"].is_null().all(), switched_off=off["name"])
