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
# # Which entities did the conversations name, and how are they linked?
#
# Every message is read once. What it names becomes `entity.created` events, what it says about two of them becomes
# `relationship.created` events; both travel through Kafka into Neo4j, with the characters that show them.

# %% tags=["parameters"]
conversation: str = ""  # conversation to draw, its id; empty for the one with most entities
limit: int = 20  # entities in the list, count
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.reports.display import claim
from workbench.reports.network import entity_graph, top_entities

session = open_session(without=without)
graph = session.graph

# %% [markdown]
# ## Who and what is talked about
#
# The same thing named in two ways is one entity: `k8s` and `Kubernetes` share an id. The number of conversations
# tells a topic of one long talk from one that comes back.

# %%
top = graph.top_entities(limit=limit)
top_entities(top, reason=graph.off)

# %% [markdown]
# ## One conversation as a graph
#
# Larger nodes are named more often. A link is drawn once per type; its evidence is a span of a message.

# %% tags=["headline"]
chosen = graph.choose(conversation)
nodes, links = graph.entity_graph(chosen)
entity_graph(nodes, links, reason=graph.off)

# %%
links.select("from_name", "relationship_type", "to_name", "mentions", "confidence").head(15)

# %% [markdown]
# ## How much there is

# %%
graph.counts()

# %% [markdown]
# ## The claim
#
# *Produced* is what the outbox took in; *stored* are the distinct events that the graph has applied.

# %%
accounts = session.flow.accounts("knowledge_graph")
accounts

# %%
claim(
    "Every produced message, entity and relationship is in the graph, on its way, or dead-lettered.",
    accounts["ok"].all(),
    produced=accounts["produced"].sum(),
    stored=accounts["stored"].sum(),
    pending=accounts["pending"].sum(),
    lost=accounts["lost"].sum(),
    surplus=accounts["surplus"].sum(),
)
ends = links["from_entity_id"].append(links["to_entity_id"])
claim("Every link of the conversation joins two of its entities.", ends.is_in(nodes["entity_id"].to_list()).all())
