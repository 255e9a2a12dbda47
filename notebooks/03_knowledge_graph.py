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
# Every message is read once, without a model. What it names becomes `entity.created` events, what it says about two of
# them becomes `relationship.created` events; both travel through Kafka into Neo4j, with the characters that show them,
# with when they hold and with when they were recorded.

# %% tags=["parameters"]
conversation: str = ""  # conversation to look at, its id; empty for the one that names most entities
since: str = ""  # beginning of the window of event time, RFC 3339 with zone, inclusive; empty for none
until: str = ""  # end of the window of event time, RFC 3339 with zone, exclusive; empty for none
depth: int = 2  # steps of the neighbourhood, 1 to 5
min_confidence: float = 0.5  # least confidence of what is shown, 0 to 1
as_of: str = ""  # moment of valid time, RFC 3339 with zone; empty for now
watch_s: float = 2.0  # how long the running workers are watched, seconds, 0 to 60
play: int = 0  # recorded conversations to stream meanwhile, kept as tenant course, count, 0 to 2000
without: str = ""  # component to switch off for this notebook, its name; empty for none

# %%
from workbench.course.session import open_session
from workbench.course.views import wording
from workbench.reports import agreement, history, moments, moving, network, rings, streaming
from workbench.reports.display import claim
from workbench.reports.explore import explore_graph

session = open_session(as_of=as_of, without=without)
graph = session.graph
told = session.knowledge(since=since, until=until, min_confidence=min_confidence, depth=depth)
chosen = graph.choose(conversation)

# %% [markdown]
# ## What the extraction saw
#
# The message of the conversation that names most. Each mark is a span of the text: its type stands beside it, whom it
# means, how sure that is and what found it are told on hover.

# %%
told.evidence(chosen)

# %% [markdown]
# ## Who and what is talked about
#
# The same thing named in two ways is one entity: `k8s` and `Kubernetes` share an id. The number of conversations
# tells a topic of one long talk from one that comes back.

# %%
network.top_entities(graph.top_entities(limit=20), reason=graph.off)

# %% [markdown]
# ## One conversation as a graph
#
# Larger nodes are named more often. A link is drawn once per type; its evidence is a span of a message.

# %% tags=["headline"]
nodes, links = told.entity_graph(chosen)
network.entity_graph(nodes, links, reason=graph.off)

# %% [markdown]
# In JupyterLab the same graph can be explored: filter by type and by confidence, click an entity and read what names
# it, what it is linked to, and which sessions speak of it.

# %%
explore_graph(nodes, links, dossier=told.dossier(chosen), min_confidence=min_confidence, reason=graph.off)

# %% [markdown]
# ## What is near
#
# From the entity with most links, one ring a step, through every conversation. Each step starts from what the last one
# found: the work grows with the entities found, not with the number of ways.

# %%
centre, name = told.centre(nodes, links)
near = told.neighbourhood(centre)
rings.rings(near, centre=name, title=f"Within {depth} steps", reason=graph.off)

# %% [markdown]
# ## What held when
#
# Time here is when a fact held, not when it was written down. Each stop of the slider is an as-of read of the graph;
# what does not hold yet, or any more, is faint.

# %%
stops = told.moments(chosen)
moments.over_time(stops, reason=graph.off)

# %%
times = told.times(chosen)
moving.time_slider(times, lambda at: moments.held(told.moment(chosen, at), among=stops), reason=graph.off)

# %% [markdown]
# A fact that is contradicted is closed and stays: its bar ends where the new one begins.

# %%
facts = told.history(centre)
history.history(facts, until=session.as_of, title=f"What is known of {name or 'it'}", reason=graph.off)

# %% [markdown]
# ## One thing, two names
#
# Across sessions the same thing has several names. A link `SAME_AS` carries its score and what it rests on; a short or
# common name is never enough.

# %%
same = told.same_things()
agreement.same_things(same, threshold=told.link_score, reason=graph.off)

# %%
same.select("name", "other_name", "score", "because").head(10)

# %% [markdown]
# ## Who says what
#
# What each model said about the entity of which models said most. A cross marks what another model contradicts.

# %%
topic, called = told.most_said(nodes)
said = told.statements(topic, called)
agreement.statements(said, title=f"What models say of {called or 'it'}", reason=graph.off)

# %% [markdown]
# ## The stream behind it
#
# What the workers report about themselves while they run: how many records are still to come, and how many a second
# reach their store. In JupyterLab the button below keeps watching; `play` streams conversations meanwhile.

# %%
watched = session.flow.watch(watch_s, play=play)
streaming.stream(watched)

# %%
moving.Watch(session.flow.look, lambda rows: streaming.stream(session.flow.watched(rows)))

# %% [markdown]
# ## The claim
#
# *Produced* is what the outbox took in; *stored* are the distinct events that the graph has applied.

# %%
accounts = session.flow.accounts("knowledge_graph")
accounts.select("hop", "event_type", "produced", "stored", "pending", "dead", "lost", "surplus", "ok")

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

# %%
wrong = told.misplaced(chosen).height
claim("Every mention's words stand in the message where it says.", wrong == 0, wrong=wrong)
ends = links["from_entity_id"].append(links["to_entity_id"])
strangers = (~ends.is_in(nodes["entity_id"].to_list())).sum()
claim("Every link of the conversation joins two of its entities.", strangers == 0, strangers=strangers)
twice = wording.overlapping(facts).height
claim("No fact holds twice at one moment.", twice == 0, pieces=facts.height, twice=twice)
silent = (same["because"] == wording.NO_REASON).sum()
claim("Every link between two names tells what it rests on.", silent == 0, links=same.height, silent=silent)
